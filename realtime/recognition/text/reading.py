"""What a lattice says of a text: characters with their points, and spaces between them."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import msgspec

from realtime.recognition.answer import PointRange, Segment
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.k_best import Reading
from realtime.recognition.lines.pieces import Piece
from realtime.recognition.text.scorer import is_spaced


def spell(reading: Reading, names: Sequence[str]) -> str:
    """The text of a reading, with its spaces."""
    return "".join(
        [
            f" {names[label]}" if is_spaced(group) else names[label]
            for group, label in zip(reading.groups, reading.labels, strict=True)
        ]
    )


def placed_in_text(segments: Sequence[Segment], groups: Sequence[Group]) -> tuple[Segment, ...]:
    """The characters of a reading with their places in the text, and their points.

    Args:
        segments: from left to right.
        groups: of each its group.
    """
    found, place = [], 0
    for segment, group in zip(segments, groups, strict=True):
        place += is_spaced(group)
        found.append(
            msgspec.structs.replace(segment, place=place, ranges=_ranges(pieces_of_group(group)))
        )
        place += len(segment.label)
    return tuple(found)


def pieces_of_group(group: Group) -> list[Piece]:
    """The pieces of a group, which are of strokes."""
    # A group does not say that its pieces are of strokes; those of a text are.
    return [piece for piece in group.pieces if isinstance(piece, Piece)]


def _ranges(pieces: Sequence[Piece]) -> tuple[PointRange, ...]:
    """The points of some pieces, in one range where they follow each other."""
    ranges: list[PointRange] = []
    for number, of_stroke in groupby(pieces, attrgetter("stroke")):
        for piece in of_stroke:
            if ranges and ranges[-1].stroke == number and ranges[-1].end == piece.first:
                ranges[-1] = ranges[-1]._replace(end=piece.end)
            else:
                ranges.append(PointRange(number, piece.first, piece.end))
    return tuple(ranges)
