"""Geometry of groups of a picture's pieces: that of strokes, and what speaks against cuts."""

from realtime.recognition.characters.box import Box
from realtime.recognition.lines import geometry
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.rows.pieces import PicturePiece

INSIDE = (*geometry.INSIDE, "crossed", "narrow", "wide")

# A part that is no wider than so many heights is one digit as a rule; a group that is wider is two.
_USUAL_WIDTH = 1.2


def inside(candidate: Candidate[PicturePiece], box: Box, size: float) -> tuple[float, ...]:
    """What speaks against taking some pieces for one digit, in the order of `INSIDE`.

    Args:
        candidate: the pieces.
        box: around them.
        size: the longer side of that.

    Returns:
        What `lines.geometry.inside` says; then how much ink the cuts at the group's beginnings
        cross, how much narrower the parts are that they are in than two digits, and how much wider
        the group is than one.
    """
    held = {(piece.stroke, piece.place) for piece in candidate.pieces}
    cut = [
        piece
        for piece in candidate.pieces
        if piece.place and (piece.stroke, piece.place - 1) not in held
    ]
    crossed = sum([piece.crossed for piece in cut])
    narrow = sum([max(0.0, _USUAL_WIDTH - piece.part_width) for piece in cut])
    wide = max(0.0, (box.right - box.left) / (box.bottom - box.top) - _USUAL_WIDTH)
    return *geometry.inside(candidate, size), crossed, narrow, wide
