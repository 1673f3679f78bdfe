"""Lessons: what a person teaches in a session, until the recognizer has learnt it.

A lesson is taken at once, as any message, and learnt before the next answer: two hundred take tens
of milliseconds of the recognizer, in steps between which other sessions are served.
"""

from collections.abc import Generator, Iterable, Sequence
from typing import NamedTuple

from realtime.ink.stroke import FinishedInk, Stroke
from realtime.protocol.client_messages import Example
from realtime.recognition.recognizer import TeachableReader

# An example takes about 0.15 ms.
LESSONS_AT_ONCE = 10


class _Lesson(NamedTuple):
    place: int
    strokes: Sequence[Stroke]
    label: str


class Lessons:
    """What was taught in one session.

    Attributes:
        count: of all examples, those that are still to be learnt among them.
    """

    def __init__(self) -> None:
        self.count = 0
        self._waiting: list[_Lesson] = []
        self._has_forgotten = False
        # The drawing that was taught last, by its strokes: undo and redo bring back the same.
        self._taught: tuple[Stroke, ...] = ()
        self._taught_place = 0

    def replaces(self, drawing: Iterable[Stroke]) -> bool:
        """Whether to teach this drawing is to say anew what the last one was."""
        return tuple(drawing) == self._taught

    def teach(self, drawing: Iterable[Stroke], label: str) -> None:
        """Take a drawing, of at least one finished stroke, as an example."""
        strokes = tuple(drawing)
        if strokes != self._taught:
            self._taught, self._taught_place = strokes, self.count
            self.count += 1
        self._waiting.append(_Lesson(self._taught_place, strokes, label))

    def add(self, examples: Iterable[Example]) -> None:
        """Take earlier examples."""
        for example in examples:
            strokes = [Stroke(n, one.x, one.y) for n, one in enumerate(example.strokes)]
            self._waiting.append(_Lesson(self.count, strokes, example.label))
            self.count += 1

    def forget(self) -> None:
        """Take nothing of what was taught for an example any more."""
        self.count = 0
        self._waiting.clear()
        self._has_forgotten = True
        self._taught = ()

    def learn(self, reader: TeachableReader, dot_size: float) -> Generator[None, None, None]:
        """Have a reader learn what was taught since the last time.

        Raises:
            RecognitionError: the recognizer failed.
        """
        if self._has_forgotten:
            reader.forget()
            self._has_forgotten = False
        lessons, self._waiting = self._waiting, []
        for number, (place, strokes, label) in enumerate(lessons):
            if number and number % LESSONS_AT_ONCE == 0:
                yield
            reader.remember(place, FinishedInk(strokes), label, dot_size=dot_size)
