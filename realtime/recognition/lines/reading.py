"""What a lattice says: the likeliest texts, and the characters of the best one."""

import math
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from realtime.recognition.answer import Alternative, Segment
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.k_best import Reading, readings
from realtime.recognition.lines.lattice import Lattice

# Readings that are looked at beside one for each text that is asked for: some spell the same text.
_MORE_READINGS = 4
# The network's certainty that ink is no character leaves it at least one in a million.
_LEAST_LIKENESS = 1e-6


class LineReading(NamedTuple):
    """What was read of a line.

    Attributes:
        texts: the likeliest texts with their probabilities, the likeliest first.
        best: the best reading of the first text.
    """

    texts: list[tuple[str, float]]
    best: Reading


def likeliest_texts(
    lattice: Lattice,
    labels: Sequence[str],
    count: int,
    spell: Callable[[Reading], str] | None = None,
) -> LineReading:
    """So many of the likeliest texts of a lattice, or all there are.

    Args:
        lattice: has at least one reading.
        labels: the network's.
        count: at least 1.
        spell: the text of a reading, if that is more than its labels.
    """
    probabilities: dict[str, float] = {}
    first: dict[str, Reading] = {}
    for reading in readings(lattice, count + _MORE_READINGS):
        text = spell(reading) if spell else "".join([labels[label] for label in reading.labels])
        share = math.exp(reading.score - lattice.total)
        probabilities[text] = probabilities.get(text, 0.0) + share
        first.setdefault(text, reading)
        if len(first) == count:
            break
    texts = sorted(probabilities.items(), key=itemgetter(1), reverse=True)
    return LineReading(texts, first[texts[0][0]])


def log_likeness(reading: Reading) -> float:
    """How much ink looks like the line that it is read as, as a logarithm.

    The least that the network says of a character, and what one of them scores on average: in a
    word there is a stroke that is none at all, or many that are hardly one. Nothing is asked of
    what a person has said.
    """
    asked = [group for group in reading.groups if group.free is None]
    if not asked:
        return math.inf
    least = max(min([1.0 - group.none for group in asked]), _LEAST_LIKENESS)
    said = sum([group.score for group in reading.groups if group.free is not None])
    return math.log(least) + (reading.score - said) / len(asked)


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
    # The same pieces are several groups: of other kinds of characters, or after a space.
    shares: dict[tuple[int, ...], dict[int, float]] = {group.ids: {} for group in reading.groups}
    for group, probability in probabilities.items():
        of_labels = shares.get(group.ids)
        if of_labels is not None:
            shown = group.free or group
            for share, label in zip(shown.shares(), shown.ranked_labels, strict=True):
                of_labels[label] = of_labels.get(label, 0.0) + probability * share
    return tuple(
        [
            _segment(group, label, probabilities[group], shares[group.ids], labels, top)
            for group, label in zip(reading.groups, reading.labels, strict=True)
        ]
    )


def _segment(
    group: Group,
    label: int,
    probability: float,
    shares: Mapping[int, float],
    labels: Sequence[str],
    top: int,
) -> Segment:
    """A character; `shares` are the probabilities of the labels of its pieces."""
    ranked = sorted([(share, one) for one, share in shares.items()], reverse=True)[:top]
    return Segment(
        labels[label],
        probability if group.free else shares[label],
        group.stroke_numbers,
        tuple([Alternative(labels[one], share) for share, one in ranked]),
        group.box,
        pinned=group.free is not None,
    )
