"""Tests of the training command, also when it is interrupted and resumed."""

import gzip
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS
from realtime.recognition.model_card import MODEL_CARD
from tests.support.files import DATA, NO_DATA, ROOT
from tests.support.ink_folder import write_ink_folder
from train.data import digit_pool, rendered_pool
from train.data.dataset import (
    OTHER,
    LabelledInk,
    Pictures,
    read_ink,
    read_split,
    read_training,
    target_of,
)
from train.data.digit_pool import DigitSource

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small folder of handwriting whose shapes a few steps of training can tell apart."""
    folder = tmp_path_factory.mktemp("ink")
    write_ink_folder(folder)
    return folder


def train(folder: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    """Start the training command with small numbers."""
    places = ["--data", str(folder), "--out", str(out), "--checkpoints", f"{out}.checkpoints"]
    small = ["--draws", "2", "--share", "0.005", "--teacher-epochs", "1", "--epochs", "2"]
    small += ["--rounded-epochs", "1"]
    # One thread adds in a fixed order, so that two runs are equal to the last bit.
    environment = {
        **os.environ,
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    command = [sys.executable, "-m", "tests.support.small_training"]
    return subprocess.Popen(
        [*command, *places, *small, *more],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def copy_when_there(training: subprocess.Popen[str], progress: Path, copy: Path) -> None:
    """Copy the training's folder as soon as the file exists: what a kill would leave of it."""
    deadline = time.monotonic() + 400
    while not progress.exists():
        assert training.poll() is None, "it ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    training.send_signal(signal.SIGSTOP)
    try:
        shutil.copytree(progress.parents[1], copy)
    finally:
        training.send_signal(signal.SIGCONT)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(folder: Path, tmp_path: Path) -> None:
    quick_draw = tmp_path / "more.ndjson"
    quick_draw.write_text(
        '{"word": "seven", "drawing": [[[0, 9, 4], [0, 0, 9]]]}\n{"word": "seven", "drawing"\n'
    )
    whole = train(folder, tmp_path / "whole", "--ink", str(quick_draw))
    checkpoints = tmp_path / "parts.checkpoints"
    # The teacher resumes by the same code, and has nothing left to learn here.
    copy_when_there(
        whole, tmp_path / "whole.checkpoints" / "student" / "progress.json", checkpoints
    )
    output, _ = whole.communicate(timeout=600)
    assert whole.returncode == 0, output[-3000:]
    assert "| pendigits |" in output
    assert "1 malformed lines left out, the first is line 2" in output
    assert f"{quick_draw}: 1 + 0 samples" in output

    last = train(folder, tmp_path / "parts", "--ink", str(quick_draw))
    output, _ = last.communicate(timeout=600)
    assert last.returncode == 0, output[-3000:]
    assert "Going on after epoch 1 of the teacher-0" in output
    assert "Going on after epoch 1 of the student" in output

    one, other = (
        CharacterNetwork.load(tmp_path / name, file="digits.float32.tflite")
        for name in ("whole", "parts")
    )
    raster = np.random.default_rng(0).random((28, 28, 3), np.float32)
    np.testing.assert_allclose(one.logits(raster), other.logits(raster), atol=1e-3)
    # Of 60 digits of a source one or two that are read with doubt may be read otherwise.
    assert one.card.accuracy == pytest.approx(other.card.accuracy, abs=0.04)
    assert one.card.trained_on[-1] == "more"
    card = (tmp_path / "parts" / "MODEL_CARD.md").read_text()
    for name in ("digits.keras", MODEL_CARD, *re.findall(r"\]\((\w+\.png)\)", card)):
        assert (tmp_path / "parts" / name).stat().st_size > 0
    assert len(list((tmp_path / "parts").glob("*.png"))) == 5
    assert not checkpoints.exists()


def dense_network(classes: int) -> "keras.Model":
    """A network that learns in fewer steps than the student, with its input and output."""
    import keras

    from train.model import architecture

    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(raster))
    return architecture.with_heads(raster, maps, classes, dropout=0.1, name="digits")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_contradicted_label_is_found(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.evaluation import label_check
    from train.model import architecture, batches

    # What is no digit would be most of a pool of so few digits, and a convolution needs more steps
    # than such a network to tell them apart.
    for name in ("ALLOGRAPHS", "SCRIBBLES", "BEGINNINGS", "NEIGHBOURS", "FRAGMENTS"):
        monkeypatch.setattr(digit_pool, name, 0)
    monkeypatch.setattr(batches, "BATCH", 32)
    monkeypatch.setattr(architecture, "student", dense_network)
    # Each fold is a training of its own, each draw is rendered, and two are as good as three here.
    monkeypatch.setattr(label_check, "FOLDS", 2)
    monkeypatch.setattr(label_check, "FOLD_DRAWS", 1)
    pens = read_split(folder, "train")
    right = pens["unipen-digits"][41]
    pens["unipen-digits"][41] = replace(right, label="8", target=8)
    doubtful = label_check.cross_validate(pens, "unipen-digits", tmp_path)
    assert [(sample.place, sample.label, read) for sample, _, read in doubtful] == [(42, "8", "1")]


def test_draws_are_reused_for_the_same_ink_only(tmp_path: Path) -> None:
    pictures = Pictures(np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10)
    pictures.rasters[:, 5:20, 10:14] = 255
    stroke = np.array([[0, 0], [3, 9]], np.float32)
    one, other = (
        {"pens": [LabelledInk(1, "1", "", (points,))]} for points in (stroke, stroke[::-1].copy())
    )
    rendered_pool.render(tmp_path, DigitSource(pictures, one), seed=1, draws=1, share=0.01)
    first = (tmp_path / "draw-0.npz").read_bytes()
    (tmp_path / "learnt").touch()
    rendered_pool.render(tmp_path, DigitSource(pictures, one), seed=1, draws=1, share=0.01)
    assert (tmp_path / "learnt").exists(), "the same ink goes on"
    rendered_pool.render(tmp_path, DigitSource(pictures, other), seed=1, draws=1, share=0.01)
    assert not (tmp_path / "learnt").exists(), "other ink begins anew"
    rendered_pool.render(tmp_path, DigitSource(pictures, one), seed=1, draws=1, share=0.01)
    assert np.array_equal(
        rendered_pool.read(tmp_path, 0).rasters, np.load(io.BytesIO(first))["rasters"]
    ), "the same seed draws the same"


def test_a_folder_of_other_things_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "novel.txt").touch()
    with pytest.raises(ValueError, match=r"novel\.txt"):
        rendered_pool.render(
            tmp_path,
            DigitSource(Pictures(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64)), {}),
            seed=1,
            draws=1,
        )
    assert (tmp_path / "novel.txt").exists()


def test_lookalikes_are_neither_digits_nor_others() -> None:
    assert [target_of(label) for label in ("7", "O", "l", "A", "#")] == [
        7,
        None,
        None,
        OTHER,
        OTHER,
    ]
    assert [target_of(label) for label in ("circle", "cat", "42", "٣")] == [None, OTHER, None, None]


def test_a_broken_line_is_counted_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.train.ndjson.gz"
    path.write_bytes(
        gzip.compress(b'{"label": "1", "writer": "a", "strokes": [[[0, 0]]]}\n{"label": "2"\n')
    )
    assert [sample.label for sample in read_ink(path)] == ["1"]
    assert "1 malformed lines left out, the first is line 2" in capsys.readouterr().out


def test_mislabelled_samples_are_known_and_not_learnt_from() -> None:
    if not DATA.exists():
        pytest.skip(NO_DATA)
    validation = read_ink(DATA / "unipen-digits.val.ndjson.gz")
    wrong = [sample for sample in validation if sample.mislabelled]
    assert 0 < len(wrong) < 0.02 * len(validation), "measured with and without"
    assert not any(sample.mislabelled for sample in read_training(DATA)["unipen-digits"])


def test_a_list_of_mislabelled_samples_of_another_file_is_not_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "unipen-digits.val.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"label": "x", "strokes": [[[0, 0], [1, 1]]]}\n' * 500))
    assert not any(sample.mislabelled for sample in read_ink(path))
    assert "nothing is set aside" in capsys.readouterr().out


def test_a_folder_without_ink_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from train import __main__ as training

    monkeypatch.setattr(sys, "argv", ["train", "--data", str(tmp_path)])
    with pytest.raises(SystemExit, match="--data"):
        training.main()
