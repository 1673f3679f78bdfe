"""The expected course of a conversation, and checks of what PROTOCOL.md promises."""

import json
import re
import time

from realtime.errors import (
    BinaryMessageError,
    MalformedMessageError,
    ReportedError,
    SizeError,
)
from realtime.protocol import messages
from realtime.recognition.recognizer import Recognizers
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import ConnectionLimits, DrawingLimits
from realtime.websocket.close_codes import close_code
from tests.support.drawing import Json
from tests.support.files import ROOT
from tests.support.strategies.fuzz_input import FuzzInput

LAST_SEQ = 2**53 - 1
NOT_JSON = object()
# Fields with a numeric limit.
NUMERIC_FIELDS = re.compile(r"(\b(seq|stroke|top|width|height)|\b[xytp]\[\d+\])$")

PROTOCOL = (ROOT / "realtime" / "protocol" / "PROTOCOL.md").read_text()
ERROR_FIELDS = set(
    re.findall(r"\w+", re.findall(r"^\| `error` \| (.*) \|$", PROTOCOL, re.MULTILINE)[0])
)
# The close code of each error code, or None for errors that keep the connection open.
CODES = {
    code: int(close) if close else None
    for code, close in re.findall(
        r"^\| `(\w+)` \| .* \| (?:fatal, close (\d+)|stays open.*) \|$", PROTOCOL, re.MULTILINE
    )
}
# What the assembler of messages, or the decoder, raises for input that was made to be refused so.
FATAL_ERRORS: dict[str, ReportedError] = {
    "too_big": SizeError(
        code="too_big", message="in whatever words", limit=ConnectionLimits().message_bytes
    ),
    "not_text": BinaryMessageError(code="not_text", message="in whatever words"),
    "bad_json": MalformedMessageError(code="bad_json", message="in whatever words"),
}


def parse_json(text: bytes) -> object:
    """The value of JSON text, `NOT_JSON` for other text, None if it is nested too deeply."""
    # Python accepts NaN, and refuses whole numbers that are as long as that.
    long = float if re.search(rb"\d{4000}", text) else None
    try:
        value = json.loads(text.decode(), parse_constant=int, parse_int=long)
        # A lone surrogate is no text.
        return (
            value
            if b"\\ud" not in text or json.dumps(value, ensure_ascii=False).encode()
            else NOT_JSON
        )
    except RecursionError:
        return None
    except ValueError:
        return NOT_JSON


class ExpectedConversation:
    """The expected course of one conversation, computed in process."""

    def __init__(self, recognizers: Recognizers) -> None:
        self.due: list[Json] = []
        self.newest = -1
        self._session = Session(recognizers, DrawingLimits())

    def take(self, fuzz_input: FuzzInput) -> int | None:
        """Note what the input is due; return the close code if it ends the conversation."""
        if isinstance(fuzz_input.ends, int):
            return fuzz_input.ends
        try:
            if fuzz_input.ends:
                raise FATAL_ERRORS[fuzz_input.ends]
            message = messages.decode(fuzz_input.payload)
            assert parse_json(fuzz_input.payload) is not NOT_JSON, "accepted, but it is no JSON"
            self.newest = max(self.newest, getattr(message, "seq", -1))
            pending = self._session.apply(message)
        except ReportedError as error:
            code = close_code(error)
            report = messages.error_message(error, is_fatal=code is not None)
            refusal: Json = json.loads(messages.encode(report))
            check_error(refusal, parse_json(fuzz_input.payload))
            self.due.append(refusal)
            return code
        if pending is PendingReply.FINAL:
            answer = self._session.answer(time.perf_counter_ns(), final=True)
            self.due.append(json.loads(messages.encode(answer)))
            check_prediction(self.due[-1])
        return None


def check_error(error: Json, value: object) -> None:
    """Assert what PROTOCOL.md promises of an error, given the refused message."""
    code, field = error["code"], error.get("field", "")
    assert error.keys() - {"type"} <= ERROR_FIELDS
    assert error["message"]
    assert error["fatal"] == (CODES[code] is not None)
    assert code != "bad_json" or value is NOT_JSON, "called no JSON, but it is"
    if code in ("limit", "too_big", "version") or (code, field) == ("bad_order", "seq"):
        assert "limit" in error, error
    if error["fatal"] or "nested too deeply" in error["message"] or not isinstance(value, dict):
        return
    assert re.fullmatch(r"\w+([.\[]\w+\]?)*", field), error
    if code == "bad_message":
        *parents, last = re.findall(r"\w+", field)
        place = value
        for step in parents:
            place = place[int(step) if isinstance(place, list) else step]
        found = place[int(last)] if isinstance(place, list) else place.get(last)
        # A number that is too large is refused with the limit.
        if (
            NUMERIC_FIELDS.search(field)
            and isinstance(found, int | float)
            and "got" not in error["message"]
        ):
            assert "limit" in error, error
    seq = value.get("seq")
    if value.get("type") != "config" and type(seq) is int and 0 <= seq <= LAST_SEQ:
        assert error["seq"] == seq


def check_prediction(answer: Json) -> None:
    """Assert what PROTOCOL.md promises of a prediction."""
    labels, shares = [one["label"] for one in answer["top"]], [one["p"] for one in answer["top"]]
    assert len(set(labels)) == len(labels), answer
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-5
    assert answer["empty"] == (answer["strokes"] == 0)
    # With these reasons nothing was read; with others there is a best guess all the same.
    is_unread = answer.get("reason") in ("rows", "pile", "too_many_strokes")
    assert (not labels) == (answer["empty"] or is_unread)
    assert answer["rejected"] or "reason" not in answer
    if "text" in answer:
        check_line(answer)


def check_formula(answer: Json) -> None:
    """Assert what PROTOCOL.md promises of the prediction for a formula."""
    best = answer["alternatives"][0]
    assert (best["latex"], best["mathml"]) == (answer["latex"], answer["mathml"])
    assert best.get("value") == answer.get("value")
    numbers = re.findall(r'data-segment="([\d ]+)"', answer["mathml"])
    named = [int(number) for one in numbers for number in one.split()]
    assert not [number for number in named if number >= len(answer["segments"])]


def check_line(answer: Json) -> None:
    """Assert what PROTOCOL.md promises of the prediction for a line."""
    pairs = [(one["label"], one["p"]) for one in answer["top"]]
    assert [(one["text"], one["p"]) for one in answer["alternatives"]] == pairs
    assert (answer["text"], answer["p"]) == (pairs[0] if pairs else ("", 0))
    segments = answer["segments"]
    if "latex" in answer:
        check_formula(answer)
    elif any("at" in one for one in segments):
        # Between the characters there are spaces, which nobody drew.
        text = answer["text"]
        assert all(text[one["at"] :].startswith(one["label"]) for one in segments)
        assert "".join(one["label"] for one in segments) == text.replace(" ", "")
    else:
        assert "".join(one["label"] for one in segments) == answer["text"]
    for segment in segments:
        assert segment["strokes"]
        assert 0 <= segment["p"] <= 1
        assert segment.get("pinned", True) is True
        shares = [one["p"] for one in segment["top"]]
        assert shares == sorted(shares, reverse=True)
        left, top, right, bottom = segment["box"]
        assert left <= right
        assert top <= bottom
