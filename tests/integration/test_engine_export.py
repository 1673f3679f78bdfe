"""What `make export` writes for inference engines answers as the Keras models; loads TensorFlow."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from realtime.recognition.characters.network import CharacterNetwork
from realtime.recognition.characters.probe import SAME_LOGITS, probe_raster
from realtime.recognition.model_card import ModelCard, read_model_card
from realtime.recognition.registry import ModelRegistry, ModelSource
from tests.integration.test_exported_model import rasters
from tests.support.files import WEIGHTS

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.usefixtures("tensorflow", "onnx_runtime")

NAMES = ("digits", "lines", "characters", "teacher")


@pytest.fixture(scope="module")
def onnx_runtime() -> None:
    pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from train.engines import __main__ as engines

    assert tuple(engines.NETWORKS) == NAMES
    folder = tmp_path_factory.mktemp("engines")
    engines.export(WEIGHTS, folder)
    return folder


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    # Each operation of a file is in every answer: a tenth of the samples shows a wrong one.
    return rasters(one_in=10)


def keras_model(name: str) -> "keras.Model":
    import keras

    from train.engines import __main__ as engines

    return keras.models.load_model(WEIGHTS / name / engines.NETWORKS[name][0])


@pytest.mark.parametrize("name", NAMES)
def test_the_onnx_file_answers_as_keras_does(
    exported: Path, pictures: np.ndarray, name: str
) -> None:
    import onnxruntime

    from train.engines.repository import MAX_BATCH

    truth = keras_model(name).predict(pictures, batch_size=500, verbose=0)
    path = exported / "models" / name / "1" / "model.onnx"
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    batches = [pictures[i : i + MAX_BATCH] for i in range(0, len(pictures), MAX_BATCH)]
    logits = np.concatenate([session.run(["logits"], {"raster": one})[0] for one in batches])
    assert logits.shape == truth.shape
    assert np.abs(logits - truth).max() < 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_what_goes_in_and_comes_out_is_named_and_of_any_number(exported: Path, name: str) -> None:
    import onnxruntime

    path = exported / "models" / name / "1" / "model.onnx"
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [taken], [given] = session.get_inputs(), session.get_outputs()
    labels = len(read_card(exported, name).labels)
    assert (taken.name, taken.type, taken.shape[1:]) == ("raster", "tensor(float)", [28, 28, 3])
    assert (given.name, given.type, given.shape[1:]) == (
        "logits",
        "tensor(float)",
        [2 * labels + 2],
    )
    assert isinstance(taken.shape[0], str)  # the name of a size that is not fixed
    configs = [exported / "models" / name / one for one in ("config.pbtxt", "configs/python.pbtxt")]
    for config, backend in zip(configs, ("onnxruntime", "python"), strict=True):
        text = config.read_text()
        assert "$" not in text
        assert f'name: "{name}"' in text
        assert f'backend: "{backend}"' in text
        assert f"dims: [ {2 * labels + 2} ]" in text


def read_card(exported: Path, name: str) -> ModelCard:
    return msgspec.json.decode((exported / "cards" / f"{name}.json").read_bytes(), type=ModelCard)


@pytest.mark.parametrize("name", ["digits", "lines", "characters"])
def test_a_card_knows_the_network_that_the_service_runs(exported: Path, name: str) -> None:
    local = CharacterNetwork.load(WEIGHTS / name).logits(probe_raster()).ravel()
    probe = read_card(exported, name).probe
    assert probe is not None
    assert np.abs(local - probe).max() < SAME_LOGITS


def test_the_probe_tells_the_teacher_from_the_small_network(exported: Path) -> None:
    teacher, small = (np.array(read_card(exported, name).probe) for name in ("teacher", "digits"))
    assert np.abs(teacher - small).max() > SAME_LOGITS


def test_every_engine_has_its_configuration(exported: Path) -> None:
    served = json.loads((exported / "openvino" / "config.json").read_text())["model_config_list"]
    assert [one["config"]["name"] for one in served] == list(NAMES)
    ray = (exported / "ray" / "serve.yaml").read_text()
    assert all(f"name: {name}, models:" in ray for name in NAMES)
    assert (exported / "ray" / "ink_engine.py").exists()
    assert "storageUri" in (exported / "kserve" / "inferenceservice.yaml").read_text()


def test_the_teacher_is_of_the_architecture_that_is_named() -> None:
    from train.model import architecture

    built = architecture.teacher(11, architecture.ENGINE_TEACHER_RESIDUALS)
    kept = keras_model("teacher")
    assert [one.shape for one in kept.get_weights()] == [one.shape for one in built.get_weights()]


def test_the_service_itself_does_not_load_the_teacher() -> None:
    from train.model import engine_card

    card = msgspec.json.decode(
        (WEIGHTS / "teacher" / engine_card.ENGINE_CARD).read_bytes(), type=ModelCard
    )
    file = WEIGHTS / "teacher" / card.served
    assert engine_card.facts_of(file) == card.files
    assert card.labels == read_model_card(WEIGHTS / "digits").labels
    models = ModelRegistry.load(ModelSource(WEIGHTS))
    assert "teacher" not in {one.model.id for one in models.by_task.values()}
