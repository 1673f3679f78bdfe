"""Replays a recording over a WebSocket: sends its messages as they are, and collects the answers.

A server that is sent more than it takes, or is full, says for how long to wait. What it has taken
until then cannot be told from what it has refused, and an `ink` message would forget the history
that later messages undo. So the recording is sent again from its beginning, over a new connection,
no faster than the server takes it.
"""

import asyncio
import sys
import time
from typing import Protocol

from realtime.client.connection import open_connection
from realtime.client.errors import AnswerTimeoutError, reported_error
from realtime.errors import ReportedError
from realtime.protocol import messages
from realtime.protocol.client_messages import Config, HeartbeatReply, Points
from realtime.protocol.server_messages import Error, Prediction, ServerMessage
from realtime.protocol.session_file import Recording

# A network or a server that is busy; a final answer takes milliseconds.
ANSWER_TIMEOUT_S = 10.0
# The pace halves each time, so that even messages that count as a hundred get through.
ATTEMPTS = 10


class MessageConnection(Protocol):
    """What a recording is replayed over: a `ServerConnection`, or what observes one."""

    async def send(self, message: bytes) -> None:
        """Send a message; JSON."""

    async def receive(self) -> ServerMessage:
        """Wait for the next message."""


async def replay(
    recording: Recording,
    connection: MessageConnection,
    *,
    speed: float | None = None,
    messages_per_s: float | None = None,
) -> dict[int, Prediction]:
    """Replay a recording over an open connection, and wait for its final answers.

    These are the ones that were recorded; of a recording that has none, as it was imported, the one
    to the last edit.

    Args:
        recording: what to replay.
        connection: to the server.
        speed: how many times as fast as it was drawn; None is as fast as it goes.
        messages_per_s: no faster than this.

    Returns:
        The final answers by `seq`.

    Raises:
        ReportedError: the server refused a message.
        ConnectionLostError: it closed the connection.
        AnswerTimeoutError: an answer did not come.
    """
    answers: dict[int, Prediction] = {}
    expected = recording.finals.keys() or _last_edit(recording)
    loop = asyncio.get_running_loop()

    async def take_answer() -> None:
        answer = await connection.receive()
        if isinstance(answer, Error) and not answer.fatal:
            raise reported_error(answer)
        if isinstance(answer, Prediction) and answer.final:
            answers[answer.seq] = answer

    async def take_answers_until(moment_s: float) -> None:
        try:
            async with asyncio.timeout_at(moment_s):
                while True:
                    await take_answer()
        except TimeoutError:
            return

    start_s = loop.time()
    for number, (at_ms, text) in enumerate(recording.sent):
        recorded_s = at_ms / 1000 / speed if speed else 0.0
        paced_s = number / messages_per_s if messages_per_s else 0.0
        await take_answers_until(start_s + max(recorded_s, paced_s))
        await connection.send(text)
    try:
        while expected - answers.keys():
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await take_answer()
    except TimeoutError as error:
        raise AnswerTimeoutError(ANSWER_TIMEOUT_S) from error
    return answers


def _last_edit(recording: Recording) -> set[int]:
    """The `seq` of the last message that gets a final answer; none where there is no such message.

    Raises:
        MessageError: a message is none.
    """
    sent = [messages.decode(text) for _, text in recording.sent]
    edits = [
        one.seq
        for one in sent
        if not isinstance(one, Config | HeartbeatReply) and (not isinstance(one, Points) or one.end)
    ]
    return set(edits[-1:])


def replay_over_the_wire(
    recording: Recording, url: str, *, token: str = "", speed: float | None = None
) -> dict[int, Prediction]:
    """Replay a recording on the server at an address; see `replay`.

    What the server says of how long to wait is done, and said on standard error.

    Raises:
        UnreachableError, HTTPRefusalError, ConnectTimeoutError: there is no connection, for this
            recording as for any other.
        ReportedError, ConnectionLostError, AnswerTimeoutError: see `replay`.
    """
    messages_per_s = None
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            return asyncio.run(_replay_once(recording, url, token, speed, messages_per_s))
        except ReportedError as refused:
            if refused.retry_after_s is None or not attempts_left:
                raise
            waiting = f"waiting {refused.retry_after_s:.1f} s, then from the beginning"
            if refused.code == "rate" and refused.limit:
                messages_per_s = messages_per_s / 2 if messages_per_s else refused.limit
                waiting += f" at {messages_per_s:g} messages a second"
            print(f"{refused.code}: {refused} ({waiting})", file=sys.stderr, flush=True)
            time.sleep(refused.retry_after_s)
    raise AssertionError("the last attempt returns or raises")


async def _replay_once(
    recording: Recording, url: str, token: str, speed: float | None, messages_per_s: float | None
) -> dict[int, Prediction]:
    async with open_connection(url, token=token) as connection:
        return await replay(recording, connection, speed=speed, messages_per_s=messages_per_s)
