"""The messages of the server; `PROTOCOL.md` describes each."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class Model(Struct, frozen=True):
    """The network that answers.

    Attributes:
        id: its name.
        labels: what it can read.
        version: the date of its training.
        engine: where an inference engine is to run it, whether that answers just now; while it does
            not the service computes itself. Else not there.
    """

    id: str
    labels: list[str]
    version: str
    engine: Literal["up", "down"] | UnsetType = UNSET


class Ready(Struct, frozen=True, tag_field="type", tag="ready"):
    """Sent once, on opening.

    Attributes:
        v: version of the protocol.
        session: its name in the log of the server.
        model: what answers who asks for nothing else.
        limits: numbers that the client should keep to, by name.
        recognizers: all that `config.recognize` chooses among.
        keeps: whether `POST /ink` takes labelled samples.
        teaches: whether digits can be taught.
    """

    v: int
    session: str
    model: Model
    limits: dict[str, float]
    # Older recordings do not have these.
    recognizers: dict[str, Model] = {}
    keeps: bool = False
    teaches: bool = False


class Candidate(Struct, frozen=True):
    """A label and its calibrated probability."""

    label: str
    p: float


class LineText(Struct, frozen=True):
    """A text of a line and its calibrated probability.

    Attributes:
        text: what is written; of a formula in one line.
        p: its probability.
        latex: of a formula.
        mathml: of a formula, presentation MathML.
        value: what a formula comes to, where it is arithmetic.
    """

    text: str
    p: float
    latex: str | UnsetType = UNSET
    mathml: str | UnsetType = UNSET
    value: str | UnsetType = UNSET


class LineSegment(Struct, frozen=True):
    """A character of a line.

    Attributes:
        label: what it is read as.
        p: that these strokes are one character, and this one; calibrated.
        strokes: their numbers, in the order drawn.
        top: what else it may be, the likeliest first, the label among them.
        box: left, top, right and bottom, in canvas units.
        pinned: true where the client has said what these strokes are, else not there; `top` is
            then what they would be otherwise.
        at: where it is in the text, in code points, where that has more than characters drawn,
            such as spaces.
        ranges: of its strokes the points that are its own, as the number of a stroke, the first
            point's place and the place behind the last one; where the recognizer says so.
    """

    label: str
    p: float
    strokes: list[int]
    top: list[Candidate]
    box: tuple[float, float, float, float]
    pinned: bool | UnsetType = UNSET
    at: int | UnsetType = UNSET
    ranges: list[tuple[int, int, int]] | UnsetType = UNSET


class Microseconds(Struct, frozen=True):
    """Where the time of an answer went, in microseconds.

    Attributes:
        wait: from the receipt of the message to the start of the work.
        raster: for the rasters of the ink.
        infer: for the network.
    """

    wait: int
    raster: int
    infer: int


class Prediction(Struct, frozen=True, tag_field="type", tag="prediction"):
    """An answer.

    Attributes:
        seq: of the newest message that it knows.
        final: whether it answers an end of stroke or an edit.
        empty: whether there is no ink.
        rejected: whether the ink looks like no label.
        top: the likeliest labels, or texts of a line.
        strokes: how many it saw.
        us: where the time went.
        image: what the network saw, where it was asked for.
        text: of a line the likeliest text. This and the following are of lines alone.
        p: its calibrated probability.
        alternatives: the likeliest texts, the likeliest first.
        segments: the characters of the likeliest text, from left to right.
        value: what a sum or a formula comes to, where the ink is one.
        latex: of a formula the likeliest one.
        mathml: the same in presentation MathML.
        reason: why the ink was not read at all, where it was not.
        learnt: true where what the person taught changed the likeliest label or whether the ink is
            rejected, else not there.
    """

    seq: int
    final: bool
    empty: bool
    rejected: bool
    top: list[Candidate]
    strokes: int
    us: Microseconds
    image: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    p: float | UnsetType = UNSET
    alternatives: list[LineText] | UnsetType = UNSET
    segments: list[LineSegment] | UnsetType = UNSET
    value: str | UnsetType = UNSET
    latex: str | UnsetType = UNSET
    mathml: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    learnt: bool | UnsetType = UNSET


class Error(Struct, frozen=True, tag_field="type", tag="error", omit_defaults=True, kw_only=True):
    """A refusal.

    Attributes:
        seq: of the message that is refused, where it could be read.
        code: what it is, for programs.
        message: what it is, in a sentence that begins with the field where there is one.
        field: path of the field at fault, such as `x[3]`.
        limit: the number that the field, the client or the server should have kept to.
        fatal: whether the connection is closed next.
        retry_ms: milliseconds after which the same may succeed.
    """

    seq: int | None = None
    code: str
    message: str
    field: str | None = None
    limit: float | None = None
    fatal: bool
    retry_ms: int | None = None


class Heartbeat(Struct, frozen=True, tag_field="type", tag="heartbeat"):
    """Sent while nothing else is, to who asks for it in `config`."""


ServerMessage = Ready | Prediction | Error | Heartbeat
