"""Runs the Autobahn test suite, which tries every rule of RFC 6455."""

from pathlib import Path

import pytest

from tests.support import autobahn, autobahn_environment, probe_app
from tests.support.robustness_table import RobustnessTable
from tests.support.separate_environment import Unavailable
from tests.support.server import serve

# These cases expect invalid UTF-8 to be refused before the message is complete. RFC 6455 leaves
# that open, and the service checks complete messages.
LATE_UTF8_CHECK = {"6.4.1", "6.4.2", "6.4.3", "6.4.4"}


def test_every_rule_of_the_protocol_is_kept(tmp_path: Path, robustness: RobustnessTable) -> None:
    try:
        autobahn_environment.make_environment()
    except Unavailable as unavailable:
        pytest.skip(str(unavailable))
    with serve(
        tmp_path / "server.log",
        application=probe_app.APPLICATION,
        environment=probe_app.AUTOBAHN_SETTINGS,
    ) as server:
        cases = autobahn.run(probe_app.echo_url(server), tmp_path)
    assert not [str(case) for case in cases if case.verdict == "failed"], autobahn.markdown_table(
        cases
    )
    assert {case.name for case in cases if case.verdict == "non-strict"} <= LATE_UTF8_CHECK, (
        autobahn.markdown_table(cases)
    )
    assert len(cases) == autobahn.CASES
    assert "Traceback" not in server.log, server.log
    late = sum(case.verdict == "non-strict" for case in cases)
    happened = (
        f"none failed, none closed uncleanly; {late} refuse invalid UTF-8 once the message is whole"
    )
    robustness.add(
        "Conformance",
        "cases of the Autobahn test suite, sections 1–7, 9 and 10",
        len(cases),
        happened,
    )
    robustness.appendices["Conformance, by section of the Autobahn test suite"] = (
        autobahn.markdown_table(cases)
    )
