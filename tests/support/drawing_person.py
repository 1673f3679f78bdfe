"""A person who draws in real time, with the client, and how long the answers took.

The pen goes on whatever becomes of the connection, as a person's does.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from realtime.client.asyncio import AsyncClient
from realtime.client.errors import ConnectionLostError
from realtime.client.news import Lost, News
from realtime.client.reconnecting import BATCH_S
from realtime.errors import RealtimeError, ReportedError
from realtime.protocol.client_messages import Canvas, Config
from realtime.websocket.close_codes import close_code
from tests.support.recorded_drawings import RecordedDrawing

# The page gives a connection as long.
CONNECT_TIMEOUT_S = 5.0
# Longer than any drawing may take to be answered.
ANSWER_TIMEOUT_S = 120.0


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


class DrawingPerson:
    """A person who draws; `drawings` are those that were answered, `losses` the lost connections.

    `opened_s` are the times at which a connection was ready, `errors` the codes of what servers
    said when they ended one.
    """

    def __init__(self, url: str, rng: random.Random) -> None:
        self.drawings: list[Answered] = []
        self.losses: list[Loss] = []
        self.opened_s: list[float] = []
        self.errors: list[str] = []
        self._client = AsyncClient(
            url,
            Config(canvas=Canvas(400, 400)),
            connect_timeout_s=CONNECT_TIMEOUT_S,
            answer_timeout_s=ANSWER_TIMEOUT_S,
            on_connection=self._note,
            rng=rng,
        )

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hold a connection, or try to, until the block ends."""
        async with self._client:
            yield

    async def draw(self, drawing: RecordedDrawing) -> None:
        """Draw on an empty canvas as it was recorded, and wait for the final answer."""
        client = self._client
        async with asyncio.TaskGroup() as unanswered:
            if client.strokes:
                unanswered.create_task(client.clear())
                # It is made before the pen is down.
                await asyncio.sleep(0)
            began_s = time.monotonic()
            for stroke in drawing.strokes:
                for point in stroke:
                    late_s = began_s + point.at_s - time.monotonic()
                    if late_s > BATCH_S:
                        await asyncio.sleep(late_s)
                    client.extend_stroke([(point.x, point.y)])
                pen_up_s = time.monotonic()
                last = unanswered.create_task(client.end_stroke())
                await asyncio.sleep(0)
            answer = await last
            answered_s = time.monotonic()
        is_right = answer.strokes == len(drawing.strokes) and answer.top[0].label == drawing.label
        self.drawings.append(Answered(began_s, pen_up_s, answered_s, is_right))

    def _note(self, news: News) -> None:
        if isinstance(news, Lost):
            code = close_code_of(news.error)
            self.losses.append(Loss(time.monotonic(), code, news.retry_s))
            if isinstance(news.error, ReportedError):
                self.errors.append(news.error.code)
        else:
            self.opened_s.append(time.monotonic())


def close_code_of(error: RealtimeError) -> int:
    """The code with which a connection was closed; 1006 where there was none."""
    if isinstance(error, ConnectionLostError):
        return error.close_code
    code = close_code(error) if isinstance(error, ReportedError) else None
    return code or 1006
