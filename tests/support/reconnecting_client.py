"""A client that draws in real time, reconnects as the page does, and sends its ink again.

The pen goes on whatever becomes of the connection, as a person's does. What the server lacks is
sent when there is a connection; a new one gets an `ink` message with all finished strokes, and the
open stroke from its start (PROTOCOL.md).
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.support.backoff import Backoff
from tests.support.drawing import Json, Point, ink_message, points_message
from tests.support.recorded_drawings import RecordedDrawing

BATCH_S = 0.04
# Those of web/element/socket.js.
ANSWER_WAIT_S = 5.0
STABLE_S = 5.0
GOING_AWAY = 1001
CONFIG = {"type": "config", "v": 1, "canvas": {"width": 400, "height": 400}, "heartbeat": True}


@dataclass(frozen=True)
class Answered:
    """A drawing with its final answer; times are those of `time.monotonic`.

    `is_right` says whether the answer is that which the recording has, to all of its strokes.
    """

    began_s: float
    pen_up_s: float
    answered_s: float
    is_right: bool

    @property
    def wait_s(self) -> float:
        """From the last time that the pen was lifted until the final answer."""
        return self.answered_s - self.pen_up_s


@dataclass(frozen=True)
class Loss:
    """A connection that was lost, or could not be made, and the wait until the next attempt."""

    at_s: float
    code: int
    backoff_s: float


class ReconnectingClient:
    """A person who draws; `drawings` are those that were answered, `losses` the lost connections.

    `opened_s` are the times at which a connection was ready, `errors` the codes of error messages.
    """

    def __init__(self, url: str, rng: random.Random) -> None:
        self.drawings: list[Answered] = []
        self.losses: list[Loss] = []
        self.opened_s: list[float] = []
        self.errors: list[str] = []
        self._url = url
        self._backoff = Backoff(rng)
        self._strokes: list[list[Point]] = []
        self._is_open = False
        self._must_clear = False
        # What the server has: whole strokes, and points of the next one.
        self._finished = self._streamed = 0
        self._seq = 0
        # The newest message that has to be answered, since when, and what the answer was.
        self._awaited = 0
        self._awaited_since_s = 0.0
        # Whether the connection has brought an answer.
        self._has_answered = False
        self._changed = asyncio.Event()
        self._answered = asyncio.Event()
        self._answer: Json = {}

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hold a connection, or try to, until the block ends."""
        link = asyncio.create_task(self._stay_connected())
        try:
            yield
        finally:
            link.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await link

    async def draw(self, drawing: RecordedDrawing) -> None:
        """Draw on an empty canvas as it was recorded, and wait for the final answer."""
        self._must_clear = bool(self._strokes)
        self._strokes = []
        self._finished = self._streamed = 0
        self._note_change()
        began_s = time.monotonic()
        for stroke in drawing.strokes:
            self._is_open = True
            self._strokes.append([])
            for point in stroke:
                late_s = began_s + point.at_s - time.monotonic()
                if late_s > BATCH_S:
                    self._note_change()
                    await asyncio.sleep(late_s)
                self._strokes[-1].append((point.x, point.y))
            self._is_open = False
            self._note_change()
        pen_up_s = time.monotonic()
        await self._answered.wait()
        is_right = self._answer["top"][0]["label"] == drawing.label
        self.drawings.append(Answered(began_s, pen_up_s, time.monotonic(), is_right))

    def _note_change(self) -> None:
        self._answered.clear()
        self._changed.set()

    async def _stay_connected(self) -> None:
        while True:
            code, asked_s = 1006, None
            started_s = time.monotonic()
            self._has_answered = False
            try:
                async with connect(
                    self._url,
                    compression=None,
                    open_timeout=ANSWER_WAIT_S,
                    close_timeout=0.1,  # what does not answer is not waited for
                    ping_interval=None,
                ) as socket:
                    asked_s = await self._converse(socket)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
            except (OSError, WebSocketException):
                pass  # nobody listens, or what answers is no service: the next attempt may differ
            now_s = time.monotonic()
            was_open = bool(self.opened_s) and self.opened_s[-1] > started_s
            if was_open and (self._has_answered or now_s - started_s > STABLE_S):
                self._backoff.reset()
            wait_s = self._backoff.next_s(asked_s, is_going_away=code == GOING_AWAY)
            self.losses.append(Loss(now_s, code, wait_s))
            await asyncio.sleep(wait_s)

    async def _converse(self, socket: ClientConnection) -> float | None:
        """Talk until the connection ends; seconds to wait, where the server asks for it.

        Raises:
            websockets.exceptions.ConnectionClosed: it was closed.
            TimeoutError: the server does not answer.
        """
        async with asyncio.timeout(ANSWER_WAIT_S):
            ready = json.loads(await socket.recv())
        if ready["type"] == "error":
            if "retry_ms" not in ready:
                await socket.recv()  # raises, with the code of the close
            return float(ready["retry_ms"]) / 1000
        self.opened_s.append(time.monotonic())
        await socket.send(json.dumps(CONFIG))
        await self._send_all(socket)
        sender = asyncio.create_task(self._send_changes(socket))
        try:
            while True:
                await self._receive(socket)
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                await sender

    async def _receive(self, socket: ClientConnection) -> None:
        try:
            async with asyncio.timeout(1):
                text = await socket.recv()
        except TimeoutError:
            is_awaited = self._awaited and not self._answered.is_set()
            if is_awaited and time.monotonic() - self._awaited_since_s > ANSWER_WAIT_S:
                raise
            return
        message = json.loads(text)
        if message["type"] == "heartbeat":
            await socket.send(text)
        if message["type"] == "error":
            self.errors.append(message["code"])
        self._has_answered |= message["type"] == "prediction"
        if message["type"] != "prediction" or not message["final"]:
            return
        self._awaited_since_s = time.monotonic()  # the wait is for the newest one alone
        is_all = not self._is_open and self._finished == len(self._strokes) == message["strokes"]
        if is_all and self._strokes and message["seq"] == self._awaited:
            self._awaited = 0
            self._answer = message
            self._answered.set()

    async def _send_all(self, socket: ClientConnection) -> None:
        """Have the server replace what it has, which is nothing, by what is drawn."""
        self._seq = self._awaited = 0
        self._must_clear = False
        finished: Sequence[Sequence[Point]] = self._strokes[: len(self._strokes) - self._is_open]
        self._finished, self._streamed = len(finished), 0
        if finished:
            await self._send(socket, ink_message(self._next_seq(), finished), is_awaited=True)
        await self._send_lacking(socket)

    async def _send_changes(self, socket: ClientConnection) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._send_lacking(socket)

    async def _send_lacking(self, socket: ClientConnection) -> None:
        """Send what the server lacks; the pen may go on, or begin anew, between two messages."""
        while self._must_clear or self._finished < len(self._strokes):
            if self._must_clear:
                self._must_clear = False
                clear = {"type": "clear", "seq": self._next_seq()}
                await self._send(socket, clear, is_awaited=True)
                continue
            number = self._finished
            stroke = self._strokes[number]
            is_end = number < len(self._strokes) - 1 or not self._is_open
            new = stroke[self._streamed :]
            if not new and not is_end:
                return
            # Before anything can be answered.
            self._streamed = 0 if is_end else len(stroke)
            self._finished += is_end
            message = points_message(self._next_seq(), number, new, end=is_end)
            await self._send(socket, message, is_awaited=is_end)

    async def _send(self, socket: ClientConnection, message: Json, *, is_awaited: bool) -> None:
        if is_awaited:
            self._awaited, self._awaited_since_s = message["seq"], time.monotonic()
        await socket.send(json.dumps(message))

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq
