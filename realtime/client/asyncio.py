"""The client for asyncio: strokes in, answers out; a connection that is lost is made again.

    async with AsyncClient("ws://localhost:8000/ws") as client:
        answer = await client.draw([(100, 100), (200, 98), (260, 190), (190, 380)])
        print(answer.top[0].label)

`sync.py` has the same without asyncio, and docs/client.md says more of both.
"""

import asyncio
import random
import ssl
import weakref
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from realtime.client.answers import Answers
from realtime.client.connection import CONNECT_TIMEOUT_S
from realtime.client.drawing import DrawnStroke
from realtime.client.editor import Editor, Points
from realtime.client.edits import OnDone
from realtime.client.errors import (
    AnswerTimeoutError,
    ClientClosedError,
    ConnectTimeoutError,
    DeadlineError,
)
from realtime.client.pictures import PICTURE_TIMEOUT_S, predict, predict_url
from realtime.client.reconnecting import News, Opened, ReconnectingLink
from realtime.client.synchronization import Received, Synchronization
from realtime.errors import RealtimeError
from realtime.protocol.client_messages import Config, Example
from realtime.protocol.picture_messages import PictureAnswer
from realtime.protocol.server_messages import Prediction, Ready

# Twice as long as an answer may take before the connection counts as dead: one reconnect fits in.
ANSWER_TIMEOUT_S = 10.0


class AsyncClient:
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

    ready: Ready

    def __init__(
        self,
        url: str,
        config: Config | None = None,
        *,
        token: str = "",
        tls: ssl.SSLContext | None = None,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        reconnect: bool = True,
        on_connection: Callable[[News], object] | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.latest: Prediction | None = None
        self._url, self._token, self._tls = url, token, tls
        self._connect_timeout_s = connect_timeout_s
        self._answer_timeout_s = answer_timeout_s
        self._on_connection = on_connection
        self._synchronization = Synchronization(config or Config())
        self._editor = Editor(self._synchronization)
        self._readers: weakref.WeakSet[Answers] = weakref.WeakSet()
        self._link = ReconnectingLink(
            url,
            self._synchronization,
            take=self._take,
            tell=self._tell,
            token=token,
            tls=tls,
            connect_timeout_s=connect_timeout_s,
            reconnect=reconnect,
            rng=rng or random.Random(),
        )
        self._task: asyncio.Task[None] | None = None
        self._end: RealtimeError | None = ClientClosedError("the client is not open: use `with`")

    async def __aenter__(self) -> Self:
        """Connect, and wait until the server has taken the configuration.

        Raises:
            UnreachableError, HTTPRefusalError, ConnectTimeoutError: there is no connection.
            ReportedError: the server takes none, or not this configuration.
        """
        self._end = None
        self._task = asyncio.create_task(self._run())
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                await self._ask(self._begin)
        except BaseException as error:
            await self._close()
            if isinstance(error, TimeoutError) and not isinstance(error, ConnectTimeoutError):
                raise ConnectTimeoutError(self._connect_timeout_s) from error
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    @property
    def strokes(self) -> tuple[DrawnStroke, ...]:
        """The finished strokes of the drawing, with their numbers."""
        return self._synchronization.kept.drawing.strokes

    def answers(self) -> Answers:
        """The answers from now on, interim and final, until the client is closed."""
        answers = Answers()
        if self._end is None:
            self._readers.add(answers)
        else:
            answers.end(self._end)
        return answers

    def __aiter__(self) -> Answers:
        return self.answers()

    async def draw(self, stroke: Points) -> Prediction:
        """Draw a whole stroke."""
        return await self._ask(lambda on_done: self._editor.draw(stroke, on_done))

    async def draw_each(self, strokes: Iterable[Points]) -> AsyncIterator[Prediction]:
        """Draw strokes one after the other; yields the answer to each."""
        for stroke in strokes:
            yield await self.draw(stroke)

    def extend_stroke(self, points: Points) -> int:
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

    async def read(self, strokes: Iterable[Points]) -> Prediction:
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

    def _begin(self, on_done: OnDone) -> None:
        """Wait for the first answer, to the ink that each connection is sent."""
        self._synchronization.edits.make(lambda kept: kept, on_done)

    async def _ask(self, edit: Callable[[OnDone], object]) -> Prediction:
        self._check_open()
        answer: asyncio.Future[Prediction] = asyncio.get_running_loop().create_future()

        def settle(result: Prediction | RealtimeError) -> None:
            if answer.done():
                return
            if isinstance(result, RealtimeError):
                answer.set_exception(result)
            else:
                answer.set_result(result)

        edit(settle)
        self._link.wake()
        try:
            async with asyncio.timeout(self._answer_timeout_s):
                return await answer
        except DeadlineError:
            raise
        except TimeoutError:
            raise AnswerTimeoutError(self._answer_timeout_s) from self._link.loss

    async def _run(self) -> None:
        try:
            await self._link.run()
        except RealtimeError as error:
            self._stop(error)

    async def _close(self) -> None:
        self._stop(None)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _stop(self, failure: RealtimeError | None) -> None:
        """Let nobody wait any longer."""
        if self._end is not None:
            return
        self._end = failure or ClientClosedError("the client was closed")
        self._synchronization.edits.fail(self._end)
        for reader in self._readers:
            reader.end(failure)

    def _check_open(self) -> None:
        if self._end is not None:
            raise self._end

    def _take(self, received: Received) -> None:
        if received.answer is not None:
            self.latest = received.answer
            for reader in self._readers:
                reader.add(received.answer)

    def _tell(self, news: News) -> None:
        if isinstance(news, Opened):
            self.ready = news.ready
        if self._on_connection is not None:
            self._on_connection(news)
