"""A connection that is made again when it is lost, and that the ink is sent over each time.

`websockets` connects, again and again (`async for socket in connect(…)`), and says which failures
may pass by themselves (`process_exception`). The waits are ours (`backoff.py`): after a failure it
takes them as `reconnect_delays`; after a connection that was lost it would not wait at all, which a
server that is full, or about to end, must not be met with.
"""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from typing import NoReturn, cast

from websockets.asyncio.client import ClientConnection
from websockets.client import process_exception

from realtime.client.backoff import Backoff
from realtime.client.connection import ABNORMAL_CLOSURE, ServerConnection, connector
from realtime.client.errors import ConnectionLostError, ConnectTimeoutError, connection_error
from realtime.client.news import Lost, News, Opened
from realtime.client.synchronization import Received, Synchronization
from realtime.errors import InactivityError, RealtimeError, ReportedError, ShutdownError

# As the page: more than 25 messages a second would change the answer too little.
BATCH_S = 0.04
# A phone that changed networks keeps a dead socket open for minutes; nobody waits that long.
STALLED_S = 5.0
# A connection that lasted this long, or answered, starts the waits from the shortest again.
STABLE_S = 5.0
# When a full server does not say how long to wait.
FULL_WAIT_S = 5.0
GOING_AWAY, TRY_LATER = 1001, 1013
# The server would say the same to the next connection.
_HOPELESS = frozenset({"version", "bad_json", "not_text", "too_big"})


class ReconnectingLink:
    """Keeps a synchronization attached to a server.

    Args:
        url: of the WebSocket.
        synchronization: what is sent.
        take: is given what each message of the server means.
        tell: is given the news of the connection.
        token: the server's, where it wants one.
        tls: whose certificates are trusted.
        connect_timeout_s: of each attempt.
        reconnect: whether to try again.
        rng: of the waits.

    Attributes:
        loss: why there is no connection, if there was one and is none now.
    """

    def __init__(
        self,
        url: str,
        synchronization: Synchronization,
        *,
        take: Callable[[Received], None],
        tell: Callable[[News], None],
        token: str,
        tls: ssl.SSLContext | None,
        connect_timeout_s: float,
        reconnect: bool,
        rng: random.Random,
    ) -> None:
        self.loss: RealtimeError | None = None
        self._url = url
        self._synchronization = synchronization
        self._take = take
        self._tell = tell
        self._connect_timeout_s = connect_timeout_s
        self._reconnects = reconnect
        self._backoff = Backoff(rng)
        self._connector = connector(
            url,
            token=token,
            tls=tls,
            open_timeout=connect_timeout_s,
            process_exception=self._process_failure,
            reconnect_delays=self._delays,
        )
        self._has_opened = False
        self._has_answered = False
        self._changed = asyncio.Event()
        self._batch: asyncio.TimerHandle | None = None
        self._patience: asyncio.Timeout | None = None

    def wake(self) -> None:
        """Send what has changed at once."""
        self._end_batch()
        self._changed.set()
        patience = self._patience
        if patience is not None and patience.when() is None:
            self._wait_for_answer(patience)

    def wake_soon(self) -> None:
        """Send what has changed, together with what follows within a moment."""
        if self._batch is None:
            self._batch = asyncio.get_running_loop().call_later(BATCH_S, self._send_batch)

    async def run(self) -> None:
        """Connect, and connect again, until it is cancelled.

        Raises:
            RealtimeError: there is no connection, and another attempt would not help.
        """
        self._has_opened = False
        # Of the loop that runs now; a client may be opened again in another one.
        self._changed = asyncio.Event()
        # It is declared as an iterator, and has to be closed as the generator that it is.
        endless = cast("AsyncGenerator[ClientConnection, None]", aiter(self._connector))
        async with aclosing(endless) as sockets:
            while True:
                try:
                    socket = await anext(sockets)
                except RealtimeError:
                    raise
                except Exception as error:
                    raise connection_error(self._url, error) from error
                await self._use(socket)

    async def _use(self, socket: ClientConnection) -> None:
        """Talk until the connection ends, and wait until there may be another one.

        Raises:
            RealtimeError: it has ended, and there shall be no other.
        """
        connection = ServerConnection(socket)
        opened_s = time.monotonic()
        self._has_answered = False
        try:
            await self._converse(connection)
        except RealtimeError as error:
            loss = self.loss = error
        except asyncio.CancelledError:
            # A goodbye; `websockets` would close with an error of ours.
            await connection.close()
            raise
        finally:
            self._synchronization.detach()
        is_hopeless = isinstance(loss, ReportedError) and loss.code in _HOPELESS
        if is_hopeless or not self._has_opened or not self._reconnects:
            await connection.close()
            raise loss
        if self._has_answered or time.monotonic() - opened_s > STABLE_S:
            self._backoff.reset()
        self._note(loss)
        retry_s = self._backoff.next_s()
        self._tell(Lost(loss, retry_s))
        if isinstance(loss, InactivityError) and loss.code == "idle":
            # Nobody draws; the place on the server is for others.
            self._changed.clear()
            if not len(self._synchronization.edits):
                await self._changed.wait()
        # Who is gone does not answer the close frame, and is not waited for beside that.
        await asyncio.gather(connection.close(), asyncio.sleep(retry_s))

    async def _converse(self, connection: ServerConnection) -> NoReturn:
        """Talk until the connection ends.

        Raises:
            RealtimeError: it has ended; says why.
        """
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                ready = await connection.greeting()
        except TimeoutError as error:
            raise ConnectTimeoutError(self._connect_timeout_s) from error
        self._has_opened, self.loss = True, None
        self._synchronization.attach(ready)
        self._tell(Opened(ready))
        self._changed.set()
        sender = asyncio.create_task(self._send_changes(connection))
        try:
            async with asyncio.timeout(None) as patience:
                self._patience = patience
                sender.add_done_callback(self._end_converse)
                self._wait_for_answer(patience)
                while True:
                    await self._receive(connection, patience)
        except TimeoutError as error:
            if sender.done():
                # Such as what cannot be encoded.
                sender.result()
            reason = f"no answer came within {STALLED_S:g} s"
            raise ConnectionLostError(ABNORMAL_CLOSURE, reason) from error
        finally:
            self._patience = None
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    async def _receive(self, connection: ServerConnection, patience: asyncio.Timeout) -> None:
        received = self._synchronization.receive(await connection.receive())
        if received.failure is not None:
            self._reconnects = False
            raise received.failure
        if received.hold_s is not None:
            asyncio.get_running_loop().call_later(received.hold_s, self._resume)
        self._has_answered |= received.answer is not None
        if self._synchronization.has_messages:
            # A heartbeat, or the ink once more.
            self._changed.set()
        self._wait_for_answer(patience)
        self._take(received)

    async def _send_changes(self, connection: ServerConnection) -> None:
        while True:
            await self._changed.wait()
            # Let others who act in this moment have their points in the same message. Who writes
            # twice after a server has closed never reads what it said: the second write fails, and
            # asyncio reads no more then.
            await asyncio.sleep(0)
            self._changed.clear()
            for message in self._synchronization.take_messages():
                await connection.send(message)

    def _end_converse(self, sender: asyncio.Task[None]) -> None:
        """Let the conversation end with its sender."""
        if self._patience is not None and not sender.cancelled():
            self._patience.reschedule(0)

    def _wait_for_answer(self, patience: asyncio.Timeout) -> None:
        """Let the connection end where an answer is due, and none comes for too long."""
        is_due = self._synchronization.edits.is_answer_due
        patience.reschedule(asyncio.get_running_loop().time() + STALLED_S if is_due else None)

    def _resume(self) -> None:
        self._synchronization.resume()
        self.wake()

    def _send_batch(self) -> None:
        self._end_batch()
        self._changed.set()

    def _end_batch(self) -> None:
        if self._batch is not None:
            self._batch.cancel()
            self._batch = None

    def _process_failure(self, error: Exception) -> Exception | None:
        """What to raise of a connection that did not come about; None to try again."""
        failure = connection_error(self._url, error)
        if not self._has_opened or not self._reconnects or process_exception(error) is not None:
            return failure
        self.loss = failure
        self._note(failure)
        return None

    def _delays(self) -> Generator[float, None, None]:
        for retry_s in self._backoff.delays():
            if self.loss is not None:
                self._tell(Lost(self.loss, retry_s))
            yield retry_s

    def _note(self, error: RealtimeError) -> None:
        """Let the next wait be as the server asks."""
        code = error.close_code if isinstance(error, ConnectionLostError) else None
        self._backoff.is_going_away = isinstance(error, ShutdownError) or code == GOING_AWAY
        if isinstance(error, ReportedError):
            self._backoff.asked_s = error.retry_after_s
        elif code == TRY_LATER:
            self._backoff.asked_s = FULL_WAIT_S
