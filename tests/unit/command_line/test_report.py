"""Tests of what `replay` reports: a table, and JUnit's XML."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from realtime.command_line.junit import write_report
from realtime.command_line.replaying import DIFFERS, SAME, SKIPPED, Outcome, report
from realtime.command_line.table import format_table
from realtime.errors import RecordingError
from realtime.recordings.replay import Difference

WRONG = Difference("seq 3", "", "1", "7", "recorded")
OUTCOMES = [
    Outcome(Path("same.json"), SAME, took_s=0.25),
    Outcome(
        Path("b/wrong.json"), DIFFERS, [WRONG, Difference("last answer", "", "1", "7", "drawn")]
    ),
    Outcome(Path("cut.json"), SKIPPED, reason="is cut short"),
]


def test_a_table_says_what_differs() -> None:
    assert report(OUTCOMES).splitlines() == [
        "FILE          ANSWER TO    IS NOW  SHOULD BE",
        "b/wrong.json  seq 3        1       7 (recorded)",
        "b/wrong.json  last answer  1       7 (drawn)",
        "skipped  cut.json: is cut short",
        "1 same, 1 differ, 1 skipped",
    ]
    assert report(OUTCOMES[:1]) == "1 same, 0 differ"


def test_a_cell_has_one_line_whatever_is_in_it() -> None:
    assert format_table(("A", "B"), [("1\n2", "\x1b[2J")]).splitlines() == [
        "A     B",
        "1\\n2  \\x1b[2J",
    ]


def test_a_report_of_junit_has_a_test_a_file(tmp_path: Path) -> None:
    write_report(tmp_path / "out.xml", OUTCOMES)
    suites = etree.parse(tmp_path / "out.xml").getroot()
    [suite] = suites
    for element in (suites, suite):
        counts = {name: element.get(name) for name in ("tests", "failures", "errors")}
        assert counts == {"tests": "3", "failures": "1", "errors": "1"}
    same, wrong, cut = suite
    assert (same.get("name"), same.get("time"), len(same)) == ("same.json", "0.250", 0)
    [failure] = wrong
    assert (failure.tag, failure.get("message")) == ("failure", "seq 3: 1, recorded was 7")
    assert failure.text == "seq 3: 1, recorded was 7\nlast answer: 1, drawn was 7"
    [error] = cut
    assert (error.tag, error.get("message")) == ("error", "is cut short")


@given(st.text(st.characters(), max_size=20), st.text(st.characters(), max_size=20))
def test_a_report_can_be_parsed_whatever_it_names(
    tmp_path_factory: pytest.TempPathFactory, name: str, reason: str
) -> None:
    path = tmp_path_factory.mktemp("report") / "out.xml"
    found = Difference("seq 1", "", reason, name, "recorded")
    outcomes = [
        Outcome(Path(f"a{name}"), SKIPPED, reason=reason),
        Outcome(Path(f"b{name}\udcff"), DIFFERS, [found]),
    ]
    write_report(path, outcomes)
    assert len(etree.parse(path).findall(".//testcase")) == 2


def test_a_report_that_cannot_be_written_is_an_error() -> None:
    with pytest.raises(RecordingError, match="cannot be written: No such file"):
        write_report(Path("/nowhere/out.xml"), OUTCOMES)
