"""Examples of a person's hand: what drawings were said to be moves the answers to those like them.

A drawing is known by the network's features before its last layer, and two drawings are as alike as
the cosine of these. The example of a label that is most like a new drawing adds to the label's
logit, λ for an equal drawing and in proportion down to nothing at a threshold τ:

    λ · max(0, cosine − τ) / (1 − τ)

So this is a classifier of nearest neighbours on top of the network's (compare Khandelwal et al.,
"Generalization through memorization: nearest neighbor language models", 2020). Nothing is trained,
so that what was learnt is forgotten at once, and nobody else ever meets it. Where all examples add
up, instead of the nearest one, whoever teaches one digit twenty times sees the others misread twice
as often as before (docs/learning.md).

Of the features only a count sketch is kept (Charikar, Chen, Farach-Colton, "Finding frequent items
in data streams", 2002): sums of them with random signs, whose cosines are those of the features but
for a little noise. Two hundred examples take 50 KiB instead of 1.6 MB.
"""

import math

import numpy as np
import numpy.typing as npt

from realtime.recognition.model_card import Teaching

Floats = npt.NDArray[np.float32]

# Sums in a sketch. With more of them, or with all features, the validation writers see no other
# answers but for one or two.
SKETCH_SIZE = 64
# Any will do; it must only stay the same while a session lasts.
_SEED = 1
# Examples for which room is made at once; most sessions have none.
_ROOM = 25
_LITTLE = 1e-6


class Sketch:
    """Makes count sketches of features.

    Args:
        feature_count: how many there are, a multiple of `SKETCH_SIZE`.
    """

    def __init__(self, feature_count: int) -> None:
        shape = (feature_count // SKETCH_SIZE, SKETCH_SIZE)
        self._signs = np.random.default_rng(_SEED).choice([-1, 1], shape).astype(np.float32)

    def of(self, features: Floats) -> Floats:
        """The sketch of features, float32 (`SKETCH_SIZE`,)."""
        sketch: Floats = np.einsum("ij,ij->j", features.reshape(self._signs.shape), self._signs)
        return sketch


class Examples:
    """The examples of one session, each with its label.

    Args:
        teaching: how far they move answers.
        sketch: what makes sketches of features.
        labels: how many there are.
    """

    def __init__(self, teaching: Teaching, sketch: Sketch, labels: int) -> None:
        self._threshold = teaching.threshold
        self._scale = teaching.weight / (1 - teaching.threshold)
        self._sketch = sketch
        self._label_count = labels
        self._count = 0
        self._sketches: Floats = np.zeros((0, SKETCH_SIZE), np.float32)
        self._labels: npt.NDArray[np.intp] = np.zeros(0, np.intp)

    def __len__(self) -> int:
        return self._count

    def remember(self, place: int, features: Floats, label: int) -> None:
        """Keep an example, in a place that has one already or in the next free one."""
        if place == len(self._labels):
            more = np.zeros((_ROOM, SKETCH_SIZE), np.float32)
            self._sketches = np.concatenate([self._sketches, more])
            self._labels = np.concatenate([self._labels, np.zeros(_ROOM, np.intp)])
        sketch = self._sketch.of(features)
        self._sketches[place] = sketch / _length(sketch)
        self._labels[place] = label
        self._count = max(self._count, place + 1)

    def forget(self) -> None:
        """Forget all of them."""
        self._count = 0
        self._sketches = np.zeros((0, SKETCH_SIZE), np.float32)
        self._labels = np.zeros(0, np.intp)

    def shifts(self, features: Floats) -> list[float]:
        """What the examples add to the logit of each label, for a drawing with these features."""
        count, sketch = self._count, self._sketch.of(features)
        # The longest of each label's projections: a length of all is divided by in the end.
        nearest = np.zeros(self._label_count, np.float32)
        np.maximum.at(nearest, self._labels[:count], self._sketches[:count].dot(sketch))
        length, threshold, scale = _length(sketch), self._threshold, self._scale
        return [
            scale * (cosine - threshold) if (cosine := one / length) > threshold else 0.0
            for one in nearest.tolist()
        ]


def _length(sketch: Floats) -> float:
    return max(math.sqrt(sketch.dot(sketch)), _LITTLE)
