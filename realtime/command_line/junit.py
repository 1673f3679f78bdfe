"""Reports in the XML of JUnit, which CI services show as tests."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from realtime.command_line.replaying import DIFFERS, SKIPPED, Outcome
from realtime.errors import RecordingError

# XML 1.0 has no way to write these.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_report(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write a report with one test a file: one that differs has failed, one skipped is an error.

    Raises:
        RecordingError: it cannot be written.
    """
    counts = Counter(one.kind for one in outcomes)
    totals = {
        "name": "replay",
        "tests": str(len(outcomes)),
        "failures": str(counts[DIFFERS]),
        # A file that could not be replayed was to be, so that "skipped" would hide it.
        "errors": str(counts[SKIPPED]),
        "time": f"{sum(one.took_s for one in outcomes):.3f}",
    }
    suites = etree.Element("testsuites", totals)
    suite = etree.SubElement(suites, "testsuite", totals)
    for one in outcomes:
        attributes = {
            "classname": "replay",
            "name": _xml_text(str(one.path)),
            "time": f"{one.took_s:.3f}",
        }
        case = etree.SubElement(suite, "testcase", attributes)
        if one.kind == DIFFERS:
            sentences = _xml_text("\n".join(map(str, one.found)))
            summary = {"message": sentences.partition("\n")[0], "type": "difference"}
            etree.SubElement(case, "failure", summary).text = sentences
        elif one.kind == SKIPPED:
            reason = {"message": _xml_text(one.reason), "type": "skipped"}
            etree.SubElement(case, "error", reason)
    try:
        path.write_bytes(
            etree.tostring(suites, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        )
    except OSError as error:
        raise RecordingError(str(path), f"cannot be written: {error.strerror}") from error


def _xml_text(text: str) -> str:
    return _NO_XML.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
