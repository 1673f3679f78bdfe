"""Tests of refused submissions and deletions."""

import json
from pathlib import Path

import pytest

from realtime.samples.store import rows
from tests.support.drawing import SEVEN, Json, ink_message
from tests.support.samples import request_ink, session_file, submission
from tests.support.server import Server


def submission_of(*entries: Json) -> Json:
    """A submission whose session has these messages."""
    return submission(session={"format": "ink-session", "v": 1, "messages": entries})


def sent_entry(message: Json) -> Json:
    """An entry of a session: a message that was sent."""
    return {"at": 0, "send": message}


REFUSED: dict[str, tuple[Json | bytes, str, str | None]] = {
    "nothing": (b"", "bad_json", None),
    "no JSON": (b"seven", "bad_json", None),
    "no UTF-8": (json.dumps(submission()).encode() + b"\xff", "bad_json", None),
    "NaN": (json.dumps(submission([[(float("nan"), 1)]])).encode(), "bad_json", None),
    "a list": (b"[]", "bad_message", None),
    "too large a number": (
        json.dumps(submission()).replace('"x": [100', '"x": [1e999').encode(),
        "bad_message",
        "session.messages[0].send.x[0]",
    ),
    "a far point": (submission([[(100_001, 1)]]), "bad_message", "session.messages[0].send.x[0]"),
    "deep nesting": (
        json.dumps(submission())
        .replace("{", '{"more": ' + "[" * 9_000 + "]" * 9_000 + ",", 1)
        .encode(),
        "bad_message",
        None,
    ),
    "a deep message": (
        json.dumps(submission())
        .replace('"send": {', '"send": {"more": ' + "[" * 9_000 + "]" * 9_000 + ",")
        .encode(),
        "",
        None,
    ),
    "a short giver": (submission(giver="x" * 31), "bad_message", "giver"),
    "a long giver": (submission(giver="x" * 65), "bad_message", "giver"),
    "a giver with a line's end": (submission(giver="x" * 32 + "\n"), "bad_message", "giver"),
    "a giver with SQL": (
        submission(giver="' OR 1=1; DROP TABLE kept --------"),
        "bad_message",
        "giver",
    ),
    "no drawing": (submission(drawing=""), "bad_message", "drawing"),
    "a long drawing": (submission(drawing="x" * 65), "bad_message", "drawing"),
    "no label": (
        {name: value for name, value in submission().items() if name != "label"},
        "bad_message",
        "label",
    ),
    "a label that nobody knows": (submission(label="A"), "bad_message", "label"),
    "a label that is none": (submission(label="7' --"), "bad_message", "label"),
    "another format": (
        submission(session={**session_file(SEVEN), "format": "svg"}),
        "bad_message",
        "session.format",
    ),
    "a later version": (
        submission(session={**session_file(SEVEN), "v": 2}),
        "bad_message",
        "session.v",
    ),
    "no messages": (submission_of(), "no_ink", "session"),
    "ink that was cleared": (
        submission_of(sent_entry(ink_message(1, SEVEN)), sent_entry({"type": "clear", "seq": 2})),
        "no_ink",
        "session",
    ),
    "the wrong order": (
        submission_of(sent_entry(ink_message(1, SEVEN)), sent_entry(ink_message(1, SEVEN))),
        "bad_order",
        "session.messages[1].send.seq",
    ),
    "no message of ours": (
        submission_of({"at": 0, "recv": {"type": "?"}}),
        "bad_message",
        "session.messages[0].recv",
    ),
    "too many strokes": (
        submission([[(1, 1)]] * 501),
        "limit",
        "session.messages[500].send.strokes",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_invalid_submission_is_refused(sample_server: Server, file: Path, name: str) -> None:
    body, code, field = REFUSED[name]
    before = list(rows(str(file)))
    status, answer, _ = request_ink(sample_server, "POST", body)
    assert status == 400, answer
    error = answer["error"]
    assert not code or error["code"] == code, error
    assert error.get("field") == field or not code
    assert error["message"].startswith((field or "").partition(".send")[0])
    assert len(error["message"]) < 400
    assert list(rows(str(file))) == before


def test_a_deletion_names_its_submitter(sample_server: Server) -> None:
    for body in (b"", b"{}", b'{"giver": "x"}', b'{"giver": null}', b"[" * 9_000):
        status, answer, _ = request_ink(sample_server, "DELETE", body)
        assert (status, answer["error"]["code"]) in ((400, "bad_message"), (400, "bad_json"))
