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

    def __aiter__(self) -> "Answers":
        return self

    async def __anext__(self) -> Prediction:
        while not self._unread:
            if self._is_over:
                if self._failure is not None:
                    raise self._failure
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._unread.popleft()
