"""The replay's client: sends a recording over a WebSocket and collects the final answers.

A server that is sent more than it takes, or is full, says for how long to wait. What it has taken
until then cannot be told from what it has refused, and an `ink` message would forget the history
that later messages undo. So the recording is sent again from its beginning, over a new connection,
no faster than the server takes it.
"""

import sys
import threading
import time
from collections.abc import Callable

import msgspec
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI, WebSocketException
from websockets.http11 import Response
from websockets.sync.client import ClientConnection, connect

from realtime.protocol import messages
from realtime.protocol.server_messages import Error, Prediction
from realtime.protocol.session_file import Recording

# A network or a server that is busy; a final answer takes milliseconds.
ANSWER_TIMEOUT_S = 10.0
# The pace halves each time, so that even messages that count as a hundred get through.
ATTEMPTS = 10


class ReplayError(Exception):
    """A recording could not be replayed; a sentence says why.

    ├── RefusedError         the server refused a message
    └── UnreachableError     there is no connection, for this recording as for any other
    """


class RefusedError(ReplayError):
    """The server refused a message, or the connection."""

    def __init__(self, error: Error) -> None:
        super().__init__(f"{error.code}: {error.message}")
        self.error = error


class UnreachableError(ReplayError):
    """The server cannot be reached, or lets nobody in."""


def replay(
    recording: Recording,
    send: Callable[[str], object],
    receive: Callable[[float], str | bytes],
    *,
    real_time: bool = False,
    messages_per_s: float | None = None,
) -> dict[int, Prediction]:
    """Replay a recording over an open WebSocket, and wait for each final answer recorded.

    Args:
        recording: what to replay.
        send: sends one text message.
        receive: waits so many seconds for the next message, and raises TimeoutError when none
            comes.
        real_time: keep the recorded times; else as fast as it goes.
        messages_per_s: no faster than this.

    Returns:
        The final answers by `seq`.

    Raises:
        RefusedError: the server refused a message.
        ReplayError: an answer did not come.
    """
    answers: dict[int, Prediction] = {}

    def take_answer(timeout_s: float) -> None:
        answer = messages.decode_answer(receive(min(timeout_s, threading.TIMEOUT_MAX)))
        if isinstance(answer, Error):
            raise RefusedError(answer)
        if isinstance(answer, Prediction) and answer.final:
            answers[answer.seq] = answer

    def take_answers_until(moment: float) -> None:
        try:
            while True:
                take_answer(max(0.0, moment - time.monotonic()))
        except TimeoutError:
            return

    start = time.monotonic()
    for number, (at_ms, text) in enumerate(recording.sent):
        recorded_s = at_ms / 1000 if real_time else 0.0
        paced_s = number / messages_per_s if messages_per_s else 0.0
        take_answers_until(start + max(recorded_s, paced_s))
        send(text.decode())
    try:
        while recording.finals.keys() - answers.keys():
            take_answer(ANSWER_TIMEOUT_S)
    except TimeoutError as error:
        raise ReplayError(f"no answer within {ANSWER_TIMEOUT_S:.0f} s") from error
    return answers


def replay_over_the_wire(
    recording: Recording, url: str, *, token: str = "", real_time: bool = False
) -> dict[int, Prediction]:
    """Replay a recording on the server at an address; see `replay`.

    What the server says of how long to wait is done, and said on standard error.

    Raises:
        UnreachableError: the server cannot be reached, or lets nobody in.
        ReplayError: the server refused a message, closed the connection, or did not answer.
    """
    messages_per_s = None
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            return _replay_once(recording, url, token, real_time, messages_per_s)
        except RefusedError as refused:
            error = refused.error
            if error.retry_ms is None or not attempts_left:
                raise
            waiting = f"waiting {error.retry_ms / 1000:.1f} s, then from the beginning"
            if error.code == "rate" and error.limit:
                messages_per_s = messages_per_s / 2 if messages_per_s else error.limit
                waiting += f" at {messages_per_s:g} messages a second"
            print(f"{refused} ({waiting})", file=sys.stderr, flush=True)
            time.sleep(error.retry_ms / 1000)
    raise AssertionError("the last attempt returns or raises")


def _replay_once(
    recording: Recording, url: str, token: str, real_time: bool, messages_per_s: float | None
) -> dict[int, Prediction]:
    try:
        with _open(url, token) as connection:
            return replay(
                recording,
                lambda text: _send(connection, text),
                connection.recv,
                real_time=real_time,
                messages_per_s=messages_per_s,
            )
    except ConnectionClosed as error:
        raise ReplayError(f"the connection was closed: {error}") from error


def _send(connection: ClientConnection, text: str) -> None:
    try:
        connection.send(text)
    except ConnectionClosed:
        # The server has said why before it closed; where it has not, `recv` raises the same.
        while True:
            answer = messages.decode_answer(connection.recv())
            if isinstance(answer, Error):
                raise RefusedError(answer) from None


def _open(url: str, token: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        # A receive queue that was full would keep it from seeing errors and the close.
        return connect(url, additional_headers=headers, compression=None, max_queue=None)
    except InvalidStatus as error:
        raise _refused_in_http(url, error.response) from error
    except (InvalidURI, ValueError) as error:
        raise UnreachableError(f"{url}: is no address such as ws://localhost:8000/ws") from error
    except WebSocketException as error:
        raise UnreachableError(f"{url}: speaks no WebSocket: {error}") from error
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise UnreachableError(f"{url}: cannot be reached: {reason}") from error


class _Said(msgspec.Struct):
    code: str
    message: str


class _ErrorBody(msgspec.Struct):
    """What the service answers in HTTP where it refuses a handshake."""

    error: _Said


def _refused_in_http(url: str, response: Response) -> ReplayError:
    status = response.status_code
    retry_after = response.headers.get("Retry-After", "")
    try:
        said = msgspec.json.decode(response.body or b"", type=_ErrorBody).error
    except msgspec.DecodeError:
        said = _Said("http", f"{response.reason_phrase}: nothing there speaks WebSocket")
    if status == 503 and retry_after.isdecimal():
        retry_ms = 1000 * int(retry_after)
        return RefusedError(
            Error(code=said.code, message=said.message, fatal=True, retry_ms=retry_ms)
        )
    advice = "; INK_TOKEN or --token gives it" if status == 401 else ""
    return UnreachableError(f"{url}: HTTP {status}, {said.message}{advice}")
