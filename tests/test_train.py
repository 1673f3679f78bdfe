"""Training is a command that reads a folder and writes weights; interrupted, it goes on as if nothing had been."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="there is no TensorFlow for this Python")

from realtime.recognizer import Recognizer
from tests.server import ROOT
from train.dataset import DIGITS, OTHER, read_ink, target_of

WRITERS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of handwriting in small: shapes that a few steps of training can tell apart."""
    folder = tmp_path_factory.mktemp("ink")
    rng = np.random.default_rng(3)
    for name, labels in (("pendigits", DIGITS), ("unipen-digits", DIGITS), ("letters", "xwM")):
        for split, count in (("train", 30), ("val", 6)):
            lines = []
            for number in range(count):
                for label in labels:
                    turn = 2 * np.pi * (DIGITS + "xwM").index(label) / 13
                    end = [500 + 500 * np.cos(turn), 500 + 500 * np.sin(turn)]
                    stroke = (np.array([[500, 500], [0, 1000], end]) + rng.normal(0, 20, (3, 2))).round().tolist()
                    lines.append(json.dumps({"label": label, "writer": f"{split}{number % WRITERS}", "strokes": [stroke]}))
            (folder / f"{name}.{split}.ndjson.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    targets = np.arange(600) % 10
    pictures = np.zeros((600, 28, 28), np.uint8)
    for picture, target in zip(pictures, targets, strict=True):
        picture[4:24, 4 + 2 * target : 6 + 2 * target] = 255
    np.savez(folder / "mnist.npz", x_train=pictures, y_train=targets, x_test=pictures[:100], y_test=targets[:100])
    return folder


def train(folder: Path, out: Path, *, epochs: int = 2) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "train",
        "--data",
        str(folder),
        "--out",
        str(out),
        "--checkpoints",
        f"{out}.checkpoints",
        "--epochs",
        str(epochs),
    ]
    # One thread adds up in one order, so that two runs can be compared to the last bit.
    environment = {**os.environ, "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_ENABLE_ONEDNN_OPTS": "0"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(folder: Path, tmp_path: Path) -> None:
    whole = train(folder, tmp_path / "whole")
    output, _ = whole.communicate(timeout=240)
    assert whole.returncode == 0, output[-3000:]
    assert "| pendigits |" in output

    first = train(folder, tmp_path / "parts")
    progress = tmp_path / "parts.checkpoints" / "progress.json"
    deadline = time.monotonic() + 200
    while not progress.exists():
        assert first.poll() is None, "it ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    second = train(folder, tmp_path / "parts")
    output, _ = second.communicate(timeout=240)
    assert second.returncode == 0, output[-3000:]
    assert "Going on after epoch 1" in output

    one, other = (Recognizer.load(tmp_path / name) for name in ("whole", "parts"))
    picture = np.random.default_rng(0).integers(0, 255, (28, 28)).astype(np.uint8)
    np.testing.assert_allclose(one.logits(picture), other.logits(picture), atol=1e-3)
    assert one.card.accuracy == other.card.accuracy
    for name in ("digits.keras", "digits.json", "MODEL_CARD.md", "confusion.png"):
        assert (tmp_path / "parts" / name).stat().st_size > 0
    assert not (tmp_path / "parts.checkpoints").exists()


def test_lookalikes_are_neither_digits_nor_others() -> None:
    assert [target_of(label) for label in ("7", "O", "l", "A", "#")] == [7, None, None, OTHER, OTHER]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.train.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"label": "1", "writer": "a", "strokes": [[[0, 0]]]}\n{"label": "2"\n'))
    with pytest.raises(ValueError, match="line 2"):
        read_ink(path)


def test_a_folder_without_ink_is_refused(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "train", "--data", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "--data" in done.stderr
