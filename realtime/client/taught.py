"""What a client has taught, kept to be told to each new connection: a server keeps nothing."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from realtime.client.drawing import DrawnStroke
from realtime.protocol.client_messages import Example, ExampleStroke, InkStroke


class Taught(NamedTuple):
    """Examples, the oldest first.

    Attributes:
        examples: all of them.
        drawing: the strokes that were taught last; to teach them again replaces what was said.
        place: of their example.
    """

    examples: tuple[Example, ...] = ()
    drawing: tuple[DrawnStroke, ...] = ()
    place: int = 0

    def replaces(self, drawing: tuple[DrawnStroke, ...]) -> bool:
        """Whether to teach this drawing is to say anew what the last one was."""
        return bool(drawing) and drawing == self.drawing

    def with_lesson(self, drawing: tuple[DrawnStroke, ...], label: str) -> "Taught":
        """With a drawing as an example."""
        example = Example(label, [_example_stroke(stroke.ink) for stroke in drawing])
        if self.replaces(drawing):
            before, after = self.examples[: self.place], self.examples[self.place + 1 :]
            return self._replace(examples=(*before, example, *after))
        return Taught((*self.examples, example), drawing, len(self.examples))

    def with_examples(self, examples: Sequence[Example]) -> "Taught":
        """With earlier examples."""
        return self._replace(examples=(*self.examples, *examples))

    def fitting(self, points: int) -> Iterator[Example]:
        """The examples, each with at most so many points: of a longer one every n-th is left."""
        for example in self.examples:
            count = sum(len(stroke.x) for stroke in example.strokes)
            # The last point of each stroke is there beside every n-th.
            room = max(1, points - 2 * len(example.strokes))
            step = 1 if count <= points else math.ceil(count / room)
            yield Example(example.label, [_thinned(stroke, step) for stroke in example.strokes])


def _example_stroke(ink: InkStroke) -> ExampleStroke:
    return ExampleStroke(ink.x, ink.y)


def _thinned(stroke: ExampleStroke, step: int) -> ExampleStroke:
    if step == 1:
        return stroke
    return ExampleStroke([*stroke.x[:-1:step], stroke.x[-1]], [*stroke.y[:-1:step], stroke.y[-1]])
