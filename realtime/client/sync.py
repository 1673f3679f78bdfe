"""The client without asyncio: strokes in, answers out; a connection that is lost is made again.

    with Client("ws://localhost:8000/ws") as client:
        answer = client.draw([(100, 100), (200, 98), (260, 190), (190, 380)])
        print(answer.top[0].label)

It is the client for asyncio (`asyncio.py`), which runs in a thread of its own.
"""

import asyncio
import random
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from realtime.client.answers import Answers
from realtime.client.asyncio import AsyncClient
from realtime.client.connection import CLOSE_TIMEOUT_S, CONNECT_TIMEOUT_S
from realtime.client.drawing import DrawnStroke
from realtime.client.editor import StrokePoints
from realtime.client.errors import ClientClosedError
from realtime.client.lifecycle import ANSWER_TIMEOUT_S
from realtime.client.news import News
from realtime.client.pictures import PICTURE_TIMEOUT_S, predict
from realtime.protocol.client_messages import Config, Example
from realtime.protocol.picture_messages import PictureAnswer
from realtime.protocol.server_messages import Prediction, Ready

_Result = TypeVar("_Result")


class Client:
    """One drawing, and the answers to it; see `AsyncClient`, which says what is raised.

    Its methods may be called in several threads: one that draws, and one that iterates over the
    answers. `on_connection` is called in the client's own thread, and must not wait for the client.
    """

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
        self._url, self._token, self._tls = url, token, tls
        self._client = AsyncClient(
            url,
            config,
            token=token,
            tls=tls,
            connect_timeout_s=connect_timeout_s,
            answer_timeout_s=answer_timeout_s,
            reconnect=reconnect,
            on_connection=on_connection,
            rng=rng,
        )
        # While it is open: the loop of the client's thread.
        self._loop: asyncio.AbstractEventLoop | None = None
        # Held while another thread is let in, and when no more are.
        self._opening = threading.Lock()
        self._thread = threading.Thread()

    def __enter__(self) -> Self:
        """Connect; see `AsyncClient.__aenter__`."""
        if self._loop is not None:
            raise RuntimeError("the client is open already")
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=_run_loop, args=(loop,), name="realtime.client", daemon=True
        )
        self._thread.start()
        try:
            self._run(self._client.__aenter__())
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._run(self._client.__aexit__(kind, error, traceback))
        finally:
            self._stop()

    @property
    def ready(self) -> Ready:
        """What the server says of itself."""
        return self._client.ready

    @property
    def latest(self) -> Prediction | None:
        """The newest answer."""
        return self._client.latest

    @property
    def strokes(self) -> tuple[DrawnStroke, ...]:
        """The finished strokes of the drawing, with their numbers."""
        return self._client.strokes

    def answers(self) -> Iterator[Prediction]:
        """The answers from now on, interim and final, until the client is closed."""
        return self._answers(self._run(self._new_answers()))

    def __iter__(self) -> Iterator[Prediction]:
        return self.answers()

    def draw(self, stroke: StrokePoints) -> Prediction:
        """Draw a whole stroke."""
        return self._run(self._client.draw(stroke))

    def draw_each(self, strokes: Iterable[StrokePoints]) -> Iterator[Prediction]:
        """Draw strokes one after the other; yields the answer to each."""
        for stroke in strokes:
            yield self.draw(stroke)

    def extend_stroke(self, points: StrokePoints) -> int:
        """Add points to the stroke that the pen draws, or begin one; returns its number."""
        return self._run(self._extend(points))

    def end_stroke(self) -> Prediction:
        """End the stroke that the pen draws."""
        return self._run(self._client.end_stroke())

    def read(self, strokes: Iterable[StrokePoints]) -> Prediction:
        """Draw these strokes instead of all that was there; `undo` goes back no further."""
        return self._run(self._client.read(strokes))

    def erase(self, stroke: int) -> Prediction:
        """Remove the stroke of this number."""
        return self._run(self._client.erase(stroke))

    def undo(self) -> Prediction:
        """Take back the stroke that the pen draws, or else the last edit."""
        return self._run(self._client.undo())

    def redo(self) -> Prediction:
        """Repeat the edit that was taken back last."""
        return self._run(self._client.redo())

    def clear(self) -> Prediction:
        """Remove all strokes; can be undone."""
        return self._run(self._client.clear())

    def correct(self, strokes: Sequence[int], label: str | None) -> Prediction:
        """Pin strokes of a line, a text or a formula to a label, or lift their pin with None."""
        return self._run(self._client.correct(strokes, label))

    def teach(self, label: str) -> Prediction:
        """Say what the drawing as it stands is, so that the next one like it is read so."""
        return self._run(self._client.teach(label))

    def add_examples(self, examples: Sequence[Example]) -> Prediction:
        """Add what the person has taught in earlier sessions."""
        return self._run(self._client.add_examples(examples))

    def forget(self) -> Prediction:
        """Forget all that was taught."""
        return self._run(self._client.forget())

    def predict(
        self, image: bytes, recognize: str | None = None, *, timeout_s: float = PICTURE_TIMEOUT_S
    ) -> PictureAnswer:
        """Have a picture read, which is nothing to the drawing; see `pictures.predict`."""
        return predict(
            self._url, image, recognize, token=self._token, tls=self._tls, timeout_s=timeout_s
        )

    def _answers(self, answers: Answers) -> Iterator[Prediction]:
        while True:
            try:
                answer = self._run(_next(answers))
            except ClientClosedError:
                # What came before that is still read.
                answer = answers.take()
            if answer is None:
                return
            yield answer

    async def _new_answers(self) -> Answers:
        return self._client.answers()

    async def _extend(self, points: StrokePoints) -> int:
        return self._client.extend_stroke(points)

    def _run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Have the client's thread do something, and wait for it."""
        with self._opening:
            if self._loop is None:
                work.close()
                raise ClientClosedError("the client is not open: use `with`")
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            # Such as Ctrl-C, here and not there.
            future.cancel()
            raise

    def _stop(self) -> None:
        with self._opening:
            loop, self._loop = self._loop, None
        if loop is not None:
            # Others who were let in before that have their errors.
            asyncio.run_coroutine_threadsafe(_finish_others(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()


async def _next(answers: Answers) -> Prediction | None:
    return await anext(answers, None)


async def _finish_others() -> None:
    """Let those in other threads who waited for an answer learn that there is none."""
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        _, late = await asyncio.wait(others, timeout=2 * CLOSE_TIMEOUT_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
