"""What a lattice says: the likeliest texts, and the characters of the best one."""

import math
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.k_best import Reading, readings
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.recognizer import Alternative, Segment

# Readings that are looked at beside one for each text that is asked for: some spell the same text.
_MORE_READINGS = 4


class LineReading(NamedTuple):
    """What was read of a line.

    Attributes:
        texts: the likeliest texts with their probabilities, the likeliest first.
        best: the best reading of the first text.
    """

    texts: list[tuple[str, float]]
    best: Reading


def likeliest_texts(lattice: Lattice, labels: Sequence[str], count: int) -> LineReading:
    """So many of the likeliest texts of a lattice, or all there are.

    Args:
        lattice: has at least one reading.
        labels: the network's.
        count: at least 1.
    """
    probabilities: dict[str, float] = {}
    first: dict[str, Reading] = {}
    for reading in readings(lattice, count + _MORE_READINGS):
        text = "".join([labels[label] for label in reading.labels])
        share = math.exp(reading.score - lattice.total)
        probabilities[text] = probabilities.get(text, 0.0) + share
        first.setdefault(text, reading)
        if len(first) == count:
            break
    texts = sorted(probabilities.items(), key=itemgetter(1), reverse=True)
    return LineReading(texts, first[texts[0][0]])


def segments_of(
    reading: Reading, probabilities: Mapping[Group, float], labels: Sequence[str], top: int
) -> tuple[Segment, ...]:
    """The characters of a reading, from left to right.

    Args:
        reading: one of a lattice.
        probabilities: of the lattice's groups.
        labels: the network's.
        top: how many labels to give of each character.
    """
    return tuple(
        [
            _segment(group, label, probabilities[group], labels, top)
            for group, label in zip(reading.groups, reading.labels, strict=True)
        ]
    )


def _segment(
    group: Group, label: int, probability: float, labels: Sequence[str], top: int
) -> Segment:
    shown = group.free or group
    ranked, shares = shown.ranked_labels, shown.shares()
    return Segment(
        labels[label],
        probability if group.free else probability * shares[ranked.index(label)],
        group.stroke_numbers,
        tuple(
            [
                Alternative(labels[ranked[rank]], probability * shares[rank])
                for rank in range(min(top, len(ranked)))
                if shown.ranked_scores[rank] > -math.inf
            ]
        ),
        group.box,
        pinned=group.free is not None,
    )
