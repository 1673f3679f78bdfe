"""Model cards of networks that engines serve: those of `weights/`, for a file of another format."""

import hashlib
from pathlib import Path

import keras
import msgspec

from realtime.recognition.characters.probe import probe_raster
from realtime.recognition.model_card import Calibration, FileFacts, ModelCard
from train.model import onnx_export

# The registry of the service loads every folder that has a `model_card.json`. The teacher is for
# engines alone, so that its card is named otherwise.
ENGINE_CARD = "engine_card.json"
TEACHER_FILE = "teacher.keras"
# What the teacher was trained with; `python -m train` makes the small network alone.
TEACHER_VERSION = "2026.11.26"
TEACHER_RASTERIZER_VERSION = 3


def of_teacher(
    small: ModelCard, file: Path, *, final: Calibration, interim: Calibration
) -> ModelCard:
    """The card of the teacher, which reads the same labels from the same rasters.

    Args:
        small: the card of the small network.
        file: the teacher's Keras model.
        final: calibration of the head for finished ink.
        interim: calibration of the head for unfinished ink.
    """
    return msgspec.structs.replace(
        small,
        id="teacher",
        version=TEACHER_VERSION,
        rasterizer_version=TEACHER_RASTERIZER_VERSION,
        final=final,
        interim=interim,
        teaching=None,
        served=file.name,
        files=facts_of(file),
        accuracy={},
    )


def of_onnx(card: ModelCard, file: Path, model: keras.Model) -> ModelCard:
    """The card of a network's ONNX file, with what it answers to the probe.

    Args:
        card: of the network in `weights/`.
        file: the ONNX file.
        model: the Keras model that it was made from.
    """
    [probe] = onnx_export.logits_of(model, probe_raster()[None])
    return msgspec.structs.replace(
        card,
        served=file.name,
        files=facts_of(file),
        probe=[round(float(logit), 4) for logit in probe],
    )


def write(card: ModelCard, path: Path) -> None:
    """Write a card as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")


def facts_of(*files: Path) -> dict[str, FileFacts]:
    """What a card says of files, by name."""
    return {
        file.name: FileFacts(
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
        )
        for file, content in ((file, file.read_bytes()) for file in files)
    }
