"""OpenVINO, the runtime of OpenVINO Model Server, reads the exported models as that is told to."""

import json
import subprocess
from pathlib import Path

import msgspec
import numpy as np

from realtime.recognition.characters.probe import probe_raster
from realtime.recognition.model_card import ModelCard
from tests.support.engines.environments import python_of

# Runs in the environment of OpenVINO, in which the project is not installed.
_READER = """
import sys
import numpy, openvino

path, rasters, logits = sys.argv[1:]
model = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
[given] = model({"raster": numpy.load(rasters)}).values()
assert [one.any_name for one in model.outputs] == ["logits"]
numpy.save(logits, given)
"""


def test_its_runtime_answers_as_the_networks(exported: Path, tmp_path: Path) -> None:
    rasters, logits = tmp_path / "rasters.npy", tmp_path / "logits.npy"
    np.save(rasters, np.stack([probe_raster()] * 3))
    config = json.loads((exported / "openvino" / "config.json").read_text())
    for served in config["model_config_list"]:
        name, base_path = served["config"]["name"], served["config"]["base_path"]
        # As the container mounts it.
        path = Path(base_path.replace("/models", str(exported / "models"))) / "1" / "model.onnx"
        subprocess.run([python_of("openvino"), "-c", _READER, path, rasters, logits], check=True)
        card = msgspec.json.decode(
            (exported / "cards" / f"{name}.json").read_bytes(), type=ModelCard
        )
        assert np.abs(np.load(logits) - np.array(card.probe)).max() < 1e-2
