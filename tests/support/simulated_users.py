"""Hands that draw through whatever happens to the service: as the page does, they reconnect, send their ink again and go on."""

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

# What is drawn, with the label of its last answer.
DRAWINGS: list[tuple[str, list[list[Point]]]] = [("7", SEVEN), ("1", ONE), ("7", SEVEN)]
BETWEEN_MESSAGES_S = 0.04
BETWEEN_DRAWINGS_S = 0.1
RECONNECT_S = 0.1
# Without any answer: lost.
ANSWER_TIMEOUT_S = 15.0


class SimulatedUser:
    """One person. Draws until told to stop, and then finishes the drawing."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.drawings = 0
        self.wrong: list[str] = []
        self.reconnects = 0
        self.close_codes: Counter[int] = Counter()
        self.versions: set[str] = set()
        # When an end of stroke was sent whose answer the connection did not bring.
        self.unanswered_s: list[float] = []
        self._url = url
        self._chance = chance
        self._socket: ClientConnection | None = None
        self._seq = 0
        self._number = 0

    async def draw_until(self, stops: asyncio.Event) -> None:
        await asyncio.sleep(self._chance.random() * 0.5)
        while not stops.is_set():
            label, strokes = self._chance.choice(DRAWINGS)
            done: list[list[Point]] = []
            answer: Json = {}
            for stroke in strokes:
                answer = await self._draw(done, stroke)
                done.append(stroke)
            self.drawings += 1
            if (answer["top"][0]["label"], answer["strokes"]) != (label, len(strokes)):
                self.wrong.append(
                    f"{answer['top'][0]['label']} of {answer['strokes']} strokes, drawn was {label} of {len(strokes)}"
                )
            await asyncio.sleep(BETWEEN_DRAWINGS_S)
            await self._ask(done, {"type": "clear"})
        if self._socket:
            await self._socket.close()

    async def _draw(self, done: list[list[Point]], stroke: list[Point]) -> Json:
        """Draw one more stroke, from its beginning again where the connection is lost; its final answer."""
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
        await asyncio.sleep(RECONNECT_S * (0.5 + self._chance.random()))

    async def _connected(self, done: list[list[Point]]) -> ClientConnection:
        """The connection, a new one with the ink that was there if it was lost."""
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while self._socket is None:
            try:
                socket = await connect(self._url, compression=None)
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
    """Many hands, in a thread of their own."""

    def __init__(self, url: str, count: int) -> None:
        chance = random.Random(1)
        self.all = [SimulatedUser(url, random.Random(chance.random())) for _ in range(count)]
        self._loop = asyncio.new_event_loop()
        self._stops = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        async def draw() -> None:
            self._tasks = [asyncio.create_task(hand.draw_until(self._stops)) for hand in self.all]
            results = await asyncio.gather(*self._tasks, return_exceptions=True)
            self.failures = [result for result in results if isinstance(result, BaseException)]

        self._loop.run_until_complete(draw())
        self._loop.close()

    @property
    def drawings(self) -> int:
        """Drawings that got their final answer."""
        return sum(hand.drawings for hand in self.all)

    @property
    def close_codes(self) -> Counter[int]:
        """How connections ended that a hand did not close itself."""
        return sum((hand.close_codes for hand in self.all), Counter[int]())

    def finish(self) -> None:
        """Let each finish its drawing."""
        self._loop.call_soon_threadsafe(self._stops.set)
        self._thread.join()

    def give_up(self) -> None:
        """End where the service has ended."""

        def cancel() -> None:
            for task in self._tasks:
                task.cancel()

        self._loop.call_soon_threadsafe(cancel)
        self._thread.join()


@contextmanager
def simulate_users(url: str, count: int) -> Iterator[SimulatedUsers]:
    """Hands that draw while the block runs; all of them in the midst of it when it begins. Afterwards each has finished its drawing."""
    hands = SimulatedUsers(url, count)
    try:
        wait_until(lambda: all(hand.drawings for hand in hands.all), limit_s=60)
        yield hands
    finally:
        if hands._thread.is_alive():
            hands.finish()
