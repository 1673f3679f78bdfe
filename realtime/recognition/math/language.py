"""What comes next in a formula: a small model of the kinds of signs, and of pairs of labels."""

from realtime.recognition.math.signs import COMPOUND, FUNCTIONS, KIND_NAMES, kind_of
from realtime.recognition.math.weights import RELATIONS, MathWeights

KINDS = len(KIND_NAMES)
KIND_INDEX = {kind: at for at, kind in enumerate(KIND_NAMES)}
BEGINNING = KINDS
END_COLUMN = len(RELATIONS) * KINDS
RELATION_KIND = KIND_INDEX["relation"]
COMPOUND_KIND = KIND_INDEX[COMPOUND]
_NEW_PAIR = 0.0
_OPENING, _CLOSING = KIND_INDEX["opening"], KIND_INDEX["closing"]


class Language:
    """The weighted log-probabilities of what comes next; immutable."""

    def __init__(self, weights: MathWeights) -> None:
        scale = weights.parse.language
        self.kinds = {label: KIND_INDEX[kind_of(label)] for label in weights.labels}
        self._follows = [[scale * one for one in row] for row in weights.follows]
        self._frequency = {
            label: tuple([scale * one for one in facts.frequency])
            for label, facts in weights.labels.items()
        }
        self._pairs = {pair: scale * one for pair, one in weights.pairs.items()}
        self._function = weights.parse.function
        self.unmatched = weights.parse.unmatched

    def frequency(self, label: str, relation: int) -> float:
        """How frequent a label is among those of its kind, in some relation."""
        return self._frequency[label][relation]

    def next(self, kind: int, relation: int, next_kind: int) -> float:
        """One kind of sign coming after another in some relation."""
        return self._follows[kind][relation * KINDS + next_kind]

    def end(self, kind: int) -> float:
        """The end of a row after a kind of sign."""
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
