"""The interface of recognizers: ink in, answer out.

A recognizer is one for the whole process; the ink of one drawing is read by an `InkReader` of its
own, which may keep what it computed for finished strokes. Callers know neither rasters nor networks
nor the meaning of labels; `runs_in_place` tells them how a call behaves.
"""

from collections.abc import Collection, Generator, Mapping
from typing import Literal, Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from realtime.ink.stroke import Ink
from realtime.recognition.answer import Answer

# The task of a session that asks for none, where the process has it; see `default_task`.
DEFAULT_TASK = "digit"

# uint8 of shape (height, width): the strength of ink, 0 on paper.
InkPicture = npt.NDArray[np.uint8]


class ModelInfo(Struct, frozen=True):
    """What clients and operators are told of a model.

    Attributes:
        id: its name.
        version: the date of its training.
        labels: what it can read.
        reads_lines: whether it reads several of them beside each other, so that answers have
            segments, and takes pins.
        file: the file of weights that answers; empty where that is elsewhere.
        pass_us: µs of CPU time of a forward pass here, of each file that was measured.
    """

    id: str
    version: str
    labels: tuple[str, ...]
    reads_lines: bool = False
    file: str = ""
    pass_us: Mapping[str, float] = {}


class EngineState(Struct, frozen=True):
    """What clients and operators are told of an inference engine that runs a model.

    Attributes:
        url: where it is.
        is_up: whether it answers; while it does not, the network of this process does.
        reason: why it does not; completes "the engine …".
    """

    url: str
    is_up: bool
    reason: str = ""

    @property
    def name(self) -> Literal["up", "down"]:
        """Its state, in a word."""
        return "up" if self.is_up else "down"


class Query(Struct, frozen=True):
    """What an answer is to be like.

    Attributes:
        final: whether to say what the ink is as it stands; else what it will be once the pen, still
            moving, is done.
        top: how many alternatives to answer with, at least 1.
        labels: the labels to choose among; the others are masked and the probabilities of the rest
            renormalised. None allows all.
        dot_size: ink no larger than this, in canvas units, is a dot, whatever its shape.
        picture: whether the answer is to have the picture of the ink that the recognizer saw.
        language_model: whether to go by what letters follow each other in the language, too, where
            a recognizer knows that.
    """

    final: bool = True
    top: int = 3
    labels: Collection[str] | None = None
    dot_size: float = 0.0
    picture: bool = False
    language_model: bool = True


# An answer in the making, which yields where others may have their turn.
Steps = Generator[None, None, Answer]
_Result = TypeVar("_Result")


def finish(steps: Generator[None, None, _Result]) -> _Result:
    """What steps return, once all are done, one right after the other."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: _Result = done.value
            return result


class InkReader(Protocol):
    """Reads the ink of one drawing, time and again while it grows."""

    def steps(self, ink: Ink, query: Query) -> Steps:
        """The answer for the ink as it is now, in steps of a few milliseconds at most.

        The ink must not change before the last step is done.

        Raises:
            RecognitionError: the recognizer failed.
            KeyError: a label of the query is not one of the model's.
        """

    def recognize(self, ink: Ink, query: Query) -> Answer:
        """The answer for the ink as it is now, without a break; see `steps`."""


@runtime_checkable
class TeachableReader(InkReader, Protocol):
    """An `InkReader` whose answers go by examples of this person's hand, too.

    Examples are those of this reader alone, and stay when the drawing changes.
    """

    def remember(self, place: int, ink: Ink, label: str, *, dot_size: float) -> None:
        """Learn that ink like this is to be read as a label.

        Args:
            place: of the example that this one replaces, or the next free one, counted from 0.
            ink: at least one stroke.
            label: one of the model's.
            dot_size: see `Query`.

        Raises:
            RecognitionError: the recognizer failed.
            KeyError: the label is not one of the model's.
        """

    def forget(self) -> None:
        """Forget all examples."""


class Recognizer(Protocol):
    """Reads ink and pictures; one for the whole process, shared by all sessions."""

    @property
    def model(self) -> ModelInfo:
        """The model that answers."""

    @property
    def runs_in_place(self) -> bool:
        """Whether a call computes on the calling thread and never yields to another greenlet.

        Such a call, or each of its steps, has to be short, since it holds up all other sessions of
        the worker. Where this
        is false a call waits for something outside the process (an inference server, a thread) and
        other greenlets run meanwhile: the caller must not rely on anything else standing still,
        and many calls may be under way at once.
        """

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs its network, as it is now; None where this process does."""

    def reader(self) -> InkReader:
        """A reader for one drawing; a `TeachableReader` where the recognizer can be taught."""

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture of ink, of any size, with at least one inked pixel.

        Raises:
            RecognitionError: the recognizer failed.
        """


class RowRecognizer(Protocol):
    """Reads rows of characters on pictures; one for the whole process."""

    def recognize_row(self, picture: InkPicture, query: Query) -> Answer | None:
        """The answer for a picture of ink with several characters; None where it has only one.

        What is more than one row is rejected without any alternative.

        Args:
            picture: of any size, with at least one inked pixel.
            query: what the answer is to be like; all characters that rows may have are allowed.

        Raises:
            RecognitionError: the recognizer failed.
        """


# The recognizers of a process by task.
Recognizers = Mapping[str, Recognizer]
RowRecognizers = Mapping[str, RowRecognizer]


def default_task(recognizers: Recognizers) -> str:
    """The task of a session that asks for none: digits, or else the first that there is."""
    return DEFAULT_TASK if DEFAULT_TASK in recognizers else next(iter(recognizers))
