"""The Open Inference Protocol V2 over HTTP: requests for rasters, and logits from responses.

https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol, and for tensors
in binary its extension `binary_tensor_data`: a response or a request is then JSON that is followed
by the bytes of the tensors, and a header tells the length of the JSON. No I/O is done here.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from realtime.errors import EngineError, EngineMismatchError
from realtime.recognition.characters.normalisation import SIZE
from realtime.recognition.characters.rasterizer import CHANNELS

Floats = npt.NDArray[np.float32]
_Facts = TypeVar("_Facts", bound=Struct)

# The names of a model's tensors; both have FP32, and a first dimension for any number of rasters.
INPUT, OUTPUT = "raster", "logits"
_DATATYPE = "FP32"
_RASTER_SHAPE = [SIZE, SIZE, CHANNELS]
BINARY_EXTENSION = "binary_tensor_data"
# Of a message with binary tensors: how many bytes of it are JSON.
JSON_LENGTH = "Inference-Header-Content-Length"
_SHOWN = 80


class InferenceRequest(NamedTuple):
    """A request for logits: what its path is `POST`ed with."""

    headers: Mapping[str, str]
    body: bytes


class _Server(Struct):
    extensions: list[str] = []


class _TensorFacts(Struct):
    name: str
    datatype: str
    shape: list[int]


class _Model(Struct):
    name: str
    inputs: list[_TensorFacts]
    outputs: list[_TensorFacts]


class _Parameters(Struct):
    binary_data_size: int | None = None


class _Output(Struct):
    name: str
    datatype: str
    shape: list[int]
    data: list[object] | None = None
    parameters: _Parameters | None = None


class _Response(Struct):
    model_name: str
    outputs: list[_Output]


def server_path(prefix: str) -> str:
    """The path of what an engine says of itself."""
    return f"{prefix}/v2"


def model_path(prefix: str, model: str) -> str:
    """The path of what an engine says of a model."""
    return f"{prefix}/v2/models/{model}"


def inference_path(prefix: str, model: str) -> str:
    """The path that takes requests for a model."""
    return f"{prefix}/v2/models/{model}/infer"


def takes_binary(body: bytes) -> bool:
    """Whether an engine takes tensors in binary, by what it says of itself.

    Raises:
        EngineMismatchError: it is no engine.
    """
    return BINARY_EXTENSION in _decode_metadata(body, _Server).extensions


def check_model(body: bytes, model: str, output_size: int) -> None:
    """Check what an engine says of a model.

    Args:
        body: of its response.
        model: the name that was asked for.
        output_size: how many logits a raster has, of both heads together.

    Raises:
        EngineMismatchError: this is no model that takes rasters and returns such logits.
    """
    facts = _decode_metadata(body, _Model)
    if facts.name != model:
        raise EngineMismatchError(f"serves {facts.name[:_SHOWN]!r} as model {model!r}")
    _check_tensors(facts.inputs, "input", _TensorFacts(INPUT, _DATATYPE, [-1, *_RASTER_SHAPE]))
    _check_tensors(facts.outputs, "output", _TensorFacts(OUTPUT, _DATATYPE, [-1, output_size]))


def inference_request(rasters: Floats, *, is_binary: bool) -> InferenceRequest:
    """The request for the logits of rasters, float32 of shape (n, 28, 28, 3)."""
    tensor: dict[str, object] = {
        "name": INPUT,
        "datatype": _DATATYPE,
        "shape": list(rasters.shape),
    }
    if not is_binary:
        tensor["data"] = rasters.ravel().tolist()
        body = msgspec.json.encode({"inputs": [tensor], "outputs": [{"name": OUTPUT}]})
        return InferenceRequest({"Content-Type": "application/json"}, body)
    tensor["parameters"] = {"binary_data_size": rasters.nbytes}
    output = {"name": OUTPUT, "parameters": {"binary_data": True}}
    head = msgspec.json.encode({"inputs": [tensor], "outputs": [output]})
    headers = {"Content-Type": "application/octet-stream", JSON_LENGTH: str(len(head))}
    return InferenceRequest(headers, head + rasters.astype("<f4", copy=False).tobytes())


def logits_of(json_length: str | None, body: bytes, shape: tuple[int, int]) -> Floats:
    """The logits in a response.

    Args:
        json_length: its header `JSON_LENGTH`, where it has one.
        body: of the response.
        shape: how many rasters were asked about, and how many logits each has.

    Returns:
        float32 of that shape.

    Raises:
        EngineError: the response is not of the protocol, or has other numbers, or none.
    """
    head, binary = body, b""
    if json_length is not None:
        if not json_length.isdecimal() or int(json_length) > len(body):
            raise EngineError(f"answers with {JSON_LENGTH} {json_length[:_SHOWN]!r}")
        head, binary = body[: int(json_length)], body[int(json_length) :]
    try:
        response = msgspec.json.decode(head, type=_Response)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EngineError(f"answers with what is no inference response: {error}") from error
    found = [output for output in response.outputs if output.name == OUTPUT]
    if len(found) != 1:
        names = ", ".join(output.name for output in response.outputs)
        raise EngineError(f"answers with outputs [{names[:_SHOWN]}] instead of {OUTPUT!r}")
    [output] = found
    if output.datatype != _DATATYPE or output.shape != list(shape):
        raise EngineError(
            f"answers with {output.datatype[:_SHOWN]} {output.shape[:4]} "
            f"instead of {_DATATYPE} {list(shape)}"
        )
    logits = _numbers(output, binary)
    if logits.size != shape[0] * shape[1]:
        raise EngineError(f"answers with {logits.size} numbers for a shape of {list(shape)}")
    if not np.isfinite(logits).all():
        raise EngineError("answers with logits that are not finite")
    return logits.reshape(shape)


def _numbers(output: _Output, binary: bytes) -> Floats:
    size = output.parameters.binary_data_size if output.parameters else None
    if size is not None:
        # Only one output is asked for, so that the bytes are all of it.
        if size != len(binary) or size % 4:
            raise EngineError(f"announces {size} bytes of logits and sends {len(binary)}")
        return np.frombuffer(binary, "<f4").astype(np.float32, copy=False)
    try:
        # What is beyond float32 becomes infinite, which the caller refuses.
        with np.errstate(over="ignore"):
            return np.asarray(output.data, np.float32).reshape(-1)
    except (TypeError, ValueError, OverflowError) as error:
        raise EngineError(f"answers with what are no numbers: {error}") from error


def _decode_metadata(body: bytes, kind: type[_Facts]) -> _Facts:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = f"is no server of the Open Inference Protocol V2: {error}"
        raise EngineMismatchError(reason) from error


def _check_tensors(found: Sequence[_TensorFacts], kind: str, expected: _TensorFacts) -> None:
    if found != [expected]:
        raise EngineMismatchError(
            f"serves a model with {kind}s [{'; '.join(map(_shown, found))}] "
            f"instead of {_shown(expected)}"
        )


def _shown(tensor: _TensorFacts) -> str:
    return f"{tensor.name[:_SHOWN]} {tensor.datatype[:_SHOWN]} {tensor.shape[:8]}"
