"""Tests of the command that trains the network of lines."""

import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LINE_WEIGHTS
from realtime.recognition.model_card import MODEL_CARD
from realtime.recognition.recognizer import Query
from tests.support.line_ink import digit, ink_of, sign, written
from train.data import line_pool
from train.data.dataset import DIGITS
from train.data.line_characters import LABELS
from train.model import line_weights

pytestmark = pytest.mark.usefixtures("tensorflow")

SIGNS = "+-×=/.:"
# Of each of these a writer has written a line.
TEXTS = ("12+3=", "4.50", "7:28", "6/9")


def write_folder(folder: Path) -> None:
    """A small folder of characters, and of lines."""
    rng = np.random.default_rng(3)

    def shaken(strokes: list[np.ndarray]) -> list[list[list[int]]]:
        return [(10 * one + rng.normal(0, 8, one.shape)).round().tolist() for one in strokes]

    def write(name: str, samples: Sequence[Mapping[str, object]]) -> None:
        content = "\n".join(json.dumps(sample) for sample in samples)
        (folder / f"{name}.ndjson.gz").write_bytes(gzip.compress(content.encode()))

    (folder / "lines").mkdir(parents=True)
    for split in ("train", "val"):
        writers = [f"{split}{number}" for number in range(6)]
        for name, of, labels in (
            ("unipen-digits", digit, DIGITS),
            ("unipen-symbols", sign, SIGNS),
            ("unipen-upper", lambda _: digit("3"), "M"),
        ):
            write(
                f"{name}.{split}",
                [
                    {"label": label, "writer": writer, "strokes": shaken(of(label))}
                    for label in labels
                    for writer in writers
                ],
            )
    known = []
    for number, text in enumerate(TEXTS):
        counts = [len(sign(one) if one in SIGNS else digit(one)) for one in text]
        ends = np.cumsum(counts).tolist()
        symbols = [
            {"label": label, "strokes": list(range(end - count, end))}
            for label, count, end in zip(text, counts, ends, strict=True)
        ]
        known.append(
            {
                "label": text,
                "writer": f"train{number}",
                "strokes": shaken(written(text)),
                "symbols": symbols,
            }
        )
    write("lines/unipen-numbers.train", known)
    targets = np.arange(240) % 10
    pictures = np.zeros((240, 28, 28), np.uint8)
    for picture, target in zip(pictures, targets, strict=True):
        picture[4:24, 4 + 2 * target : 6 + 2 * target] = 255
    np.savez(
        folder / "mnist.npz", x_train=pictures, y_train=targets, x_test=pictures, y_test=targets
    )


def make_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a draw of the pool have few samples of each kind."""
    for name in ("EACH_SYMBOL", "WRONG_GROUPS", "NEIGHBOURS", "SCRIBBLES", "ALLOGRAPHS"):
        monkeypatch.setattr(line_pool, name, 40)
    monkeypatch.setattr(line_pool, "BEGINNINGS", 40)
    monkeypatch.setattr(line_pool, "COMPOSED", 20)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_network_of_lines_is_trained_fitted_and_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train import lines
    from train.evaluation import line_card
    from train.model import architecture, batches

    folder, out = tmp_path / "data", tmp_path / "lines"
    write_folder(folder)
    make_small(monkeypatch)
    for name in ("COMPOSED", "COMPOSED_SUMS", "ALONE", "TEXTS"):
        monkeypatch.setattr(line_weights, name, 10)
    # The graphs of each layer take TensorFlow longer to make than to run here.
    monkeypatch.setattr(architecture, "STUDENT_SEPARABLE", ((32, 2), (64, 2)))
    monkeypatch.setattr(batches, "BATCH", 32)
    places = ["--data", str(folder), "--out", str(out), "--checkpoints", str(tmp_path / "pool")]
    small = ["--draws", "1", "--epochs", "1", "--rounded-epochs", "1", "--without-fold", "0"]
    monkeypatch.setattr(sys, "argv", ["train.lines", *places, *small])
    lines.main()

    assert {path.name for path in out.iterdir()} == {
        *("lines.keras", "lines.float32.tflite", "lines.int8.tflite"),
        *(MODEL_CARD, line_card.CARD, LINE_WEIGHTS),
    }
    assert not (tmp_path / "pool").exists()
    recognizer = LineRecognizer.load(out)
    assert "".join(recognizer.model.labels) == LABELS
    assert recognizer.reader().recognize(ink_of(written("12")), Query()).segments
    card = (out / line_card.CARD).read_text()
    assert "International Unipen Foundation" in card
    assert "Detexify" not in card, "nothing was learnt from it"
    assert "| `+` |" in card

    monkeypatch.setattr(sys, "argv", ["line_card", "--data", str(folder), "--weights", str(out)])
    line_card.main()
    assert (out / line_card.CARD).read_text() == card


def test_a_folder_without_characters_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train import lines

    monkeypatch.setattr(sys, "argv", ["train.lines", "--data", str(tmp_path)])
    monkeypatch.setattr(line_pool, "read_mnist", lambda _: (None, None, None))
    with pytest.raises(SystemExit, match="no isolated characters"):
        lines.main()


def test_the_networks_of_two_folds_go_on_from_checkpoints_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train import lines
    from train.model import distillation

    write_folder(tmp_path / "data")
    make_small(monkeypatch)
    began: list[tuple[str, int]] = []

    def interrupted(_: object, __: Path, name: str, *, without_fold: int, **___: object) -> None:
        began.append((name, without_fold))
        raise KeyboardInterrupt

    monkeypatch.setattr(distillation, "fit", interrupted)
    command = ["train.lines", "--data", str(tmp_path / "data"), "--draws", "1"]
    command += ["--checkpoints", str(tmp_path / "pool"), "--out", str(tmp_path / "out")]
    for fold in ("0", "1"):
        monkeypatch.setattr(sys, "argv", [*command, "--without-fold", fold])
        with pytest.raises(KeyboardInterrupt):
            lines.main()
    assert [fold for _, fold in began] == [0, 1]
    assert began[0][0] != began[1][0]
