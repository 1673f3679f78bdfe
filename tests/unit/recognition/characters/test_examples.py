"""Tests of examples of a person's hand: what they move, what they leave alone, what they take."""

import sys

import numpy as np
import pytest

from realtime.ink.drawing import Drawing
from realtime.ink.stroke import FinishedInk, Ink
from realtime.recognition.characters.examples import SKETCH_SIZE, Examples, Likeness, Sketch
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.model_card import Teaching
from realtime.recognition.recognizer import Query, TeachableReader
from tests.support.drawing import EDGE_CASES, HOOK, HOOK_AGAIN, ONE, SEVEN, Point, stroke_arrays
from tests.support.files import DIGIT_MODEL

FEATURES = 2048
# No digits: an ε, and a zigzag.
CURL: list[list[Point]] = [
    [(280, 120), (200, 90), (150, 140), (210, 190), (140, 240), (190, 310), (290, 280)]
]
ZIGZAG: list[list[Point]] = [[(100 + 25 * n, 300 if n % 2 else 100) for n in range(9)]]
EIGHT: float = pytest.approx(8)  # type: ignore[assignment]
TEACHING = Teaching(weight=8.0, threshold=0.5, accept_from=0.85)


def ink_of(strokes: list[list[Point]]) -> Ink:
    return FinishedInk.of_points(stroke_arrays(strokes))


class Drawn:
    """A drawing that is replaced as a whole."""

    def __init__(self) -> None:
        self._drawing = Drawing(10_000)

    def ink(self, strokes: list[list[Point]]) -> Ink:
        """The drawing, which now has these strokes."""
        self._drawing.replace(ink_of(strokes).finished)
        return self._drawing


def teachable(recognizer: CharacterRecognizer) -> TeachableReader:
    reader = recognizer.reader()
    assert isinstance(reader, TeachableReader)
    return reader


def features(seed: int) -> np.ndarray:
    """Features as of a network with rectified units: none below 0, half of them 0."""
    return np.maximum(np.random.default_rng(seed).normal(size=FEATURES), 0).astype(np.float32)


@pytest.mark.parametrize("file", ["digits.float32.tflite", "digits.int8.tflite"])
def test_the_features_are_what_the_last_layer_reads(file: str) -> None:
    network = CharacterNetwork.load(DIGIT_MODEL, file=file)
    exact = CharacterNetwork.load(DIGIT_MODEL, file="digits.float32.tflite")
    assert network.feature_count == FEATURES
    drawn = [rasterize(stroke_arrays(ink)) for ink in (SEVEN, ONE, *EDGE_CASES.values())]
    seen, logits = [], []
    for raster in drawn:
        output, given = network.logits_and_features(raster)
        np.testing.assert_array_equal(output, network.logits(raster))
        assert given.shape == (FEATURES,)
        _, truth = exact.logits_and_features(raster)
        assert given @ truth > 0.99 * np.linalg.norm(given) * np.linalg.norm(truth)
        seen.append(given.astype(float))
        logits.append(output.ravel())
    # A dense layer is linear, so that differences of logits are linear in those of features.
    inks = np.array(seen) - seen[0]
    weights, *_ = np.linalg.lstsq(inks, np.array(logits) - logits[0], rcond=None)
    np.testing.assert_allclose(inks @ weights, np.array(logits) - logits[0], atol=0.05)


def test_sketches_keep_cosines() -> None:
    sketch = Sketch(FEATURES)
    one, other = features(1), features(2)
    for share in (0.0, 0.3, 0.6, 0.9):
        mixed = (share * one + (1 - share) * other).astype(np.float32)
        cosine = mixed @ one / np.linalg.norm(mixed) / np.linalg.norm(one)
        found = sketch.of(mixed) @ sketch.of(one)
        found /= np.linalg.norm(sketch.of(mixed)) * np.linalg.norm(sketch.of(one))
        assert found == pytest.approx(cosine, abs=0.2)


def test_only_what_is_alike_is_moved() -> None:
    examples = Examples(TEACHING, Sketch(FEATURES))
    signed = np.random.default_rng(3).normal(size=(2, FEATURES)).astype(np.float32)
    one, other = signed
    examples.remember(0, one, 4)
    assert examples.likeness(one) == Likeness(4, EIGHT, is_known=True)
    assert examples.likeness(other) is None
    # The nearest example counts, however many there are.
    examples.remember(1, one, 4)
    examples.remember(2, other, 7)
    assert examples.likeness(one) == Likeness(4, EIGHT, is_known=True)
    between = examples.likeness(other + np.float32(0.75) * one)
    assert between is not None
    assert (between.label, between.is_known) == (7, False)
    assert 0 < between.shift < 8
    examples.remember(0, other, 1)
    examples.remember(1, other, 1)
    assert examples.likeness(one) is None
    assert len(examples) == 3
    nothing = np.zeros(FEATURES, np.float32)
    examples.remember(3, nothing, 5)
    assert examples.likeness(nothing) is None
    examples.forget()
    assert not examples


def test_two_hundred_examples_take_no_more_than_64_kib() -> None:
    examples = Examples(TEACHING, Sketch(FEATURES))
    for place in range(200):
        examples.remember(place, features(place), place % 10)
    assert len(examples) == 200
    held = [value for value in vars(examples).values() if isinstance(value, np.ndarray)]
    # An array that owns its memory counts it in its size.
    assert all(array.base is None for array in held)
    assert 200 * SKETCH_SIZE < sum(map(sys.getsizeof, held)) < 64 * 1024


def test_what_was_taught_is_read_so_and_forgotten_again(recognizer: CharacterRecognizer) -> None:
    reader, drawn = teachable(recognizer), Drawn()
    before = reader.recognize(drawn.ink(HOOK), Query(top=10))
    assert (before.text, before.learnt) == ("7", False)
    reader.remember(0, ink_of(HOOK), "1", dot_size=0)
    for strokes in (HOOK, HOOK_AGAIN):
        taught = reader.recognize(drawn.ink(strokes), Query(top=10))
        assert (taught.text, taught.learnt, taught.rejected) == ("1", True, before.rejected)
        assert sum(one.probability for one in taught.alternatives) == pytest.approx(1)
    for label, strokes in (("1", ONE), ("7", SEVEN)):
        plain = reader.recognize(drawn.ink(strokes), Query())
        assert (plain.text, plain.learnt) == (label, False)
    # A label that is masked cannot be what moved the answer.
    masked = reader.recognize(drawn.ink(HOOK), Query(labels=["2", "7"]))
    assert (masked.text, masked.learnt) == ("7", False)
    reader.forget()
    after = reader.recognize(drawn.ink(HOOK), Query(top=10))
    assert (after.alternatives, after.learnt) == (before.alternatives, False)


def test_ink_that_was_rejected_and_then_taught_is_accepted(recognizer: CharacterRecognizer) -> None:
    reader, drawn = teachable(recognizer), Drawn()
    before = reader.recognize(drawn.ink(CURL), Query())
    assert before.rejected
    reader.remember(0, ink_of(CURL), "6", dot_size=0)
    shaken: list[list[Point]] = [[(x + 1.5 * (n % 3), y) for n, (x, y) in enumerate(CURL[0])]]
    for strokes in (CURL, shaken):
        taught = reader.recognize(drawn.ink(strokes), Query())
        assert (taught.text, taught.rejected, taught.learnt) == ("6", False, True)
    other_scribble = reader.recognize(drawn.ink(ZIGZAG), Query())
    assert (other_scribble.rejected, other_scribble.learnt) == (True, False)


def test_readers_do_not_share_examples(recognizer: CharacterRecognizer) -> None:
    one, other = teachable(recognizer), teachable(recognizer)
    untaught = other.recognize(ink_of(HOOK), Query()).alternatives
    one.remember(0, ink_of(HOOK), "1", dot_size=0)
    assert one.recognize(ink_of(HOOK), Query()).text == "1"
    for reader in (other, recognizer.reader()):
        assert reader.recognize(ink_of(HOOK), Query()).alternatives == untaught


def test_an_unknown_label_is_refused(recognizer: CharacterRecognizer) -> None:
    with pytest.raises(KeyError):
        teachable(recognizer).remember(0, ink_of(SEVEN), "x", dot_size=0)
