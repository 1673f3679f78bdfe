"""Runs the Autobahn test suite for WebSocket servers: `python -m tests.support.autobahn`.

The suite runs on Python 2.7 only, which is `python2.7` on the path or one of pyenv's. Its own
environment, `.autobahn/`, is made once, in a minute, and needs a C compiler.
"""

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import probe_app
from tests.support.autobahn_environment import make_environment
from tests.support.server import serve

RUN_TIMEOUT_S = 900

# The suite's own numbers and names. Section 8 does not exist; 11, 12 and 13 are about compression,
# to which the service never agrees.
SUITE_SECTIONS = {
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


@dataclass(frozen=True)
class Case:
    """The result of one case: the server's answers (`behavior`) and the closing (`close`)."""

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
        """One of `VERDICTS`. A case has failed unless its result is known to be harmless."""
        if self.close not in ("OK", "INFORMATIONAL"):
            return "failed"
        return {"OK": "passed", "NON-STRICT": "non-strict", "INFORMATIONAL": "informational"}.get(
            self.behavior, "failed"
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.behavior}, closing {self.close}. {self.explanation}"


def run(url: str, folder: Path) -> list[Case]:
    """Run every case against a server that echoes; `folder` gets `reports/index.html`.

    Raises:
        Unavailable: as `make_environment`.
        RuntimeError: the suite stopped early; the message holds its output.
    """
    python, specification, reports = (
        make_environment(),
        folder / "specification.json",
        folder / "reports",
    )
    patterns = [f"{section}.*" for section in SUITE_SECTIONS]
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
        # The exit status does not depend on the results.
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
    """The results by section, as a Markdown table."""
    counts = Counter((case.section, case.verdict) for case in cases)
    lines = [
        f"| section | cases | {' | '.join(VERDICTS)} |",
        "|---|" + "---:|" * (len(VERDICTS) + 1),
    ]
    for section, title in SUITE_SECTIONS.items():
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
    text = " ".join(
        report[part] for part in ("description", "expectation", "result", "resultClose")
    )
    # A received message may have megabytes.
    received = str(report["received"])[:200]
    return Case(
        name,
        result["behavior"],
        result["behaviorClose"],
        f"{text} Received {received}, close code {report['remoteCloseCode']}.",
    )


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
