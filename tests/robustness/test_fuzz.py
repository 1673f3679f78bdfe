"""Fuzz tests: any input is answered, refused with a reason, or closes with its code."""

import contextlib
import json
import os
import re
import socket
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis.strategies import SearchStrategy
from websockets.exceptions import ConnectionClosed

from realtime.recognition.recognizer import Recognizers
from tests.support.drawing import SEVEN, Json, ink_message, open_session
from tests.support.expected_conversation import LAST_SEQ, ExpectedConversation
from tests.support.probe_app import UNLIMITED_RATE
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve
from tests.support.strategies.fuzz_input import FuzzInput
from tests.support.strategies.messages import batches
from tests.support.strategies.requests import handshakes, uploads

# The number of batches of fifty messages, and of requests. With a number of one's own the inputs
# differ in each run.
EXAMPLES = int(os.environ.get("INK_FUZZ_EXAMPLES", "400"))
REPEATABLE = "INK_FUZZ_EXAMPLES" not in os.environ
FUZZ = settings(
    max_examples=EXAMPLES,
    derandomize=REPEATABLE,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
INPUT_KINDS = (
    "wrong types, NaN, infinities, huge integers, deep nesting, wrong order, unknown strokes, "
    "negative times, empty lists, unequal columns, 10,000 points in a stroke, strokes off the "
    "canvas, invalid UTF-8, binary, fragments, oversize and broken frames"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service with one worker and no rate limits."""
    log = tmp_path_factory.mktemp("fuzz") / "log"
    with serve(log, environment=UNLIMITED_RATE, INK_IMAGES_PER_MINUTE="1000000000") as running:
        yield running


@pytest.fixture(autouse=True)
def assert_unharmed(server: Server) -> Iterator[None]:
    """Assert that the service answers and has logged no error."""
    logged = len(server.log)
    yield
    with urllib.request.urlopen(f"{server.http}/healthz", timeout=10) as response:  # noqa: S310
        assert response.status == 200
    news = server.log[logged:]
    trouble = re.search(r"Traceback| ERROR |Booting worker", news)
    assert trouble is None, news[trouble.start() :][:4_000]


def converse(
    server: Server, recognizers: Recognizers, inputs: list[FuzzInput], tally: Counter[str]
) -> int:
    """Send inputs up to one that ends the conversation; return how many these are."""
    expected = ExpectedConversation(recognizers)
    closing = None
    count = 0
    while count < len(inputs) and not closing:
        # The last input that Hypothesis lists is at fault.
        note(repr(inputs[count]))
        closing = expected.take(inputs[count])
        count += 1
    good = FuzzInput(json.dumps(ink_message(min(expected.newest + 1, LAST_SEQ), SEVEN)).encode())
    if not closing:
        expected.take(good)
        assert expected.newest == LAST_SEQ or (
            expected.due[-1]["final"],
            expected.due[-1]["strokes"],
        ) == (True, 1)
    received: list[Json] = []
    with open_session(server.ws) as client:
        # The server ignores what follows the end of the conversation.
        client.send_frames(b"".join(one.wire for one in [*inputs[: count + 3], good]))
        with contextlib.suppress(ConnectionClosed):
            received.extend(
                islice(comparable(iter(client.receive, None)), len(expected.due) + bool(closing))
            )
        assert received == list(comparable(expected.due))
        assert client.connection.close_code == closing
    tally["closed"] += bool(closing)
    tally.update(message["type"] for message in received)
    return count


def comparable(received: Iterable[Json]) -> Iterator[Json]:
    """Answers without texts and times, and without interim answers, whose number varies."""
    for message in received:
        if message.get("final") is not False:
            yield {name: value for name, value in message.items() if name not in ("message", "us")}


def test_twenty_thousand_invalid_messages(
    server: Server, recognizers: Recognizers, robustness: RobustnessTable
) -> None:
    tally: Counter[str] = Counter()
    tried = 0
    with open_session(server.ws) as bystander:
        before = bystander.draw(SEVEN)

        @FUZZ
        @given(batches())
        def run_batch(inputs: list[FuzzInput]) -> None:
            nonlocal tried
            left = [fuzz_input.numbered(number) for number, fuzz_input in enumerate(inputs, 1)]
            while left:
                count = converse(server, recognizers, left, tally)
                left = left[count:]
                tried += count
            after = bystander.ask("redo")
            assert (after["top"], after["strokes"]) == (before["top"], 1)

        run_batch()
    assert not REPEATABLE or tried >= 20_000
    happened = (
        f"{tally['error']:,} refused with an `error`, {tally['prediction']:,} answered, the "
        f"others need no answer; {tally['closed']:,} connections closed with the documented "
        "code; the next valid message answered, another user's ink the same, no traceback"
    )
    robustness.add("Bad input", f"messages: {INPUT_KINDS}", tried, happened)


@pytest.mark.parametrize(
    ("what", "requests"),
    [("handshakes", handshakes()), ("uploads", uploads())],
    ids=["handshakes", "uploads"],
)
def test_invalid_requests(
    server: Server, robustness: RobustnessTable, what: str, requests: SearchStrategy[bytes]
) -> None:
    tally: Counter[int] = Counter()

    @FUZZ
    @given(requests)
    def run_request(request: bytes) -> None:
        status, body = exchange(server, request)
        # gunicorn itself refuses what is no HTTP, and not in JSON. That includes unknown transfer
        # encodings and versions.
        assert status in (101, 200, 501, 505) or 400 <= status < 500
        if status >= 400 and body.startswith(b"{"):
            assert json.loads(body)["error"].keys() >= {"code", "message"}
        tally[status] += 1

    run_request()
    happened = ", ".join(f"{count:,} × {status}" for status, count in sorted(tally.items()))
    robustness.add("Bad input", f"{what}, damaged", tally.total(), f"{happened}; no traceback")


def exchange(server: Server, request: bytes) -> tuple[int, bytes]:
    """The status and body of the answer to a request."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        # gunicorn answers what is no HTTP without reading it all, and the kernel then resets the
        # connection.
        with contextlib.suppress(OSError):
            raw.sendall(request)
            raw.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while more := raw.recv(65_536):
                answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body
