"""Tests of the command that compares ways to make the network small."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS
from realtime.recognition.model_card import Calibration
from tests.support.eager_training import eager_training
from tests.support.ink_folder import write_ink_folder
from train.data import dataset, rendered_pool
from train.data.digit_pool import CLASSES, DigitSource
from train.evaluation import speed, ways

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.usefixtures("tensorflow")


def shallow_network(classes: int) -> "keras.Model":
    """A network with the parts of the student, but few of them.

    Each layer costs TensorFlow time in each of the many files. The last ones are wide, so that most
    of a file is kernels, as it is with the student.
    """
    import keras

    from train.model import architecture

    raster = keras.Input((SIZE, SIZE, CHANNELS), name="raster")
    maps = architecture.convolution(raster, 16, stride=4)
    maps = architecture.separable(maps, 256, stride=2)
    return architecture.with_heads(raster, maps, classes, dropout=0.1, name="digits")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_every_way_is_made_measured_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from train import compression
    from train.model import batches, distillation, export, rounding
    from train.model import compression as compressing
    from train.model.quantization_aware import quantization_aware

    data, weights, checkpoints = (tmp_path / name for name in ("data", "weights", "checkpoints"))
    data.mkdir()
    write_ink_folder(data)
    mnist, _, _ = dataset.read_mnist(data)
    pens = dataset.read_training(data)
    rendered_pool.render(checkpoints, DigitSource(mnist, pens), seed=1, draws=1, share=0.003)
    command = ["train.compression", "--data", str(data), "--weights", str(weights)]
    command += ["--checkpoints", str(checkpoints), "--epochs", "1"]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit, match="holds no trained student"):
        compression.main()

    monkeypatch.setattr(batches, "BATCH", 32)
    teacher = shallow_network(CLASSES)
    batches.write_teacher_logits([teacher], checkpoints, 1)
    with eager_training():
        student = distillation.fit(
            shallow_network,
            checkpoints,
            distillation.STUDENT,
            draws=1,
            seed=1,
            epochs=1,
            distill=True,
            watch=lambda _: "",
        )
    export.export(student, rounding.learnt_int8(quantization_aware(student)), weights)
    neutral = Calibration(temperature=1.0, reject_threshold=1.0)
    card = export.write_model_card(
        weights, version="0", final=neutral, interim=neutral, accuracy={}, trained_on=[]
    )

    # One of each kind is enough here, and few passes.
    monkeypatch.setattr(compressing, "FILTERS", (0.5,))
    monkeypatch.setattr(compressing, "ZEROS", (0.75,))
    monkeypatch.setattr(speed, "ROUNDS", 1)
    monkeypatch.setattr(speed, "PASSES", 20)
    with eager_training():
        compression.main()

    found = ways.read(weights, card)
    assert found is not None
    assert ways.table(found) in capsys.readouterr().out
    by_name = {(one.way, one.file): one for one in found.ways}
    assert len(by_name) == len(found.ways) == 18
    exact = by_name["none", "float32"]
    assert set(exact.accuracy) == {"pendigits", "unipen-digits", "mnist-val"}
    assert exact.differs == 0
    # The ways are compared by their logits alone; the file that answers names its features, too.
    served = weights / export.file_names(export.DIGITS_ID).float32
    assert 0 < served.stat().st_size - exact.bytes < 100
    rounded = by_name["rounding after training", "int8"]
    assert rounded.bytes < exact.bytes / 2
    narrow = by_name["50% of the filters", "float32"]
    assert narrow.multiply_adds < 0.6 * exact.multiply_adds
    stored_sparse = by_name["75% zeros", "float32, sparse"]
    assert stored_sparse.bytes < 0.6 * by_name["75% zeros", "float32"].bytes
    assert stored_sparse.accuracy == by_name["75% zeros", "float32"].accuracy
    aware = by_name[compressing.AWARE, compressing.INT8_BUT_LAST]
    assert aware.microseconds > 0
