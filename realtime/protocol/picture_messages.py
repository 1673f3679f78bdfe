"""What `POST /predict` answers to a picture."""

from msgspec import UNSET, Struct, UnsetType

from realtime.protocol.server_messages import Candidate


class PictureCharacter(Struct, frozen=True):
    """A character on a picture.

    Attributes:
        label: what it is read as.
        p: its calibrated probability.
        box: left, top, right and bottom, as shares of the picture's width and height.
        top: what it may be, the likeliest first.
        at: where it is in the text, in code points, where that has more than was drawn.
    """

    label: str
    p: float
    box: tuple[float, float, float, float]
    top: list[Candidate]
    at: int | UnsetType = UNSET


class PictureAnswer(Struct, frozen=True):
    """What is on a picture.

    Attributes:
        text: what is written, the likeliest.
        confidence: its calibrated probability.
        rejected: whether that should not be relied on.
        reason: why not, in words.
        top: what it may be, the likeliest first.
        digit: the only digit; None where there are several. It and `digits` are there where digits
            were asked for.
        digits: the digits, from left to right.
        characters: the characters, from left to right, where something else was asked for.
    """

    text: str
    confidence: float
    rejected: bool
    reason: str | None
    top: list[Candidate]
    digit: int | UnsetType | None = UNSET
    digits: list[PictureCharacter] | UnsetType = UNSET
    characters: list[PictureCharacter] | UnsetType = UNSET
