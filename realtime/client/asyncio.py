"""The client for asyncio: strokes in, answers out; a connection that is lost is made again.

    async with AsyncClient("ws://localhost:8000/ws") as client:
        answer = await client.draw([(100, 100), (200, 98), (260, 190), (190, 380)])
        print(answer.top[0].label)

`sync.py` has the same without asyncio, and docs/client.md says more of both.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

from realtime.client.drawing import DrawnStroke
from realtime.client.editor import StrokePoints
from realtime.client.lifecycle import ClientLife
from realtime.client.pictures import PICTURE_TIMEOUT_S, predict, predict_url
from realtime.protocol.client_messages import Example
from realtime.protocol.picture_messages import PictureAnswer
from realtime.protocol.server_messages import Prediction


class AsyncClient(ClientLife):
    """One drawing, and the answers to it. Not for several tasks that draw different things.

    All that draws or edits waits for the final answer to it, and returns that. It raises

    - `ReportedError` (`MessageError`, …) where the server refuses; what was drawn before stays,
    - `AnswerTimeoutError` where no answer comes in time; what was drawn is kept, and still sent,
    - `ClientConnectionError` where there is no connection, and another attempt would not help.

    Who stops waiting (cancels the task) does not take back what was drawn.

    Args:
        url: of the WebSocket, such as `ws://localhost:8000/ws`.
        config: what the ink is read as, and how the answers shall be.
        token: the server's, where it wants one.
        tls: whose certificates are trusted, where the URL begins with `wss`.
        connect_timeout_s: of each attempt to connect.
        answer_timeout_s: of each answer, reconnecting included.
        reconnect: whether a connection that is lost is made again.
        on_connection: is told of each connection made and lost.
        rng: of the waits before the next attempt.

    Attributes:
        ready: what the server says of itself; there as long as the client is open.
        latest: the newest answer.
    """

    @property
    def strokes(self) -> tuple[DrawnStroke, ...]:
        """The finished strokes of the drawing, with their numbers."""
        return self._synchronization.kept.drawing.strokes

    async def draw(self, stroke: StrokePoints) -> Prediction:
        """Draw a whole stroke."""
        return await self._ask(lambda on_done: self._editor.draw(stroke, on_done))

    async def draw_each(self, strokes: Iterable[StrokePoints]) -> AsyncIterator[Prediction]:
        """Draw strokes one after the other; yields the answer to each."""
        for stroke in strokes:
            yield await self.draw(stroke)

    def extend_stroke(self, points: StrokePoints) -> int:
        """Add points to the stroke that the pen draws, or begin one; returns its number.

        Nothing is waited for: interim answers come to who iterates over the client.
        """
        self._check_open()
        number = self._editor.extend_stroke(points)
        self._link.wake_soon()
        return number

    async def end_stroke(self) -> Prediction:
        """End the stroke that the pen draws."""
        return await self._ask(self._editor.end_stroke)

    async def read(self, strokes: Iterable[StrokePoints]) -> Prediction:
        """Draw these strokes instead of all that was there; `undo` goes back no further."""
        return await self._ask(lambda on_done: self._editor.replace(strokes, on_done))

    async def erase(self, stroke: int) -> Prediction:
        """Remove the stroke of this number."""
        return await self._ask(lambda on_done: self._editor.erase(stroke, on_done))

    async def undo(self) -> Prediction:
        """Take back the stroke that the pen draws, or else the last edit."""
        return await self._ask(self._editor.undo)

    async def redo(self) -> Prediction:
        """Repeat the edit that was taken back last."""
        return await self._ask(self._editor.redo)

    async def clear(self) -> Prediction:
        """Remove all strokes; can be undone."""
        return await self._ask(self._editor.clear)

    async def correct(self, strokes: Sequence[int], label: str | None) -> Prediction:
        """Pin strokes of a line, a text or a formula to a label, or lift their pin with None."""
        return await self._ask(lambda on_done: self._editor.correct(strokes, label, on_done))

    async def teach(self, label: str) -> Prediction:
        """Say what the drawing as it stands is, so that the next one like it is read so."""
        return await self._ask(lambda on_done: self._editor.teach(label, on_done))

    async def add_examples(self, examples: Sequence[Example]) -> Prediction:
        """Add what the person has taught in earlier sessions."""
        return await self._ask(lambda on_done: self._editor.add_examples(examples, on_done))

    async def forget(self) -> Prediction:
        """Forget all that was taught."""
        return await self._ask(self._editor.forget)

    async def predict(
        self, image: bytes, recognize: str | None = None, *, timeout_s: float = PICTURE_TIMEOUT_S
    ) -> PictureAnswer:
        """Have a picture read, which is nothing to the drawing; see `pictures.predict`."""
        url = predict_url(self._url)
        return await asyncio.to_thread(
            predict, url, image, recognize, token=self._token, tls=self._tls, timeout_s=timeout_s
        )
