"""What recognizers say of ink: readings with their probabilities, and the characters of a line."""

from typing import Literal, NamedTuple

from msgspec import Struct


class Alternative(Struct, frozen=True):
    """One reading of the ink, and its calibrated probability.

    Attributes:
        text: a label, or the text of a line; of a formula the same in one line.
        probability: calibrated.
        latex: of a formula.
        mathml: of a formula, presentation MathML.
        result: what a formula comes to as a decimal number, where it is arithmetic.
    """

    text: str
    probability: float
    latex: str | None = None
    mathml: str | None = None
    result: str | None = None


class PointRange(NamedTuple):
    """Points of a stroke, by their places in it from 0: from `first` up to and without `end`."""

    stroke: int
    first: int
    end: int


class Segment(Struct, frozen=True):
    """One character of a line.

    Attributes:
        label: what it was read as.
        probability: that these strokes are one character, and this one; calibrated.
        strokes: the numbers of its strokes, in the order drawn, or of its connected parts on a
            picture. One that runs through several characters is in all of their segments.
        alternatives: what else these strokes may be, best first, the label among them.
        box: left, top, right and bottom, in canvas units; on a picture in px.
        pinned: whether a person said what these strokes are; the alternatives are what they would
            be otherwise.
        place: of its first code point in the text, where that has more than the segments' labels,
            such as spaces.
        ranges: the points that are its own, where the recognizer says so.
    """

    label: str
    probability: float
    strokes: tuple[int, ...]
    alternatives: tuple[Alternative, ...]
    box: tuple[float, float, float, float]
    pinned: bool = False
    place: int | None = None
    ranges: tuple[PointRange, ...] = ()


class Timings(Struct, frozen=True):
    """Where the time of an answer went, in microseconds: preparing the input, and the model."""

    preparation_us: int = 0
    inference_us: int = 0


# Why ink is no line, no text or no formula that can be read.
LineFault = Literal["rows", "pile", "too_many_strokes", "joined", "layout"]


class Answer(Struct, frozen=True):
    """What a recognizer says of ink.

    Attributes:
        alternatives: best first; empty when there is no ink.
        rejected: whether the ink looks like none of the labels; the alternatives are still the best
            guess.
        empty: whether there is no ink.
        value: the number that the best reading stands for, if it stands for one.
        timings: where the time went.
        picture_png: the picture that the recognizer saw, a PNG, where the query asks for it.
        is_line: whether the ink was read as a line of characters, which the following are of.
        segments: the characters of the best reading, from left to right.
        result: what the text comes to as a decimal number, where it is a sum; see `arithmetic`.
        reason: why a line, or a row on a picture, was not read at all, if it was not: its strokes
            make "rows", or a "pile", or are "too_many_strokes". "joined" are letters in one
            stroke that cannot be cut with certainty; there is a reading then, hardly a right one.
            A formula whose signs stand so that they make none ("layout") has one, too.
        learnt: whether examples of this person's hand changed the best reading, or whether the ink
            is rejected.
    """

    alternatives: tuple[Alternative, ...] = ()
    rejected: bool = False
    empty: bool = False
    value: int | None = None
    timings: Timings = Timings()
    picture_png: bytes | None = None
    is_line: bool = False
    segments: tuple[Segment, ...] = ()
    result: str | None = None
    reason: LineFault | None = None
    learnt: bool = False

    @property
    def text(self) -> str:
        """The best reading; empty when there is no ink."""
        return self.alternatives[0].text if self.alternatives else ""

    @property
    def latex(self) -> str | None:
        """The best reading of a formula."""
        return self.alternatives[0].latex if self.alternatives else None

    @property
    def mathml(self) -> str | None:
        """The same in MathML."""
        return self.alternatives[0].mathml if self.alternatives else None


NO_INK = Answer(empty=True)
