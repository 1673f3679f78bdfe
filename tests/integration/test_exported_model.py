"""The exported files answer as the Keras model that they were made from; this loads TensorFlow."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from realtime.protocol.session_file import read_recording
from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.rasterizer import rasterize
from realtime.recognition.model_card import read_model_card
from tests.support.files import DATA, DIGIT_MODEL, RECORDINGS


def rasters(one_in: int = 1) -> np.ndarray:
    """One in so many validation samples if there is data, else the recordings' long strokes."""
    from train.data import dataset
    from train.evaluation import measures

    if DATA.exists():
        return np.concatenate(
            [
                measures.rasters_of(samples[::one_in])
                for samples in dataset.read_split(DATA, "val").values()
            ]
        )
    strokes = [
        rasterize([np.array([m["x"], m["y"]], np.float32).T])
        for path in RECORDINGS
        for m in _long_strokes(path)
    ]
    return np.stack(strokes)


def _long_strokes(path: Path) -> list[dict[str, Any]]:
    sent = [json.loads(text) for _, text in read_recording(path).sent]
    return [message for message in sent if message["type"] == "points" and len(message["x"]) > 2]


def test_the_served_files_answer_as_keras_does() -> None:
    keras = pytest.importorskip("keras", reason="there is no TensorFlow for this Python")
    pictures = rasters()
    truth = (
        keras.models.load_model(DIGIT_MODEL / "digits.keras")
        .predict(pictures, batch_size=500, verbose=0)
        .reshape(len(pictures), 2, -1)
    )
    card = read_model_card(DIGIT_MODEL)
    exact, small = (
        np.stack([network.logits(picture) for picture in pictures])
        for network in (
            CharacterNetwork.load(DIGIT_MODEL, file=name)
            for name in ("digits.float32.tflite", "digits.int8.tflite")
        )
    )
    assert np.abs(exact - truth).max() < 1e-3
    best, of_exact, of_small = (
        logits[..., : len(card.labels)].argmax(axis=-1) for logits in (truth, exact, small)
    )
    assert (of_exact == best).all()
    # The int8 file rounds, so that it may differ where the network itself is in doubt.
    assert np.abs(small - truth).max() < 0.6
    first, second = np.moveaxis(
        np.sort(truth[..., : len(card.labels)], axis=-1)[..., :-3:-1], -1, 0
    )
    assert (first - second)[of_small != best].max(initial=0) < 0.5
