"""Hands: what is read of a writer's ink while they teach, replayed by the served code.

A writer's samples are drawn in random order, and what they teach is remembered as a session does.
Samples with a plainly wrong label are left out: nobody teaches these.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realtime.recognition.characters.examples import Examples, Sketch
from realtime.recognition.characters.network import FINAL, CharacterNetwork
from realtime.recognition.model_card import Teaching
from train.data.dataset import OTHER, LabelledInk
from train.evaluation.measures import (
    Logits,
    Measured,
    Rasters,
    Targets,
    join,
    rasters_of,
    targets_of,
)

Features = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
# Whether a writer teaches a sample, by its digit, and by whether it was read rightly.
Teaches = Callable[[int, bool], bool]


@dataclass(frozen=True)
class Ink:
    """What the network says of samples, n of them.

    Attributes:
        logits: of finished ink, shape (n, labels + 1).
        features: shape (n, features).
        targets: class indices, shape (n,).
    """

    logits: Logits
    features: Features
    targets: Targets

    @classmethod
    def read(cls, network: CharacterNetwork, rasters: Rasters, targets: Targets) -> "Ink":
        """Read rasters, float32 (n, 28, 28, 3)."""
        read = [network.logits_and_features(raster) for raster in rasters]
        return cls(
            np.stack([logits[FINAL] for logits, _ in read]).astype(np.float64),
            np.stack([features for _, features in read]),
            targets,
        )

    def select(self, chosen: npt.NDArray) -> "Ink":
        """The chosen samples alone, by mask or indices."""
        return Ink(self.logits[chosen], self.features[chosen], self.targets[chosen])


@dataclass(frozen=True)
class Replayed:
    """Samples in the order drawn, n of them, as they were read.

    Attributes:
        untaught: as they are read by somebody who has taught nothing.
        taught: as they were read, with what had been taught before each.
        is_known: whether each was nearly one that had been taught, which is not rejected then.
        is_example: whether each was taught after it was read.
    """

    untaught: Measured
    taught: Measured
    is_known: Mask
    is_example: Mask

    def select(self, chosen: Mask) -> "Replayed":
        """The chosen samples alone."""
        return Replayed(
            self.untaught.select(chosen),
            self.taught.select(chosen),
            self.is_known[chosen],
            self.is_example[chosen],
        )

    @property
    def spared(self) -> int:
        """How many errors fewer there are."""
        return int((~self.untaught.right).sum() - (~self.taught.right).sum())


def corrections(most: int) -> Teaches:
    """A writer who corrects what was read wrongly, so often at most."""
    left = most

    def teaches(_: int, is_right: bool) -> bool:
        nonlocal left
        if is_right or not left:
            return False
        left -= 1
        return True

    return teaches


def first_of_each(count: int) -> Teaches:
    """A writer who says of the first few of each digit what they are."""
    left = [count] * OTHER

    def teaches(digit: int, _: bool) -> bool:
        left[digit] -= 1
        return left[digit] >= 0

    return teaches


def only(digit_taught: int, most: int) -> Teaches:
    """A writer who says so of the first of one digit, and of nothing else."""
    left = most

    def teaches(digit: int, _: bool) -> bool:
        nonlocal left
        if digit != digit_taught or not left:
            return False
        left -= 1
        return True

    return teaches


class Hand:
    """One writer's samples."""

    def __init__(self, writer: str, ink: Ink, teaching: Teaching, sketch: Sketch) -> None:
        self.writer = writer
        self.ink = ink
        self._teaching = teaching
        self._sketch = sketch

    def replay(self, teaches: Teaches, seed: int) -> tuple[Replayed, Examples]:
        """Draw all samples in the order of a seed, and teach; also what was taught in the end."""
        order = np.random.default_rng(seed).permutation(len(self.ink.targets))
        examples = Examples(self._teaching, self._sketch)
        logits, is_known, taught = [], [], []
        for place in order:
            row, target = self.ink.logits[place].copy(), int(self.ink.targets[place])
            is_known.append(_move(row, self.ink.features[place], examples))
            is_right = bool(row[:OTHER].argmax() == target)
            taught.append(teaches(target, is_right))
            if taught[-1]:
                examples.remember(len(examples), self.ink.features[place], target)
            logits.append(row)
        targets = self.ink.targets[order]
        replayed = Replayed(
            Measured(self.ink.logits[order], targets),
            Measured(np.stack(logits), targets),
            np.array(is_known),
            np.array(taught),
        )
        return replayed, examples


def known(ink: Ink, examples: Examples) -> Mask:
    """Which samples are nearly one of some examples, shape (n,)."""
    return np.array(
        [
            _move(row.copy(), features, examples)
            for row, features in zip(ink.logits, ink.features, strict=True)
        ]
    )


def _move(logits: npt.NDArray[np.float64], features: Features, examples: Examples) -> bool:
    """Move logits as the served recognizer does; whether the ink is nearly an example's."""
    likeness = examples.likeness(features) if examples else None
    if likeness is None:
        return False
    logits[likeness.label] += likeness.shift
    return likeness.is_known


def hands_of(
    network: CharacterNetwork, samples: Sequence[LabelledInk], teaching: Teaching
) -> Iterator[Hand]:
    """The writers of samples."""
    sound = [sample for sample in samples if not sample.mislabelled]
    ink = Ink.read(network, rasters_of(sound), targets_of(sound))
    writers = np.array([sample.writer for sample in sound])
    sketch = Sketch(network.feature_count)
    for writer in np.unique(writers):
        yield Hand(str(writer), ink.select(writers == writer), teaching, sketch)


def joined(parts: Iterable[Replayed]) -> Replayed:
    """Several replays as one."""
    some = list(parts)
    return Replayed(
        join(one.untaught for one in some),
        join(one.taught for one in some),
        np.concatenate([one.is_known for one in some]),
        np.concatenate([one.is_example for one in some]),
    )
