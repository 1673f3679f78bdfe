"""Examples of a person's hand: what drawings were said to be moves the answers to those like them.

A drawing is known by the network's features before its last layer, and two drawings are as alike as
the cosine of these. The example that is most like a new drawing adds to the logit of its label, λ
where they are equal, and in proportion down to nothing at a threshold τ:

    λ · max(0, cosine − τ) / (1 − τ)

So this is a classifier of the nearest neighbour on top of the network's (compare Khandelwal et al.,
"Generalization through memorization: nearest neighbor language models", 2020). Nothing is trained,
so that what was learnt is forgotten at once, and nobody else ever meets it. Were all examples that
are alike to add up, whoever teaches one digit twenty times would see the others misread twice as
often as before (docs/learning.md).

Ink under way is answered as without examples: after half of the ink fewer answers would be right,
and their probabilities be off by twice as much.

Whether ink is rejected goes by the network alone, so that ink that is no digit is rejected as often
as before; but for ink that is nearly an example's: of that a person has said that it is a digit.

Of the features only a count sketch is kept (Charikar, Chen, Farach-Colton, "Finding frequent items
in data streams", 2002): sums of 32 of them each, with random signs. The cosines of sketches are
those of the features but for a little noise, and two hundred examples take 50 KiB instead of
1.6 MB.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from realtime.recognition.model_card import Teaching

Floats = npt.NDArray[np.float32]

# Sums in a sketch. Corrections leave 101 errors on the 17,000 digits of the training writers with
# it, and 100 with all features.
SKETCH_SIZE = 64
# Any will do; it must only stay the same while a session lasts.
_SEED = 1
# Examples for which room is made at once; most sessions have none.
_ROOM = 25
_LITTLE = 1e-6
_NO_SKETCHES: Floats = np.zeros((0, SKETCH_SIZE), np.float32)


class Sketch:
    """Makes sketches of features.

    Args:
        feature_count: how many there are, a multiple of `SKETCH_SIZE`.
    """

    def __init__(self, feature_count: int) -> None:
        rng = np.random.default_rng(_SEED)
        self._signs = rng.choice([-1, 1], feature_count).astype(np.float32)
        self._ones = np.ones(feature_count // SKETCH_SIZE, np.float32)

    def of(self, features: Floats) -> Floats:
        """The sketch of features, float32 (`SKETCH_SIZE`,)."""
        # A product with ones takes half the time of a sum.
        sketch: Floats = self._ones.dot((features * self._signs).reshape(-1, SKETCH_SIZE))
        return sketch


class Likeness(NamedTuple):
    """How a drawing is like the example that it is most like.

    Attributes:
        label: the example's, by its index.
        shift: what that adds to the label's logit.
        is_known: whether the drawing is so much like it that it is not rejected.
    """

    label: int
    shift: float
    is_known: bool


class Examples:
    """The examples of one session, each with its label.

    Args:
        teaching: how far they move answers.
        sketch: what makes sketches of features.
    """

    def __init__(self, teaching: Teaching, sketch: Sketch) -> None:
        self._threshold = teaching.threshold
        self._accept_from = teaching.accept_from
        self._scale = teaching.weight / (1 - teaching.threshold)
        self._sketch = sketch
        self._labels: list[int] = []
        # Of length 1; where there is room for more examples, of length 0.
        self._sketches = _NO_SKETCHES

    def __len__(self) -> int:
        return len(self._labels)

    def remember(self, place: int, features: Floats, label: int) -> None:
        """Keep an example, in a place that has one already or in the next free one."""
        if place == len(self._sketches):
            more = np.zeros((_ROOM, SKETCH_SIZE), np.float32)
            self._sketches = np.concatenate([self._sketches, more])
        sketch = self._sketch.of(features)
        self._sketches[place] = sketch / _length(sketch)
        self._labels[place : place + 1] = [label]

    def forget(self) -> None:
        """Forget all of them."""
        self._labels = []
        self._sketches = _NO_SKETCHES

    def likeness(self, features: Floats) -> Likeness | None:
        """How a drawing with these features is like an example; None where it is like none."""
        sketch = self._sketch.of(features)
        projections = self._sketches.dot(sketch)
        place = projections.argmax()
        cosine = projections.item(place) / _length(sketch)
        if cosine <= self._threshold:
            return None
        shift = self._scale * (cosine - self._threshold)
        return Likeness(self._labels[place], shift, cosine >= self._accept_from)


def _length(sketch: Floats) -> float:
    return math.sqrt(sketch.dot(sketch)) or _LITTLE
