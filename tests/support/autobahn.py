"""Runs the Autobahn test suite, which tries a server with every rule of the WebSocket protocol: `python -m tests.support.autobahn`.

It runs on Python 2.7 only: `python2.7` on the path, or one of pyenv's. There it gets an environment of its own, `.autobahn/`, which is
made once, in a minute; it needs a C compiler.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import probe_app
from tests.support.files import ROOT
from tests.support.server import serve

ENVIRONMENT_FOLDER = ROOT / ".autobahn"
REQUIREMENTS = ROOT / "tests" / "support" / "autobahn-requirements.txt"
# From 20.22 on, virtualenv makes nothing for Python 2.7.
VIRTUALENV = "virtualenv==20.15.1"
INSTALL_TIMEOUT_S, RUN_TIMEOUT_S = 900, 900

# As the suite numbers and calls them. 8 does not exist; 11, 12 and 13 are about compression, which we never agree to.
SECTIONS = {
    1: "framing",
    2: "pings and pongs",
    3: "reserved bits",
    4: "opcodes",
    5: "fragmentation",
    6: "UTF-8",
    7: "closing",
    9: "large messages, and many",
    10: "messages in many pieces",
}
CASES = 301
VERDICTS = ("passed", "non-strict", "informational", "failed")


class Unavailable(Exception):  # noqa: N818  # nothing is wrong with the server
    """The suite cannot run here; the message says why."""


@dataclass(frozen=True)
class Case:
    """What came of one case: of what the server said (`behavior`) and of how the connection ended (`close`), in the suite's words."""

    name: str
    behavior: str
    close: str
    explanation: str

    @property
    def section(self) -> int:
        """Number of the section it belongs to."""
        return int(self.name.split(".")[0])

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`. Anything not known to be harmless has failed, also what the server had left unimplemented."""
        if self.close not in ("OK", "INFORMATIONAL"):
            return "failed"
        return {"OK": "passed", "NON-STRICT": "non-strict", "INFORMATIONAL": "informational"}.get(
            self.behavior, "failed"
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.behavior}, closing {self.close}. {self.explanation}"


def make_environment(folder: Path = ENVIRONMENT_FOLDER) -> Path:
    """The Python 2.7 that has the suite, made where there is none yet.

    Raises:
        Unavailable: no Python 2.7 is here, or the packages cannot be installed.
    """
    python, stamp = folder / "python" / "bin" / "python", folder / "stamp"
    # An environment knows its own path, and is of no use after a move.
    wanted = f"{folder}\n{VIRTUALENV}\n{REQUIREMENTS.read_text()}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        # Of two test runs, the second waits for the first to have made it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted and _is_python2(str(python)):
            return python
        stamp.unlink(missing_ok=True)
        _install(folder, python)
        # Only now, so that nobody takes one half made for whole.
        stamp.write_text(wanted)
        return python


def run(url: str, folder: Path) -> list[Case]:
    """Try every case on a server that sends each message back as it came; `folder` gets the suite's reports, `reports/index.html`.

    Raises:
        Unavailable: as `make_environment`.
        RuntimeError: the suite broke off; the message holds what it has written.
    """
    python, specification, reports = (
        make_environment(),
        folder / "specification.json",
        folder / "reports",
    )
    patterns = [f"{section}.*" for section in SECTIONS]
    servers = [{"agent": "realtime", "url": url}]
    specification.write_text(
        json.dumps(
            {
                "servers": servers,
                "outdir": str(reports),
                "cases": patterns,
                "exclude-cases": [],
                "exclude-agent-cases": {},
            }
        )
    )
    log = folder / "autobahn.log"
    with log.open("wb") as output:
        command = [
            str(python),
            "-m",
            "autobahntestsuite.wstest",
            "--mode",
            "fuzzingclient",
            "--spec",
            str(specification),
        ]
        # Its exit status says nothing.
        subprocess.run(
            command, cwd=folder, stdout=output, stderr=output, timeout=RUN_TIMEOUT_S, check=False
        )
    try:
        index = json.loads((reports / "index.json").read_text())["realtime"]
    except (FileNotFoundError, KeyError):
        raise RuntimeError(f"the Autobahn suite broke off:\n{log.read_text()}") from None
    return sorted(
        (_case(name, result, reports) for name, result in index.items()),
        key=lambda case: [*map(int, case.name.split("."))],
    )


def markdown_table(cases: Sequence[Case]) -> str:
    """What came of the sections, in Markdown."""
    counts = Counter((case.section, case.verdict) for case in cases)
    lines = [
        f"| section | cases | {' | '.join(VERDICTS)} |",
        "|---|" + "---:|" * (len(VERDICTS) + 1),
    ]
    for section, title in SECTIONS.items():
        row = [counts[section, verdict] for verdict in VERDICTS]
        lines.append(f"| {section} {title} | {sum(row)} | {' | '.join(map(str, row))} |")
    totals = Counter(case.verdict for case in cases)
    lines.append(
        f"| all | {len(cases)} | {' | '.join(str(totals[verdict]) for verdict in VERDICTS)} |"
    )
    for verdict in VERDICTS[1:]:
        names = [case.name for case in cases if case.verdict == verdict]
        if names:
            lines += ["", f"{verdict.capitalize()}: {', '.join(names)}."]
    return "\n".join(lines) + "\n"


def _case(name: str, result: dict[str, str], reports: Path) -> Case:
    report = json.loads((reports / result["reportfile"]).read_text())
    told = " ".join(
        report[part] for part in ("description", "expectation", "result", "resultClose")
    )
    # It may be megabytes.
    received = str(report["received"])[:200]
    return Case(
        name,
        result["behavior"],
        result["behaviorClose"],
        f"{told} Received {received}, close code {report['remoteCloseCode']}.",
    )


def _install(folder: Path, python: Path) -> None:
    base = next(_pythons(), None)
    if base is None:
        raise Unavailable(
            "the Autobahn test suite needs a Python 2.7: python2.7 on the path, or `pyenv install 2.7.18`"
        )
    tools, environment = folder / "tools", python.parent.parent
    for left_over in (tools, environment):
        shutil.rmtree(left_over, ignore_errors=True)
    install = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run_or_raise([sys.executable, *install, "--target", str(tools), VIRTUALENV])
    # Or it would look for newer wheels in the background, after the test run.
    make = [
        sys.executable,
        "-m",
        "virtualenv",
        "--quiet",
        "--no-periodic-update",
        "--python",
        base,
        str(environment),
    ]
    _run_or_raise(make, PYTHONPATH=str(tools))
    _run_or_raise([str(python), *install, "--no-deps", "--requirement", str(REQUIREMENTS)])
    shutil.rmtree(tools)


def _pythons() -> Iterator[str]:
    """Every Python 2.7 in sight. `python2.7` may be a shim of pyenv's that has none behind it."""
    candidates = [shutil.which("python2.7")]
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run(
            [pyenv, "root"], capture_output=True, text=True, check=False
        ).stdout.strip()
        candidates += sorted(
            map(str, Path(root, "versions").glob("2.7.*/bin/python2.7")), reverse=True
        )
    return (python for python in candidates if python and _is_python2(python))


def _is_python2(python: str) -> bool:
    try:
        version = subprocess.run(
            [python, "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return version.stdout.strip() == "(2, 7)"


def _run_or_raise(command: Sequence[str], **environment: str) -> None:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"the Autobahn test suite cannot be installed: {INSTALL_TIMEOUT_S} s were not enough"
        ) from None
    if done.returncode:
        complaints = (
            [line for line in done.stderr.splitlines() if "error" in line.lower()]
            or done.stderr.splitlines()
            or [""]
        )
        raise Unavailable(f"the Autobahn test suite cannot be installed: {complaints[-1].strip()}")


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as place,
        serve(
            Path(place, "server.log"),
            application=probe_app.APPLICATION,
            environment=probe_app.AUTOBAHN_SETTINGS,
        ) as server,
    ):
        print(markdown_table(run(probe_app.echo_url(server), Path(place))), end="")
