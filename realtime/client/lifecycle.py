"""The life of an asyncio client: it connects, waits for answers, hands them out, and is closed."""

import asyncio
import random
import ssl
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self

from realtime.client.answers import Answers
from realtime.client.connection import CONNECT_TIMEOUT_S
from realtime.client.editor import Editor
from realtime.client.edits import OnDone
from realtime.client.errors import (
    AnswerTimeoutError,
    ClientClosedError,
    ConnectTimeoutError,
    DeadlineError,
)
from realtime.client.news import News, Opened
from realtime.client.reconnecting import ReconnectingLink
from realtime.client.synchronization import Received, Synchronization
from realtime.errors import RealtimeError
from realtime.protocol.client_messages import Config
from realtime.protocol.server_messages import Prediction, Ready

# Twice as long as an answer may take before the connection counts as dead: one reconnect fits in.
ANSWER_TIMEOUT_S = 10.0


class ClientLife:
    """What `AsyncClient` is beside what it does to its drawing; see there."""

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
        if self._end is None:
            raise RuntimeError("the client is open already")
        self._end = None
        self._task = asyncio.create_task(self._run())
        try:
            # The answer to the ink that each connection is sent, and here to none.
            await self._ask(
                lambda on_done: self._synchronization.edits.make(lambda kept: kept, on_done),
                self._connect_timeout_s,
            )
        except AnswerTimeoutError as error:
            await self._close()
            raise ConnectTimeoutError(self._connect_timeout_s) from error
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

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

    async def _ask(
        self, edit: Callable[[OnDone], object], timeout_s: float | None = None
    ) -> Prediction:
        """Make an edit, and wait for its answer."""
        self._check_open()
        timeout_s = self._answer_timeout_s if timeout_s is None else timeout_s
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
            async with asyncio.timeout(timeout_s):
                return await answer
        except DeadlineError:
            raise
        except TimeoutError:
            raise AnswerTimeoutError(timeout_s) from self._link.loss

    async def _run(self) -> None:
        try:
            await self._link.run()
        except RealtimeError as error:
            self._stop(error)
        except Exception as error:
            # Such as `on_connection`, or a value that cannot be sent.
            failure = ClientClosedError(f"the client was ended by {error!r}")
            failure.__cause__ = error
            self._stop(failure)

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
            # It is raised to everybody who comes.
            raise self._end.with_traceback(None)

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
