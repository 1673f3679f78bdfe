"""The model repository that all engines read, and the configuration of each.

`models/NAME/1/model.onnx` is how Triton, OpenVINO Model Server and KServe want it, and the Ray
application reads it too. What differs between engines are the files of `deploy/engines/`, into
which names and shapes are filled.
"""

import shutil
from pathlib import Path
from string import Template

import keras

from train.model import onnx_export

TEMPLATES = Path(__file__).parent.parent.parent / "deploy" / "engines"
MODELS = "models"
# The most rasters that an engine takes in a request, and gathers in a batch. A line's stroke makes
# no more groups than that.
MAX_BATCH = 64
# Triton reads `config.pbtxt`, and with `--model-config-name=python` the other.
_BACKENDS = {"config.pbtxt": "onnxruntime", "configs/python.pbtxt": "python"}
_COPIED = ("openvino/config.json", "kserve/inferenceservice.yaml", "ray")


def write_model(model: keras.Model, name: str, folder: Path) -> Path:
    """Write a network into the repository in a folder, and how Triton is to serve it.

    Returns:
        The path of the ONNX file.
    """
    place = folder / MODELS / name
    path = place / "1" / "model.onnx"
    onnx_export.export_onnx(model, path)
    shutil.copy(TEMPLATES / "triton" / "model.py", path.parent)
    template = Template((TEMPLATES / "triton" / "config.pbtxt").read_text())
    for file, backend in _BACKENDS.items():
        (place / file).parent.mkdir(exist_ok=True)
        (place / file).write_text(
            template.substitute(
                name=name,
                backend=backend,
                max_batch=MAX_BATCH,
                raster=", ".join(map(str, model.input_shape[1:])),
                logits=model.output_shape[1],
            )
        )
    return path


def copy_configurations(folder: Path) -> None:
    """Copy what the engines other than Triton need beside the repository."""
    for name in _COPIED:
        source, target = TEMPLATES / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
