"""Reads the digits beside each other on a picture, with the lattice of lines of strokes.

    ink ── connected ──> parts ── proximity ──> groups ── network, once each ──> scores
    parts that are in no group which is surely a digit ── cut ──> pieces ──> more groups
    groups ── lattice ──> probabilities, the best readings

A picture does not say which way the pen went, and its parts take the place of strokes.
"""

import math
from collections.abc import Collection, Sequence

from realtime.recognition.characters.network import FINAL, Network
from realtime.recognition.characters.normalisation import normalise
from realtime.recognition.characters.rasterizer import raster_of
from realtime.recognition.characters.thickening import pen_width, thickened
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.lines.log_sum import log_sum
from realtime.recognition.lines.proximity import Candidate, ProximityGraph
from realtime.recognition.recognizer import finish
from realtime.recognition.rows.geometry import inside
from realtime.recognition.rows.pieces import InkPieces, PicturePiece, cut
from realtime.recognition.rows.scoring import RowScorer
from realtime.recognition.rows.weights import RowWeights

# A part is not cut where the network is so certain that it is a digit, alone or with others near
# it: of MNIST's digits it is of 96 in 100, of two that touch of 2 in 100.
CERTAIN = 0.9
# Nor is one that is no wider than so many heights: two ones that touch at their feet are wider.
JOINED_WIDTH = 0.6

_Candidate = Candidate[PicturePiece]
# What the network says of candidates, by the ids of their pieces.
_Logits = dict[tuple[int, ...], list[float]]


class RowReader:
    """Makes the lattice of a picture's ink; one for the whole process."""

    def __init__(self, network: Network, weights: RowWeights) -> None:
        self._network = network
        self._scorer = RowScorer(weights, network.card.labels)

    def lattice(self, parts: InkPieces) -> Lattice:
        """The lattice of all ways to read the parts of a picture, at least one.

        Raises:
            TooManyWaysError: there are more than is worth looking at.
            RecognitionError: the network failed.
        """
        pen = pen_width(parts.ink)
        whole = {one.ids: one for one in _candidates(parts.pieces)}
        logits = self._read(parts, whole.values(), pen)
        joined = self._joined(parts.pieces, logits)
        pieces = parts
        if joined:
            pieces = cut(parts, joined)
            whole, logits = _with_pieces(pieces, whole, logits)
            new = [one for one in _candidates(pieces.pieces) if one.ids not in whole]
            whole |= {one.ids: one for one in new}
            logits |= self._read(pieces, new, pen)
        groups = [self._group(one, logits[ids]) for ids, one in whole.items()]
        return finish(Lattice.build(pieces.pieces, groups, self._scorer))

    def _read(self, pieces: InkPieces, candidates: Collection[_Candidate], pen: float) -> _Logits:
        """What the network says of candidates, which it reads together."""
        if not candidates:
            return {}
        rasters = [
            raster_of(normalise(thickened(pieces.of(one.pieces), pen))) for one in candidates
        ]
        logits = self._network.infer(rasters).logits[:, FINAL].tolist()
        return dict(zip([one.ids for one in candidates], logits, strict=True))

    def _group(self, candidate: _Candidate, logits: list[float]) -> Group:
        group = Group(candidate, logits)
        group.inside = inside(candidate, group.box, group.size)
        self._scorer.score(group)
        return group

    def _joined(self, parts: Sequence[PicturePiece], read: _Logits) -> list[PicturePiece]:
        """The parts that may be several digits."""
        least = math.log(CERTAIN)
        certain = {
            part
            for ids, logits in read.items()
            if max([logits[label] for label in self._scorer.allowed]) - log_sum(logits) > least
            for part in ids
        }
        return [
            part for part in parts if part.part_width >= JOINED_WIDTH and part.id not in certain
        ]


def _candidates(pieces: Sequence[PicturePiece]) -> list[_Candidate]:
    """The groups of pieces that may be a digit."""
    graph: ProximityGraph[PicturePiece] = ProximityGraph()
    for piece in pieces:
        graph.add([piece])
    return [candidate for candidates in graph.candidates for candidate in candidates]


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
