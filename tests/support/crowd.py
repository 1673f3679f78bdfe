"""People who draw at once, each with a connection that reconnects, in a thread of their own."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.drawing_person import Answered, DrawingPerson, Loss
from tests.support.recorded_drawings import RecordedDrawing, recorded_digits
from tests.support.server import wait_until

# The longest pause between two drawings of a person.
PAUSE_S = 1.0
# After which a drawing counts as lost.
LOST_S = 60.0


class Crowd:
    """People who draw one digit after the other until they are told to finish theirs."""

    def __init__(self, url: str, count: int, seed: int = 1) -> None:
        self.failures: list[BaseException] = []
        self._rng = random.Random(seed)
        self.people = [DrawingPerson(url, self._rng_of_one()) for _ in range(count)]
        self._is_finishing = False
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(),))
        self._thread.start()

    @property
    def drawings(self) -> list[Answered]:
        """All that were answered."""
        return [drawing for one in self.people for drawing in one.drawings]

    @property
    def losses(self) -> list[Loss]:
        """All connections that were lost, or did not come about."""
        return [loss for one in self.people for loss in one.losses]

    def wait_for_more(self) -> None:
        """Wait until everybody has drawn a digit that was begun after now."""
        before = [len(one.drawings) for one in self.people]
        # One may have been under way.
        wait_until(
            lambda: (
                bool(self.failures)
                or all(
                    len(one.drawings) >= count + 2
                    for one, count in zip(self.people, before, strict=True)
                )
            ),
            timeout_s=LOST_S,
        )

    def finish(self) -> None:
        """Have each drawing answered, and end."""
        self._is_finishing = True
        self._thread.join()

    def _rng_of_one(self) -> random.Random:
        return random.Random(self._rng.random())

    async def _run(self) -> None:
        drawings = recorded_digits()
        results = await asyncio.gather(
            *(self._draw(one, self._rng_of_one(), drawings) for one in self.people),
            return_exceptions=True,
        )
        self.failures += [result for result in results if isinstance(result, BaseException)]

    async def _draw(
        self,
        one: DrawingPerson,
        rng: random.Random,
        drawings: tuple[RecordedDrawing, ...],
    ) -> None:
        async with one.connected():
            await asyncio.sleep(rng.random() * PAUSE_S)
            while not self._is_finishing:
                async with asyncio.timeout(LOST_S):
                    await one.draw(rng.choice(drawings))
                await asyncio.sleep(rng.random() * PAUSE_S)


@contextmanager
def drawing_crowd(url: str, count: int) -> Iterator[Crowd]:
    """People who draw while the block runs; after it all their drawings are answered."""
    crowd = Crowd(url, count)
    try:
        yield crowd
    finally:
        crowd.finish()
