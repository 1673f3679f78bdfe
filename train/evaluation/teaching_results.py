"""The results of teaching, from which its card and picture are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from realtime.recognition.model_card import ModelCard
from train.evaluation.hands import Replayed, joined


@dataclass(frozen=True)
class Taught:
    """One writer's replays with one way to teach, in several orders."""

    writer: str
    replays: Sequence[Replayed]

    @property
    def before(self) -> float:
        """Errors by somebody who has taught nothing, mean over orders."""
        return float(np.mean([(~one.untaught.right).sum() for one in self.replays]))

    @property
    def after(self) -> float:
        """Errors as the samples were read, mean over orders."""
        return float(np.mean([(~one.taught.right).sum() for one in self.replays]))

    @property
    def worst(self) -> int:
        """How many errors more there are in the worst order; below 0 where there are fewer."""
        return max(-one.spared for one in self.replays)


@dataclass(frozen=True)
class NoDigits:
    """What is accepted that is no digit.

    Attributes:
        count: how many there are.
        before: share that is accepted of these.
        after: the same after teaching, mean over writers who have taught something.
        writers: how many these are.
    """

    count: int
    before: float
    after: float
    writers: int


@dataclass(frozen=True)
class Curve:
    """Errors of all writers over something."""

    over: Sequence[str]
    errors: Sequence[float]


@dataclass(frozen=True)
class Results:
    """All that was measured, by source.

    Attributes:
        facts: the machine-readable card of the weights.
        corrected: each writer who corrects what is read wrongly.
        shown: each writer who shows a few of each digit first.
        one_digit: each writer who teaches many of one digit alone.
        no_digits: by the way to teach, and not by source.
        over_corrections: errors over how often a writer corrects at most.
        over_shown: errors over how many of each digit are shown.
    """

    facts: ModelCard
    corrected: Mapping[str, Sequence[Taught]]
    shown: Mapping[str, Sequence[Taught]]
    one_digit: Mapping[str, Sequence[Taught]]
    no_digits: Mapping[str, NoDigits]
    over_corrections: Mapping[str, Curve]
    over_shown: Mapping[str, Curve]


def all_of(taught: Sequence[Taught]) -> Replayed:
    """The replays of several writers as one."""
    return joined(replay for one in taught for replay in one.replays)
