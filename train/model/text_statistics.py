"""What is counted in training writers' texts: facts of labels, shapes of words, gaps of spaces."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from realtime.ink.stroke import PointArray
from realtime.recognition.characters.box import Box, box_of
from realtime.recognition.text.letter_places import LetterPlace, LetterSpread, LineMetric
from realtime.recognition.text.line_metric import estimate
from realtime.recognition.text.weights import LetterFacts, SpaceWeights
from realtime.recognition.text.word_shapes import (
    SHAPES_AFTER,
    CharacterClass,
    WordShape,
    class_of,
)
from train.data.dataset import LabelledInk
from train.data.lines import LabelledLine
from train.model.line_statistics import GAP_SAMPLES, stroke_shares, usual_gaps

# Where characters are in print, in x-heights above the baseline, top and bottom: where they are
# taken to be as far as little was seen of them.
_PLACES = (
    ("acemnorsuvwxz", 1.0, 0.0),
    ("bdfhkl", 1.9, 0.0),
    ("t", 1.7, 0.0),
    ("i", 1.55, 0.0),
    ("gpqy", 1.0, -0.85),
    ("j", 1.55, -0.85),
    (".", 0.15, 0.0),
    (",", 0.2, -0.3),
    ("_", 0.0, -0.1),
    ("-~", 0.65, 0.45),
    ("=+<>", 0.9, 0.2),
    (":", 0.9, 0.0),
    (";", 0.9, -0.3),
    ("'\"`", 1.9, 1.4),
    ("*^", 1.9, 1.1),
    ("/\\|()[]{}", 2.0, -0.3),
)
_PRINTED_CAPITAL = (1.8, 0.0)
_PRINTED_WIDTH = 0.9
_PRINTED_SCALE = (0.3, 0.3, 0.5)
# As many characters as this are taken to be where print has them, beside those that were seen.
_PRINTED_COUNT = 6
# Of the median distance from a label's usual place: hands differ by as much.
_LEAST_SCALE = (0.12, 0.10, 0.12)
# The metrics of lines and the places of labels are found from each other in so many rounds.
ROUNDS = 3
# Added to the counts of classes.
UNSEEN_CLASSES = 0.5
UNSEEN_SIGNS = 0.5
# Of a gap's weights, so that lines without spaces between words do not make them endless.
_SPACE_PRIOR = 0.02


class TextStatistics(NamedTuple):
    """What is counted.

    Attributes:
        labels: facts of each label, in the order given.
        shapes: see `TextWeights`.
        space: see `TextWeights`.
    """

    labels: dict[str, LetterFacts]
    shapes: tuple[tuple[float, ...], ...]
    space: SpaceWeights


def count(
    characters: Iterable[LabelledInk],
    lines: Sequence[LabelledLine],
    texts: Sequence[str],
    labels: Sequence[str],
) -> TextStatistics:
    """Count.

    Args:
        characters: isolated ones, and such as were cut from lines.
        lines: those that name each character's strokes say where these stand.
        texts: what is written on lines, each once.
        labels: that texts have.
    """
    writings: dict[str, list[Sequence[PointArray]]] = defaultdict(list)
    for character in characters:
        writings[character.label].append(character.strokes)
    known = [line for line in lines if line.groups and set(line.label) <= set(labels)]
    boxes = [_boxes(line) for line in known]
    spreads, metrics = _places(known, boxes, labels)
    frequencies = _frequencies(texts, labels)
    facts = {
        label: LetterFacts(
            strokes=stroke_shares(writings[label]),
            gaps=usual_gaps(writings[label][:GAP_SAMPLES]),
            frequency=frequencies[label],
            place=spreads[label],
        )
        for label in labels
    }
    return TextStatistics(facts, _shapes(texts), _space(known, boxes, metrics))


def _boxes(line: LabelledLine) -> list[Box]:
    return [Box.around([box_of(line.strokes[at]) for at in group]) for group in line.groups or ()]


def printed_spread(label: str) -> LetterSpread:
    """Where a label is in print."""
    places = [(top, bottom) for some, top, bottom in _PLACES if label in some]
    top, bottom = places[0] if places else _PRINTED_CAPITAL
    of_top, of_bottom, of_width = _PRINTED_SCALE
    return LetterSpread(top, of_top, bottom, of_bottom, _PRINTED_WIDTH, of_width)


def _places(
    lines: Sequence[LabelledLine], boxes: Sequence[Sequence[Box]], labels: Sequence[str]
) -> tuple[dict[str, LetterSpread], list[LineMetric]]:
    """Where labels are, and the metrics of lines."""
    spreads = {label: printed_spread(label) for label in labels}
    metrics: list[LineMetric] = []
    for _ in range(ROUNDS):
        found: dict[str, list[LetterPlace]] = defaultdict(list)
        metrics = []
        for line, some in zip(lines, boxes, strict=True):
            distinct = sorted(set(line.label))
            shares = np.full((len(some), len(distinct)), -1e3)
            shares[range(len(some)), [distinct.index(label) for label in line.label]] = 0.0
            metric = estimate(some, shares, [spreads[label] for label in distinct])
            metrics.append(metric)
            for label, box in zip(line.label, some, strict=True):
                found[label].append(metric.place_of(box))
        spreads = {label: _spread(label, found[label]) for label in labels}
    return spreads, metrics


def _spread(label: str, places: Sequence[LetterPlace]) -> LetterSpread:
    """Median, and the median of the distances from it as a standard deviation, by print as well."""
    printed = printed_spread(label)
    prior = np.array(printed[::2])
    if not places:
        return printed
    seen = np.array(places)
    weight = len(places) / (len(places) + _PRINTED_COUNT)
    middle = np.median(seen, axis=0)
    scale = np.maximum(1.4826 * np.median(abs(seen - middle), axis=0), _LEAST_SCALE)
    middle = weight * middle + (1 - weight) * prior
    scale = weight * scale + (1 - weight) * np.array(_PRINTED_SCALE)
    top, bottom, width = middle.round(4).tolist()
    top_scale, bottom_scale, width_scale = scale.round(4).tolist()
    return LetterSpread(top, top_scale, bottom, bottom_scale, width, width_scale)


def _frequencies(texts: Iterable[str], labels: Sequence[str]) -> dict[str, float]:
    """The logarithm of each label's share of its class; letters are alike, and digits are."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    by_class: dict[CharacterClass, list[str]] = defaultdict(list)
    for label in labels:
        by_class[class_of(label)].append(label)
    frequencies = {}
    for kind, some in by_class.items():
        is_sign = kind == CharacterClass.SIGN
        shares = [(counts[label] if is_sign else 0.0) + UNSEEN_SIGNS for label in some]
        for label, share in zip(some, shares, strict=True):
            frequencies[label] = round(math.log(share / sum(shares)), 4)
    return frequencies


def _shapes(texts: Iterable[str]) -> tuple[tuple[float, ...], ...]:
    """For each shape of a word, and each class, the log-probability that it comes next."""
    counts = np.full((len(WordShape), len(CharacterClass)), UNSEEN_CLASSES)
    for text in texts:
        shape = int(WordShape.LINE)
        for character in text:
            kind = class_of(character)
            counts[shape, kind] += 1
            shape = SHAPES_AFTER[shape][kind]
        counts[shape, CharacterClass.END] += 1
    logarithms = np.log(counts / counts.sum(axis=1, keepdims=True)).round(3)
    return tuple(tuple(row) for row in logarithms.tolist())


def spaces_of(line: LabelledLine) -> list[bool]:
    """For each character of a line whether a space is before it."""
    spaced, found = False, []
    for character in line.text:
        if character == " ":
            spaced = True
        else:
            found.append(spaced and bool(found))
            spaced = False
    return found


def _space(
    lines: Sequence[LabelledLine],
    boxes: Sequence[Sequence[Box]],
    metrics: Sequence[LineMetric],
) -> SpaceWeights:
    """The log-odds of a space, fitted to the gaps of lines by logistic regression."""
    rows, is_space = list[tuple[float, float, float, float]](), list[bool]()
    for line, some, metric in zip(lines, boxes, metrics, strict=True):
        for (one, other), spaced in zip(pairwise(some), spaces_of(line)[1:], strict=True):
            gap = (other.left - one.right) / metric.x_height
            rows.append((1.0, gap, max(gap - metric.gap, 0.0), metric.gap))
            is_space.append(spaced)
    if not rows:
        return SpaceWeights(constant=-4.0, gap=4.0, beyond=4.0, usual=0.0)
    features, targets = np.array(rows).clip(-3, 6), np.array(is_space, float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = features @ weights
        value = np.logaddexp(0, odds).sum() - targets @ odds
        gradient = features.T @ (1 / (1 + np.exp(-odds)) - targets)
        prior = _SPACE_PRIOR * len(rows) / 100
        return float(value + prior * weights @ weights / 2), gradient + prior * weights

    found = minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B").x
    constant, gap, beyond, usual = found.round(4).tolist()
    return SpaceWeights(constant=constant, gap=gap, beyond=beyond, usual=usual)
