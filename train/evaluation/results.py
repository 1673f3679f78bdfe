"""The results of an evaluation, from which the model card and its pictures are made."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from realtime.recognition.model_card import ModelCard
from train.data.dataset import OTHER, LabelledInk
from train.evaluation.early import Early
from train.evaluation.measures import Measured, join
from train.evaluation.ways import Ways

LEAST_LIKELY = 50  # samples shown of those to whose label the lowest probability was given


@dataclass(frozen=True)
class Variant:
    """Another way to answer, measured beside the served one.

    Attributes:
        name: how it answers.
        accuracy: share of digits that are right, by source.
        ratio: its time as a multiple of the textbook network's.
    """

    name: str
    accuracy: Mapping[str, float]
    ratio: float


@dataclass(frozen=True)
class FileMeasures:
    """One exported file.

    Attributes:
        name: its name.
        ratio: CPU time of a forward pass as a multiple of the textbook network's.
        of_plain: the same of the plain network's.
        microseconds: that time.
        differs: share of the validation samples whose best digit is not that of the served file.
    """

    name: str
    ratio: float
    of_plain: float
    microseconds: float
    differs: float


@dataclass(frozen=True)
class Results:
    """All that was measured.

    Attributes:
        facts: the machine-readable card of the weights.
        pens: the validation writers' digits, by source.
        measured: the answers by source: pens, letters and symbols, made-up ink, "mnist-val",
            "mnist-test".
        early: answers to the pens' unfinished ink, all sources together.
        variants: the served file first.
        files: the exported files, the served one first.
        multiply_adds: of a forward pass.
        ways: to make the network small, if they were measured of these weights.
    """

    facts: ModelCard
    pens: Mapping[str, list[LabelledInk]]
    measured: Mapping[str, Measured]
    early: Early
    variants: list[Variant]
    files: list[FileMeasures]
    multiply_adds: int
    ways: Ways | None = None

    @property
    def digits(self) -> Measured:
        """The answers to all pens' digits."""
        return join(self.measured[name] for name in self.pens)

    @property
    def samples(self) -> list[LabelledInk]:
        """The samples that `digits` measures, in the same order."""
        return [sample for samples in self.pens.values() for sample in samples]

    @property
    def others(self) -> dict[str, Measured]:
        """The answers to what is to be rejected, by source."""
        return {name: one for name, one in self.measured.items() if (one.targets == OTHER).all()}

    def least_likely(self) -> list[tuple[LabelledInk, str]]:
        """The pens' samples with the least probable labels, each with a title of what was read."""
        digits, samples = self.digits, self.samples
        probabilities = digits.probabilities(self.facts.final.temperature)
        of_label = probabilities[np.arange(len(samples)), digits.targets]
        titled = []
        for i in np.argsort(of_label)[:LEAST_LIKELY]:
            best = probabilities[i].argmax()
            title = f"{samples[i].label} → {best} {probabilities[i].max():.0%}"
            titled.append((samples[i], title))
        return titled
