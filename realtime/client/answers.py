"""The answers of a client, in their order, for who iterates over them."""

import asyncio
from collections import deque

from realtime.errors import RealtimeError
from realtime.protocol.server_messages import Prediction

# Of answers that nobody has read; then the oldest are dropped. Interim ones are dropped sooner.
UNREAD_ANSWERS = 1_000


class Answers:
    """Answers from when it was made on, interim and final.

    It ends with the client, and raises what ended it. Who reads slowly misses interim answers that
    newer ones have overtaken.
    """

    def __init__(self) -> None:
        self._unread: deque[Prediction] = deque(maxlen=UNREAD_ANSWERS)
        self._changed = asyncio.Event()
        self._is_over = False
        self._failure: RealtimeError | None = None

    def add(self, answer: Prediction) -> None:
        """Take one more answer."""
        if self._unread and not self._unread[-1].final:
            self._unread.pop()
        self._unread.append(answer)
        self._changed.set()

    def end(self, failure: RealtimeError | None) -> None:
        """Let nobody wait for another one."""
        self._is_over = True
        self._failure = failure
        self._changed.set()

    def take(self) -> Prediction | None:
        """The next one that is there, or None.

        Raises:
            RealtimeError: there will be none; says why the client has ended.
        """
        if self._unread:
            return self._unread.popleft()
        if self._failure is not None:
            raise self._failure
        return None

    def __aiter__(self) -> "Answers":
        return self

    async def __anext__(self) -> Prediction:
        while not self._unread and not self._is_over:
            self._changed.clear()
            await self._changed.wait()
        answer = self.take()
        if answer is None:
            raise StopAsyncIteration
        return answer
