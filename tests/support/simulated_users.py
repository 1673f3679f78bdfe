"""Simulated users, who reconnect and send their ink again when a connection is lost."""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.support.drawing import ONE, SEVEN, Json, Point, ink_message, points_message
from tests.support.server import wait_until

# Each drawing with its label.
DRAWINGS: list[tuple[str, list[list[Point]]]] = [("7", SEVEN), ("1", ONE), ("7", SEVEN)]
BETWEEN_MESSAGES_S = 0.04
BETWEEN_DRAWINGS_S = 0.1
RECONNECT_S = 0.1
# The wait after which an answer counts as lost.
ANSWER_TIMEOUT_S = 30.0
# A busy machine takes its time to start a worker, and to let hundreds of users in.
RECONNECT_TIMEOUT_S = 90.0


class SimulatedUser:
    """A user who draws until the event is set, and then finishes the drawing."""

    def __init__(self, url: str, rng: random.Random) -> None:
        self.drawings = 0
        self.wrong_answers: list[str] = []
        self.reconnects = 0
        self.close_codes: Counter[int] = Counter()
        self.versions: set[str] = set()
        # Times at which a stroke was ended whose answer was lost with the connection.
        self.unanswered_s: list[float] = []
        self._url = url
        self._rng = rng
        self._socket: ClientConnection | None = None
        self._seq = 0
        self._number = 0

    async def draw_until(self, stops: asyncio.Event) -> None:
        await asyncio.sleep(self._rng.random() * 0.5)
        while not stops.is_set():
            label, strokes = self._rng.choice(DRAWINGS)
            done: list[list[Point]] = []
            answer: Json = {}
            for stroke in strokes:
                answer = await self._draw(done, stroke)
                done.append(stroke)
            self.drawings += 1
            if (answer["top"][0]["label"], answer["strokes"]) != (label, len(strokes)):
                self.wrong_answers.append(
                    f"{answer['top'][0]['label']} of {answer['strokes']} strokes, "
                    f"not {label} of {len(strokes)}"
                )
            await asyncio.sleep(BETWEEN_DRAWINGS_S)
            await self._ask(done, {"type": "clear"})
        if self._socket:
            await self._socket.close()

    async def _draw(self, done: list[list[Point]], stroke: list[Point]) -> Json:
        """Draw one more stroke, again if the connection is lost, and return its final answer."""
        while True:
            sent_s = 0.0
            try:
                socket = await self._connected(done)
                self._number += 1
                for position in range(0, len(stroke), 2):
                    self._seq += 1
                    end = position + 2 >= len(stroke)
                    await socket.send(
                        json.dumps(
                            points_message(
                                self._seq, self._number, stroke[position : position + 2], end=end
                            )
                        )
                    )
                    if not end:
                        await asyncio.sleep(BETWEEN_MESSAGES_S)
                sent_s = time.monotonic()
                return await self._final(socket)
            except ConnectionClosed as closed:
                if sent_s:
                    self.unanswered_s.append(sent_s)
                await self._lost(closed.rcvd.code if closed.rcvd else 1006)

    async def _ask(self, done: list[list[Point]], message: Json) -> None:
        while True:
            try:
                socket = await self._connected(done)
                self._seq += 1
                await socket.send(json.dumps({**message, "seq": self._seq}))
                await self._final(socket)
            except ConnectionClosed as closed:
                await self._lost(closed.rcvd.code if closed.rcvd else 1006)
            else:
                return

    async def _lost(self, code: int) -> None:
        self._socket = None
        self.reconnects += 1
        self.close_codes[code] += 1
        await asyncio.sleep(RECONNECT_S * (0.5 + self._rng.random()))

    async def _connected(self, done: list[list[Point]]) -> ClientConnection:
        """The connection, or a new one to which the ink was sent again."""
        deadline = time.monotonic() + RECONNECT_TIMEOUT_S
        while self._socket is None:
            try:
                socket = await connect(self._url, compression=None, open_timeout=ANSWER_TIMEOUT_S)
                ready = json.loads(await socket.recv())
                if ready["type"] == "ready":
                    self.versions.add(ready["model"]["version"])
                    self._socket = socket
                    self._seq = 1
                    self._number = len(done)
                    await socket.send(json.dumps(ink_message(1, done)))
                    await self._final(socket)
                else:
                    await socket.wait_closed()
                    self.close_codes[socket.close_code or 1006] += 1
            except (OSError, ConnectionClosed, InvalidHandshake):
                self._socket = None
                if time.monotonic() > deadline:
                    raise
            if self._socket is None:
                await asyncio.sleep(RECONNECT_S)
        return self._socket

    async def _final(self, socket: ClientConnection) -> Json:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            while True:
                answer: Json = json.loads(await socket.recv())
                if (
                    answer["type"] == "prediction"
                    and answer["final"]
                    and answer["seq"] == self._seq
                ):
                    return answer


class SimulatedUsers:
    """Many simulated users, in a thread of their own."""

    def __init__(self, url: str, count: int) -> None:
        rng = random.Random(1)
        self.users = [SimulatedUser(url, random.Random(rng.random())) for _ in range(count)]
        self._loop = asyncio.new_event_loop()
        self._stops = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        async def draw() -> None:
            self._tasks = [asyncio.create_task(user.draw_until(self._stops)) for user in self.users]
            results = await asyncio.gather(*self._tasks, return_exceptions=True)
            self.failures = [result for result in results if isinstance(result, BaseException)]

        self._loop.run_until_complete(draw())
        self._loop.close()

    @property
    def drawings(self) -> int:
        """Drawings that got their final answer."""
        return sum(user.drawings for user in self.users)

    @property
    def close_codes(self) -> Counter[int]:
        """The close codes of connections that the users did not close themselves."""
        return sum((user.close_codes for user in self.users), Counter[int]())

    def finish(self) -> None:
        """Let each user finish its drawing, and wait for them. A second call does nothing."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stops.set)
        self._thread.join()

    def cancel(self) -> None:
        """Stop at once, since the service has ended."""

        def cancel_tasks() -> None:
            for task in self._tasks:
                task.cancel()

        self._loop.call_soon_threadsafe(cancel_tasks)
        self._thread.join()


@contextmanager
def simulate_users(url: str, count: int) -> Iterator[SimulatedUsers]:
    """Simulated users who draw while the block runs, each of them before it begins.

    After the block each has finished its drawing.
    """
    users = SimulatedUsers(url, count)
    try:
        wait_until(lambda: all(user.drawings for user in users.users), timeout_s=60)
        yield users
    finally:
        users.finish()
