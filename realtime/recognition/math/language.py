"""What comes next in a formula: a small model of the kinds of signs, and of pairs of labels.

Many rows have no letters at all: sums of numbers, exponents, the parts of fractions. So a row is of
one of two kinds, with letters or plain, each with frequencies of its own, and which one it is, is
found out as it is read: a mixture of two models, weighted by how many rows there are of each.
"""

import math

from realtime.recognition.math.signs import (
    COMPOUND,
    DOT,
    FUNCTIONS,
    KIND_NAMES,
    LETTERS,
    kind_of,
)
from realtime.recognition.math.weights import RELATIONS, MathWeights

KINDS = len(KIND_NAMES)
KIND_INDEX = {kind: at for at, kind in enumerate(KIND_NAMES)}
BEGINNING = KINDS
END_COLUMN = len(RELATIONS) * KINDS
RELATION_KIND = KIND_INDEX["relation"]
COMPOUND_KIND = KIND_INDEX[COMPOUND]
_OPENING, _CLOSING = KIND_INDEX["opening"], KIND_INDEX["closing"]
_LETTER_KINDS = frozenset([KIND_INDEX[kind] for kind in LETTERS])
_NEW_PAIR = 0.0


class Language:
    """The weighted log-probabilities of what comes next; immutable.

    Attributes:
        kinds: of each label, and of `·`.
        plain_odds: the log-odds that a row has no letters.
        unmatched: what a bracket adds that closes none, or is never closed.
    """

    def __init__(self, weights: MathWeights) -> None:
        scale = weights.parse.language
        self.kinds = {label: KIND_INDEX[kind_of(label)] for label in (*weights.labels, DOT)}
        self.plain_odds = scale * math.log(weights.plain_share / (1 - weights.plain_share))
        self.unmatched = weights.parse.unmatched
        # Of each kind, and what comes next, its score and how much likelier that is in plain rows.
        self._follows = [
            [
                (
                    scale * usual,
                    -math.inf if _is_letter(column) else scale * (plain - usual),
                )
                for column, (usual, plain) in enumerate(zip(of_all, of_plain, strict=True))
            ]
            for of_all, of_plain in zip(weights.follows, weights.plain, strict=True)
        ]
        self._frequency = {
            label: tuple([scale * one for one in facts.frequency])
            for label, facts in weights.labels.items()
        }
        self._frequency[DOT] = tuple([scale * one for one in weights.dot])
        self._pairs = {pair: scale * one for pair, one in weights.pairs.items()}
        self._function = weights.parse.function

    def frequency(self, label: str, relation: int) -> float:
        """How frequent a label is among those of its kind, in some relation."""
        return self._frequency[label][relation]

    def next(self, kind: int, relation: int, next_kind: int) -> tuple[float, float]:
        """One kind of sign coming after another in some relation.

        Args:
            kind: of the one before, or `BEGINNING`.
            relation: of `RELATIONS`.
            next_kind: of the one that comes next.

        Returns:
            Its score, and how much likelier it is in a row without letters.
        """
        return self._follows[kind][relation * KINDS + next_kind]

    def end(self, kind: int) -> tuple[float, float]:
        """The end of a row after a kind of sign: its score, and how much likelier if plain."""
        return self._follows[kind][END_COLUMN]

    def to_the_right(self, before: str, label: str) -> float:
        """A label to the right of others, the last of which are given."""
        score = self._pairs.get(before[-1:] + label, _NEW_PAIR)
        spelt = before + label
        for name in FUNCTIONS:
            if spelt.endswith(name):
                return score + self._function
        return score

    @staticmethod
    def opened(kind: int) -> int:
        """1 of an opening bracket, −1 of a closing one."""
        return (kind == _OPENING) - (kind == _CLOSING)


def _is_letter(column: int) -> bool:
    return column != END_COLUMN and column % KINDS in _LETTER_KINDS
