"""Measures the page on a phone: `python -m tools.page_report` writes docs/page.json.

It measures bytes and requests of a first load, Lighthouse's scores (its mobile preset of a slow
phone on a slow line, run by npx), and the violations that axe-core finds in every state of the
page. `tests/browser/test_page_quality.py` asserts the first and the last.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import running_chromium, system_browser
from tests.support.files import ROOT
from tests.support.page import expect_status, new_visitor
from tests.support.server import Server, serve
from tools.page_states import PAGE_STATES, page_in_state

PAGE_FILE = ROOT / "docs" / "page.json"
LIGHTHOUSE = "lighthouse@13.5.0"
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMINGS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "speed-index",
    "total-blocking-time",
    "cumulative-layout-shift",
)
# One run differs from the next by a few points, with the machine's load.
RUNS = 3
# On a busy machine the browser may start too late for Lighthouse, which then says "please run
# again".
TRIES = 3
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass(frozen=True)
class PageLoad:
    """A page load: bytes received, with headers, by URL; and the URLs of other origins."""

    bytes_by_url: dict[str, int]
    external: list[str]

    @property
    def bytes(self) -> int:
        """The sum of all files."""
        return sum(self.bytes_by_url.values())


def first_load(browser: Browser, server: Server, path: str = "/") -> PageLoad:
    """Load the page with an empty cache, until it is connected."""
    received: dict[str, int] = {}
    requested: dict[str, str] = {}
    # A service worker would request all files once more, to be told that they are unchanged.
    with new_visitor(browser) as visitor:
        page = visitor.context.new_page()
        devtools = visitor.context.new_cdp_session(page)
        devtools.on(
            "Network.requestWillBeSent",
            lambda event: requested.update({event["requestId"]: event["request"]["url"]}),
        )
        devtools.on(
            "Network.webSocketCreated",
            lambda event: requested.update({event["requestId"]: event["url"]}),
        )
        devtools.on(
            "Network.loadingFinished",
            lambda event: received.update({event["requestId"]: int(event["encodedDataLength"])}),
        )
        devtools.send("Network.enable")
        page.goto(f"{server.http}{path}", wait_until="networkidle")
        expect_status(page, "open")
    own = (server.http, server.ws, "data:", "blob:")
    return PageLoad(
        {requested[request]: size for request, size in received.items()},
        [url for url in requested.values() if not url.startswith(own)],
    )


def accessibility_violations(page: Page, part: str = "html") -> list[str]:
    """The violations that axe-core finds in a part of the page: each rule, and where."""
    found = (
        Axe()
        .run(page, context=part, options={"runOnly": {"type": "tag", "values": list(TAGS)}})
        .response["violations"]
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def lighthouse(server: Server) -> dict[str, float]:
    """Lighthouse's scores from 0 to 100 and its times in ms, each the median of some runs.

    Raises:
        subprocess.CalledProcessError: Lighthouse could not measure.
    """
    with sync_playwright() as playwright:
        browser = system_browser() or playwright.chromium.executable_path
    runs = [_lighthouse_once(server, browser) for _ in range(RUNS)]
    return {name: sorted(run[name] for run in runs)[RUNS // 2] for name in runs[0]}


def _lighthouse_once(server: Server, browser: str) -> dict[str, float]:
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [
        "npx",
        "--yes",
        LIGHTHOUSE,
        server.http,
        "--output=json",
        "--quiet",
        f"--only-categories={','.join(CATEGORIES)}",
        flags,
    ]
    for _ in range(TRIES):
        done = subprocess.run(
            command,
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if done.returncode == 0:
            break
        print(done.stderr, file=sys.stderr)
    done.check_returncode()
    report = json.loads(done.stdout)
    scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    return scores | {name: round(report["audits"][name]["numericValue"], 3) for name in TIMINGS}


def main() -> None:
    """Measure, print and write."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "log") as server:
        with running_chromium() as browser:
            load = first_load(browser, server)
            found = {}
            for name, state in PAGE_STATES.items():
                with page_in_state(browser, server, state) as page:
                    found[name] = accessibility_violations(page, state.part)
        measured = {
            "first_load": {
                "bytes": load.bytes,
                "requests": len(load.bytes_by_url),
                "external_requests": len(load.external),
            },
            "lighthouse": {"version": LIGHTHOUSE, "runs": RUNS, **lighthouse(server)}
            if shutil.which("npx")
            else None,
            "axe": {
                "tags": TAGS,
                "states": {name: len(violations) for name, violations in found.items()},
            },
        }
    PAGE_FILE.write_text(json.dumps(measured, indent=1) + "\n")
    print(re.sub(r'[{}",]', "", json.dumps(measured, indent=2)))
    print(
        *(
            f"{name}: {violation}"
            for name, all_violations in found.items()
            for violation in all_violations
        ),
        sep="\n",
    )
    if not shutil.which("npx"):
        print("No npx: Lighthouse did not measure.")


if __name__ == "__main__":
    main()
