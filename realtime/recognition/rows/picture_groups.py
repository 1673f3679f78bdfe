"""Groups of a picture's parts, and of the pieces that joined parts are cut into, each read once.

    ink ── connected ──> parts ── proximity ──> groups ── network, once each
    parts that are in no group which is surely a character ── cut ──> pieces ──> more groups

A picture does not say which way the pen went, and its parts take the place of strokes.
"""

import math
from collections.abc import Collection, Sequence
from statistics import median
from typing import NamedTuple

from realtime.recognition.characters.network import FINAL, Network
from realtime.recognition.characters.normalisation import normalise
from realtime.recognition.characters.rasterizer import raster_of
from realtime.recognition.characters.thickening import pen_width, thickened
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.lines.proximity import Candidate, ProximityGraph
from realtime.recognition.lines.proximity_rules import LINE_RULES, ProximityRules
from realtime.recognition.rows.geometry import inside
from realtime.recognition.rows.pieces import InkPieces, PicturePiece, cut
from realtime.recognition.rows.seams import DIGITS, CutRules

# A part is not cut where the network is so certain that it is a character, alone or with others
# near it: of MNIST's digits it is of 96 in 100, of two that touch of 2 in 100.
CERTAIN = 0.9
# Nor is one that is no wider than so many heights: two ones that touch at their feet are wider. Nor
# one that is lower than that share of the others: a dash is no word.
JOINED_WIDTH = 0.6
JOINED_HEIGHT = 0.5

_Candidate = Candidate[PicturePiece]
# What the network says of candidates, by the ids of their pieces.
_Logits = dict[tuple[int, ...], list[float]]


class PictureGroups(NamedTuple):
    """The pieces of a picture's ink, and its groups, not yet scored."""

    pieces: InkPieces
    groups: list[Group]


class PictureGroupReader:
    """Reads groups; one for the whole process.

    Args:
        network: that reads them.
        columns: of its logits those that are wanted, "none of these" the last; None for all.
        allowed: which of these characters may be.
        rules: which pieces make groups.
        widest: what is wider than so many heights is cut, however certain the network is: it sees a
            word squeezed into a square.
        cuts: where it may be cut.
    """

    def __init__(
        self,
        network: Network,
        allowed: Sequence[int],
        columns: Sequence[int] | None = None,
        rules: ProximityRules = LINE_RULES,
        widest: float = math.inf,
        cuts: CutRules = DIGITS,
    ) -> None:
        self._network = network
        self._allowed = allowed
        self._columns = columns
        self._rules = rules
        self._widest = widest
        self._cuts = cuts

    def read(self, parts: InkPieces) -> PictureGroups:
        """Read the groups of the parts of a picture, at least one.

        Raises:
            RecognitionError: the network failed.
        """
        pen = pen_width(parts.ink)
        whole = {one.ids: one for one in self._candidates(parts.pieces)}
        logits = self._logits(parts, whole.values(), pen)
        joined = self._joined(parts.pieces, logits)
        pieces = parts
        if joined:
            pieces = cut(parts, joined, self._cuts)
            whole, logits = _with_pieces(pieces, whole, logits)
            new = [one for one in self._candidates(pieces.pieces) if one.ids not in whole]
            whole |= {one.ids: one for one in new}
            logits |= self._logits(pieces, new, pen)
        return PictureGroups(pieces, [_group(one, logits[ids]) for ids, one in whole.items()])

    def _candidates(self, pieces: Sequence[PicturePiece]) -> list[_Candidate]:
        """The groups of pieces that may be a character."""
        graph: ProximityGraph[PicturePiece] = ProximityGraph(self._rules)
        for piece in pieces:
            graph.add([piece])
        return [candidate for candidates in graph.candidates for candidate in candidates]

    def _logits(self, pieces: InkPieces, candidates: Collection[_Candidate], pen: float) -> _Logits:
        """What the network says of candidates, which it reads together."""
        if not candidates:
            return {}
        rasters = [
            raster_of(normalise(thickened(pieces.of(one.pieces), pen))) for one in candidates
        ]
        logits = self._network.infer(rasters).logits[:, FINAL]
        if self._columns is not None:
            logits = logits[:, self._columns]
        return dict(zip([one.ids for one in candidates], logits.tolist(), strict=True))

    def _joined(self, parts: Sequence[PicturePiece], read: _Logits) -> list[PicturePiece]:
        """The parts that may be several characters."""
        least = math.log(CERTAIN)
        certain = {
            part
            for ids, logits in read.items()
            if max([logits[label] for label in self._allowed]) - log_sum(logits) > least
            for part in ids
        }
        high = JOINED_HEIGHT * median([part.box.bottom - part.box.top for part in parts])
        return [
            part
            for part in parts
            if part.part_width >= JOINED_WIDTH
            and part.box.bottom - part.box.top >= high
            and (part.id not in certain or part.part_width > self._widest)
        ]


def _group(candidate: _Candidate, logits: list[float]) -> Group:
    group = Group(candidate, logits)
    group.inside = inside(candidate, group.box, group.size)
    return group


def _with_pieces(
    pieces: InkPieces, whole: dict[tuple[int, ...], _Candidate], logits: _Logits
) -> tuple[dict[tuple[int, ...], _Candidate], _Logits]:
    """Candidates of whole parts, made of the pieces of these, and what was read of them."""
    of_part: dict[int, list[PicturePiece]] = {}
    for piece in pieces.pieces:
        # A part's id is its number from 1.
        of_part.setdefault(piece.stroke + 1, []).append(piece)
    candidates: dict[tuple[int, ...], _Candidate] = {}
    read: _Logits = {}
    for ids, candidate in whole.items():
        one = Candidate.of([piece for part in ids for piece in of_part[part]], candidate.gap)
        candidates[one.ids] = one
        read[one.ids] = logits[ids]
    return candidates, read
