"""What is counted in training writers' lines: facts of labels, and what follows what.

Lines of which each character's strokes are known say how large a label's characters are and where
they stand; isolated characters, how many strokes they have and how wide the gaps between these are.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import minimum_spanning_tree

from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.characters.box import Box, extent
from realtime.recognition.lines.geometry import inside
from realtime.recognition.lines.pieces import MOST_CUTS, Piece, pieces_of
from realtime.recognition.lines.places import Place, PlaceSpread, Row
from realtime.recognition.lines.proximity import Candidate
from realtime.recognition.lines.scoring import STROKE_COUNTS
from realtime.recognition.lines.sequence import BEGINNING, END, Contexts
from realtime.recognition.lines.weights import LabelFacts
from train.data.composed_lines import SIGN_SIZE_VARIATION, SIGNS
from train.data.dataset import DIGITS, LabelledInk
from train.data.lines import LabelledLine

# Labels that are alike in what they stand beside.
KINDS = (DIGITS, ".", ",", ":", "/", "-", "+", "×÷", "x", "=<>", "(", ")", "$", "%")
# Added to the counts of strokes: no number of strokes is impossible.
UNSEEN_STROKES = 0.3
# Added to the counts of labels.
UNSEEN_LABELS = 5.0
# As often what follows in similar states of a text is added to what was seen in one.
UNSEEN_FOLLOWERS = 3.0
# No more than this does a character's neighbour say for it or against it, as a logarithm.
MOST_FOLLOWS = 6.0
# Samples of a label of which the gaps are measured, and the quantile that is usual.
GAP_SAMPLES = 400
USUAL_GAP = 0.75
# Where fewer than this share have several strokes, these are no usual form of the label.
FEWEST_JOINED = 0.1
# Of the median distance from a label's usual size, and from its usual height: few samples, or
# composed ones, may seem to differ too little.
LEAST_SCALE = (0.12, 0.08)
# With fewer samples a label's is taken to be that with which lines are composed.
FEWEST_PLACES = 20
UNSURE_MIDDLE = 0.15


class Statistics(NamedTuple):
    """What is counted.

    Attributes:
        labels: facts of each label, in the network's order.
        kinds: of the labels.
        follows: see `LineWeights`.
    """

    labels: dict[str, LabelFacts]
    kinds: tuple[str, ...]
    follows: tuple[tuple[float, ...], ...]


def count(
    characters: Iterable[LabelledInk],
    lines: Iterable[LabelledLine],
    texts: Sequence[str],
    labels: Sequence[str],
) -> Statistics:
    """Count.

    Args:
        characters: isolated ones.
        lines: those that name each character's strokes say where these stand.
        texts: what is written on lines.
        labels: of the network.
    """
    writings: dict[str, list[Sequence[PointArray]]] = defaultdict(list)
    for character in characters:
        writings[character.label].append(character.strokes)
    places, frequencies = _places(lines), _frequencies(texts, labels)
    kinds = tuple(
        kind for kind in ("".join(filter(labels.__contains__, some)) for some in KINDS) if kind
    )
    facts = {
        label: LabelFacts(
            strokes=_stroke_shares(writings[label]),
            gaps=usual_gaps(writings[label][:GAP_SAMPLES]),
            frequency=frequencies[label],
            place=_spread(label, places[label]),
        )
        for label in labels
    }
    return Statistics(facts, kinds, _follows(texts, kinds))


def _stroke_shares(
    writings: Iterable[Sequence[PointArray]],
) -> tuple[float, float, float, float]:
    counts = np.full(STROKE_COUNTS, UNSEEN_STROKES)
    for strokes in writings:
        counts[min(len(strokes), STROKE_COUNTS) - 1] += 1
    one, two, three, more = (counts / counts.sum()).round(5).tolist()
    return one, two, three, more


def usual_gaps(writings: Iterable[Sequence[PointArray]]) -> tuple[float, float, float]:
    """What is usual of how many strokes are joined, and of the gaps of those of several strokes."""
    joined, gaps = list[int](), list[Sequence[float]]()
    for strokes in writings:
        joined.append(len(strokes) - 1)
        if len(strokes) > 1:
            pieces = list(chain.from_iterable(_pieces(strokes)))
            size = extent(Box.around([piece.box for piece in pieces]))
            gaps.append(inside(Candidate.of(pieces, _widest_gap(pieces)), size)[1:3])
    if len(gaps) <= FEWEST_JOINED * len(joined):
        return 0.0, 0.0, 0.0
    gap, aside = np.quantile(gaps, USUAL_GAP, axis=0).round(4).tolist()
    return float(np.median(joined)), gap, aside


def _widest_gap(pieces: Sequence[Piece]) -> float:
    """The widest gap that has to be bridged to join pieces, however far they are apart."""
    gaps = np.array(
        [[np.abs(one.outline[:, None] - other.outline).min() for other in pieces] for one in pieces]
    )
    # A gap of 0 would count as no gap at all.
    return float(minimum_spanning_tree(gaps + np.finfo(np.float32).tiny).max())


def _places(lines: Iterable[LabelledLine]) -> dict[str, list[Place]]:
    """The sizes and places of the characters of lines that name their strokes, by label."""
    places: dict[str, list[Place]] = defaultdict(list)
    for line in lines:
        if not line.groups:
            continue
        pieces = _pieces(line.strokes)
        row = Row(chain.from_iterable(pieces))
        for label, group in zip(line.group_labels, line.groups, strict=True):
            held = [piece for at in group for piece in pieces[at]]
            place = row.place(
                [piece.id for piece in held], Box.around([piece.box for piece in held])
            )
            if place is not None:
                places[label].append(place)
    return places


def _pieces(strokes: Sequence[PointArray]) -> list[tuple[Piece, ...]]:
    return [
        pieces_of(stroke, place * (MOST_CUTS + 1))
        for place, stroke in enumerate(FinishedInk.of_points(strokes).finished)
    ]


def _spread(label: str, places: Sequence[Place]) -> PlaceSpread:
    """Median, and the median of the distances from it as a standard deviation."""
    if len(places) < FEWEST_PLACES:
        size, lower = SIGNS.get(label, (1.0, 0.0))
        return PlaceSpread(round(math.log(size), 4), SIGN_SIZE_VARIATION, lower, UNSURE_MIDDLE)
    middle = np.median(places, axis=0)
    scale = np.maximum(1.4826 * np.median(abs(places - middle), axis=0), LEAST_SCALE)
    size, lower = middle.round(4).tolist()
    size_scale, lower_scale = scale.round(4).tolist()
    return PlaceSpread(size, size_scale, lower, lower_scale)


def _frequencies(texts: Iterable[str], labels: Sequence[str]) -> dict[str, float]:
    """The logarithm of each label's frequency; digits are taken to be alike."""
    counts = Counter(chain.from_iterable(texts))
    digits = [label for label in labels if label in DIGITS]
    of_digit = sum(counts[label] for label in digits) / max(len(digits), 1)
    shares = np.array(
        [(of_digit if label in DIGITS else counts[label]) + UNSEEN_LABELS for label in labels]
    )
    logarithms = np.log(shares / shares.mean()).round(4)
    return dict(zip(labels, logarithms.tolist(), strict=True))


def _follows(texts: Iterable[str], kinds: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """How much likelier each kind comes next in a state than anywhere; see `LineWeights.follows`.

    What was seen in few texts is mixed with what comes next in all states that have less in common:
    the same sign and as many digits after it, the same kind of the last character, any.
    """
    contexts = Contexts(kinds)
    counts = np.zeros((len(contexts.every), len(kinds) + 1))
    for text in texts:
        if all(label in contexts.kind_of for label in text):
            state = BEGINNING
            for label in text:
                kind = contexts.kind_of[label]
                counts[state, kind] += 1
                state = contexts.after(state, kind)
            counts[state, END] += 1
    alone = (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1])
    after = np.tile(alone, (len(counts), 1))
    for alike in (
        [(one.sign, min(one.digits, 1)) for one in contexts.every],
        [(one.sign, one.digits) for one in contexts.every],
        [*contexts.every],
    ):
        pooled: dict[tuple, npt.NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(alone)))
        for key, row in zip(alike, counts, strict=True):
            pooled[key] += row
        seen = np.array([pooled[key] for key in alike]) + UNSEEN_FOLLOWERS * after
        after = seen / seen.sum(axis=1, keepdims=True)
    logarithms = np.log(after / alone).clip(-MOST_FOLLOWS, MOST_FOLLOWS).round(3)
    return tuple(tuple(row) for row in logarithms.tolist())
