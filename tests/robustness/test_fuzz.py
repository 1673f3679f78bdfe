"""Whatever comes over the wire is answered, refused with a reason, or ended with a documented close code; nobody else notices."""

import contextlib
import json
import os
import re
import socket
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis.strategies import SearchStrategy
from websockets.exceptions import ConnectionClosed

from realtime.config import ConnectionLimits, DrawingLimits
from realtime.errors import BinaryMessageError, MalformedMessageError, ReportedError, SizeError
from realtime.protocol import messages
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.session import PendingReply, Session
from realtime.websocket.close_codes import close_code
from tests.support.drawing import SEVEN, Json, ink_message, open_session
from tests.support.files import ROOT
from tests.support.probe_app import UNLIMITED_RATE
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve
from tests.support.strategies.fuzz_input import FuzzInput
from tests.support.strategies.messages import batches
from tests.support.strategies.requests import handshakes, uploads

# Batches of fifty messages, and requests. Whoever asks for a number of their own gets others with each run.
EXAMPLES = int(os.environ.get("INK_FUZZ_EXAMPLES", "400"))
REPEATABLE = "INK_FUZZ_EXAMPLES" not in os.environ
FUZZ = settings(
    max_examples=EXAMPLES,
    derandomize=REPEATABLE,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
KINDS = (
    "wrong types, NaN, infinities, huge integers, deep nesting, wrong order, unknown strokes, negative times, empty lists, "
    "unequal columns, 10,000 points in a stroke, strokes off the canvas, invalid UTF-8, binary, fragments, oversize and broken frames"
)
LAST_SEQ = 2**53 - 1
NOT_JSON = object()
# Fields that take a number within limits.
NUMBERS = re.compile(r"(\b(seq|stroke|top|width|height)|\b[xytp]\[\d+\])$")

PROTOCOL = (ROOT / "realtime" / "PROTOCOL.md").read_text()
ERROR_FIELDS = set(
    re.findall(r"\w+", re.findall(r"^\| `error` \| (.*) \|$", PROTOCOL, re.MULTILINE)[0])
)
# Each error code, and the close code that follows it, if one does.
CODES = {
    code: int(close) if close else None
    for code, close in re.findall(
        r"^\| `(\w+)` \| .* \| (?:fatal, close (\d+)|stays open.*) \|$", PROTOCOL, re.MULTILINE
    )
}


# What the assembler of messages raises, which the rules played in process do not include.
FATAL_ERRORS: dict[str, ReportedError] = {
    "too_big": SizeError(
        code="too_big", message="in whatever words", limit=ConnectionLimits().message_bytes
    ),
    "not_text": BinaryMessageError(code="not_text", message="in whatever words"),
    "bad_json": MalformedMessageError(code="bad_json", message="in whatever words"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of its own, with one worker, to which everybody may talk as fast as they can."""
    log = tmp_path_factory.mktemp("fuzz") / "log"
    with serve(log, environment=UNLIMITED_RATE, INK_IMAGES_PER_MINUTE="1000000000") as running:
        yield running


@pytest.fixture(autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """The service is as it was before, and has nothing to report."""
    logged = len(server.log)
    yield
    with urllib.request.urlopen(f"{server.http}/healthz", timeout=10) as response:  # noqa: S310
        assert response.status == 200
    news = server.log[logged:]
    trouble = re.search(r"Traceback| ERROR |Booting worker", news)
    assert trouble is None, news[trouble.start() :][:4_000]


def parsed(text: bytes) -> object:
    """What JSON says, as Python reads it; `NOT_JSON` if it is none, None if it is too deep to tell."""
    # Python reads NaN, and no whole numbers as long as that.
    long = float if re.search(rb"\d{4000}", text) else None
    try:
        value = json.loads(text.decode(), parse_constant=int, parse_int=long)
        # Half of a surrogate pair is no text.
        return (
            value
            if b"\\ud" not in text or json.dumps(value, ensure_ascii=False).encode()
            else NOT_JSON
        )
    except RecursionError:
        return None
    except ValueError:
        return NOT_JSON


class Judge:
    """One conversation as it has to go: the rules, played in process."""

    def __init__(self, recognizer: DigitRecognizer) -> None:
        self.due: list[Json] = []
        self.newest = -1
        self._session = Session(recognizer, DrawingLimits())

    def hear(self, attempt: FuzzInput) -> int | None:
        """Note what is due for it; the close code, if it ends the conversation."""
        if isinstance(attempt.ends, int):
            return attempt.ends
        try:
            if attempt.ends:
                raise FATAL_ERRORS[attempt.ends]
            message = messages.decode(attempt.payload)
            assert parsed(attempt.payload) is not NOT_JSON, "taken, but it is no JSON"
            self.newest = max(self.newest, getattr(message, "seq", -1))
            pending = self._session.apply(message)
        except ReportedError as error:
            code = close_code(error)
            report = messages.error_message(error, is_fatal=code is not None)
            refusal: Json = json.loads(messages.encode(report))
            check_error(refusal, parsed(attempt.payload))
            self.due.append(refusal)
            return code
        if pending is PendingReply.FINAL:
            answer = self._session.answer(time.perf_counter_ns(), final=True)
            self.due.append(json.loads(messages.encode(answer)))
            check_prediction(self.due[-1])
        return None


def check_error(error: Json, value: object) -> None:
    """What PROTOCOL.md promises of an error, given the message that is refused."""
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
        # Who sends a number that is too large is told how large it may be.
        if (
            NUMBERS.search(field)
            and isinstance(found, int | float)
            and "got" not in error["message"]
        ):
            assert "limit" in error, error
    seq = value.get("seq")
    if value.get("type") != "config" and type(seq) is int and 0 <= seq <= LAST_SEQ:
        assert error["seq"] == seq


def check_prediction(answer: Json) -> None:
    """What PROTOCOL.md promises of a prediction."""
    labels, shares = [one["label"] for one in answer["top"]], [one["p"] for one in answer["top"]]
    assert len(set(labels)) == len(labels), answer
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1 + 1e-5
    assert answer["empty"] == (answer["strokes"] == 0) == (not labels)


def converse(
    server: Server, recognizer: DigitRecognizer, attempts: list[FuzzInput], tally: Counter[str]
) -> int:
    """Send attempts, all that there are or until one ends the conversation, at once; how many that were."""
    judge = Judge(recognizer)
    closing = None
    count = 0
    while count < len(attempts) and not closing:
        # The last one that Hypothesis lists is at fault.
        note(repr(attempts[count]))
        closing = judge.hear(attempts[count])
        count += 1
    good = FuzzInput(json.dumps(ink_message(min(judge.newest + 1, LAST_SEQ), SEVEN)).encode())
    if not closing:
        judge.hear(good)
        assert judge.newest == LAST_SEQ or (judge.due[-1]["final"], judge.due[-1]["strokes"]) == (
            True,
            1,
        )
    received: list[Json] = []
    with open_session(server.ws) as client:
        # The server ignores what follows the end of the conversation.
        client.send_frames(b"".join(one.wire for one in [*attempts[: count + 3], good]))
        with contextlib.suppress(ConnectionClosed):
            received.extend(islice(due(iter(client.receive, None)), len(judge.due) + bool(closing)))
        assert received == list(due(judge.due))
        assert client.connection.close_code == closing
    tally["closed"] += bool(closing)
    tally.update(message["type"] for message in received)
    return count


def due(received: Iterable[Json]) -> Iterator[Json]:
    """Answers, without their words and times. How many come while the pen moves nobody can say."""
    for message in received:
        if message.get("final") is not False:
            yield {name: value for name, value in message.items() if name not in ("message", "us")}


def test_twenty_thousand_messages_that_nobody_should_send(
    server: Server, recognizer: DigitRecognizer, robustness: RobustnessTable
) -> None:
    tally: Counter[str] = Counter()
    tried = 0
    with open_session(server.ws) as neighbour:
        before = neighbour.draw(SEVEN)

        @FUZZ
        @given(batches())
        def try_them(attempts: list[FuzzInput]) -> None:
            nonlocal tried
            left = [attempt.numbered(number) for number, attempt in enumerate(attempts, 1)]
            while left:
                count = converse(server, recognizer, left, tally)
                left = left[count:]
                tried += count
            after = neighbour.ask("redo")
            assert (after["top"], after["strokes"]) == (before["top"], 1)

        try_them()
    assert not REPEATABLE or tried >= 20_000
    happened = (
        f"{tally['error']:,} refused with an `error`, {tally['prediction']:,} answered, the others need no answer; {tally['closed']:,} "
        "connections ended with the documented code; the next good message answered, the neighbour's ink the same, no traceback"
    )
    robustness.add("Bad input", f"messages: {KINDS}", tried, happened)


@pytest.mark.parametrize(
    ("what", "requests"),
    [("handshakes", handshakes()), ("uploads", uploads())],
    ids=["handshakes", "uploads"],
)
def test_requests_that_nobody_should_send(
    server: Server, robustness: RobustnessTable, what: str, requests: SearchStrategy[bytes]
) -> None:
    tally: Counter[int] = Counter()

    @FUZZ
    @given(requests)
    def try_it(request: bytes) -> None:
        status, body = exchange(server, request)
        # gunicorn itself refuses what is no HTTP, and not in JSON: also a transfer encoding or a version that it does not know.
        assert status in (101, 200, 501, 505) or 400 <= status < 500
        if status >= 400 and body.startswith(b"{"):
            assert json.loads(body)["error"].keys() >= {"code", "message"}
        tally[status] += 1

    try_it()
    happened = ", ".join(f"{count:,} × {status}" for status, count in sorted(tally.items()))
    robustness.add("Bad input", f"{what}, damaged", tally.total(), f"{happened}; no traceback")


def exchange(server: Server, request: bytes) -> tuple[int, bytes]:
    """The status of the answer to a request, and its body."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        # gunicorn answers what is no HTTP without reading it all, and the kernel then resets the connection.
        with contextlib.suppress(OSError):
            raw.sendall(request)
            raw.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while more := raw.recv(65_536):
                answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body
