"""Export of a trained network: the Keras model, its LiteRT files, and the model card for both."""

import contextlib
import copy
import hashlib
import io
import warnings
from pathlib import Path
from typing import NamedTuple

import keras
import msgspec
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS, RASTERIZER_VERSION
from realtime.recognition.model_card import (
    MODEL_CARD,
    Calibration,
    FileFacts,
    ModelCard,
    Teaching,
)
from realtime.recognition.recognizer import DEFAULT_TASK
from train.data.dataset import DIGITS

DIGITS_ID = "digits"
# The name of the second output of a LiteRT file.
FEATURES = "features"
# λ and τ were chosen on the training writers, each read by a network that has seen none of their
# ink: of pairs from 4 to 16 and from 0.3 to 0.6, those near this one spare most errors, and it
# makes neither a training nor a validation writer worse by more than one sample (docs/learning.md).
# From 0.85 on, corrections make no ink of the validation writers a digit that is none.
TEACHING = Teaching(weight=7.0, threshold=0.5, accept_from=0.85)


class FileNames(NamedTuple):
    """The names of an exported network's files."""

    keras: str
    float32: str
    int8: str


def file_names(model_id: str) -> FileNames:
    """The names of the files of a network with this id."""
    return FileNames(f"{model_id}.keras", f"{model_id}.float32.tflite", f"{model_id}.int8.tflite")


def export(model: keras.Model, int8: bytes, folder: Path, model_id: str = DIGITS_ID) -> None:
    """Write the Keras model and its float32 and int8 LiteRT files.

    Those of the digits have their features as a second output, by which a person's hand is learnt.

    Args:
        model: the network, logits out.
        int8: the int8 file of the same network.
        folder: where to.
        model_id: names the files.
    """
    names = file_names(model_id)
    folder.mkdir(parents=True, exist_ok=True)
    # The optimizer's state, which is twice the size of the network, is left out.
    keras.Model(model.inputs, model.outputs, name=model.name).save(folder / names.keras)
    for name, content in ((names.float32, convert(model)), (names.int8, int8)):
        is_taught = model_id == DIGITS_ID
        flat = with_flat_features(content)
        (folder / name).write_bytes(with_features(flat) if is_taught else flat)


def with_flat_features(content: bytes) -> bytes:
    """A LiteRT file whose last layer, a dense one, takes a row of features.

    The converter leaves out what makes maps of one place a row, as LiteRT needs no such thing.
    OpenCV, which runs the file where there is no LiteRT, does. A file that has it stays as it is.
    """
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(content))
    graph = model.subgraphs[0]
    last = graph.operators[-1]
    maps = graph.tensors[int(last.inputs[0])]
    if len(maps.shape) == 2:
        return content
    row = [1, int(np.prod(maps.shape))]
    model.buffers.append(schema.BufferT())
    model.buffers[-1].data = np.array(row, np.int32).view(np.uint8)
    shape = schema.TensorT()
    shape.name, shape.type, shape.shape = b"row", schema.TensorType.INT32, np.array([2], np.int32)
    shape.buffer = len(model.buffers) - 1
    flat = copy.copy(maps)
    flat.name, flat.shape, flat.buffer = maps.name + b"_row", np.array(row, np.int32), 0
    flat.shapeSignature = None
    graph.tensors += [shape, flat]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.RESHAPE
    code.version = 1
    model.operatorCodes.append(code)
    reshape = schema.OperatorT()
    reshape.opcodeIndex = len(model.operatorCodes) - 1
    reshape.inputs = [int(last.inputs[0]), len(graph.tensors) - 2]
    reshape.outputs = [len(graph.tensors) - 1]
    reshape.builtinOptionsType = schema.BuiltinOptions.ReshapeOptions
    reshape.builtinOptions = schema.ReshapeOptionsT()
    reshape.builtinOptions.newShape = row
    last.inputs = [len(graph.tensors) - 1, *[int(one) for one in last.inputs[1:]]]
    graph.operators.insert(len(graph.operators) - 1, reshape)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def with_features(content: bytes) -> bytes:
    """A LiteRT file with the input of its last layer as a second output, in float.

    Nothing else is changed: the logits are the same to the last bit. A file that has the output
    already stays as it is.

    Raises:
        ValueError: the last layer is not dense, or its input is not in float.
    """
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(content))
    graph = model.subgraphs[0]
    last = graph.operators[-1]
    code = model.operatorCodes[last.opcodeIndex].builtinCode
    features = int(last.inputs[0])
    is_float = graph.tensors[features].type == schema.TensorType.FLOAT32
    if code != schema.BuiltinOperator.FULLY_CONNECTED or not is_float:
        raise ValueError("the last layer is not a dense one in float")
    if features in graph.outputs:
        return content
    graph.outputs = [*graph.outputs, features]
    named = schema.TensorMapT()
    named.name, named.tensorIndex = FEATURES, features
    model.signatureDefs[0].outputs.append(named)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def convert(model: keras.Model, *, quantized_for: npt.NDArray[np.float32] | None = None) -> bytes:
    """Convert a Keras model to LiteRT, with a batch size of one.

    Args:
        model: the network.
        quantized_for: float32 (n, 28, 28, 3), representative rasters for an int8 file; None for a
            float32 file.
    """
    converter = converter_of(model)
    if quantized_for is not None:
        quantize(converter, quantized_for)
    return converted(converter)


def converter_of(model: keras.Model) -> tf.lite.TFLiteConverter:
    """What converts the model to a float32 file, unless it is told otherwise."""
    # A fixed batch of one lets LiteRT plan its memory once.
    single = keras.Input(batch_shape=(1, *model.input_shape[1:]), name="raster")
    return tf.lite.TFLiteConverter.from_keras_model(keras.Model(single, model(single)))


def quantize(converter: tf.lite.TFLiteConverter, rasters: npt.NDArray[np.float32]) -> None:
    """Have an int8 file made, with ranges from representative rasters, float32 (n, 28, 28, 3)."""
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([raster[None]] for raster in rasters)


def converted(converter: tf.lite.TFLiteConverter) -> bytes:
    """The LiteRT file."""
    # Keras prints the signature of all that it exports, and the converter warns that it knows no
    # range of an input that the file takes in float anyway.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Statistics for quantized inputs were expected")
        content: bytes = converter.convert()
    return content


def write_model_card(
    folder: Path,
    *,
    version: str,
    final: Calibration,
    interim: Calibration,
    accuracy: dict[str, float],
    trained_on: list[str],
    model_id: str = DIGITS_ID,
    task: str = DEFAULT_TASK,
    labels: str = DIGITS,
    labels_of_tasks: dict[str, list[str]] | None = None,
) -> ModelCard:
    """Write the machine-readable model card for the files in `folder`, with their SHA-256.

    Args:
        folder: holds the exported files.
        version: of the weights.
        final: calibration of the head for finished ink.
        interim: calibration of the head for unfinished ink.
        accuracy: share of digits that are right, by source.
        trained_on: names of the sources.
        model_id: names the files.
        task: what it is for.
        labels: what it tells apart, each a character.
        labels_of_tasks: of each task that it serves, where that are several.
    """
    names = file_names(model_id)
    card = ModelCard(
        id=model_id,
        version=version,
        task=task,
        labels=list(labels),
        labels_of_tasks=labels_of_tasks or {},
        other=len(labels),
        input_shape=[1, SIZE, SIZE, CHANNELS],
        rasterizer_version=RASTERIZER_VERSION,
        final=final,
        interim=interim,
        teaching=TEACHING if model_id == DIGITS_ID else None,
        served=names.int8,
        files={name: _facts(folder / name) for name in names},
        accuracy={source: round(share, 4) for source, share in accuracy.items()},
        trained_on=trained_on,
    )
    content = msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n"
    (folder / MODEL_CARD).write_bytes(content)
    return card


def _facts(path: Path) -> FileFacts:
    content = path.read_bytes()
    return FileFacts(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
