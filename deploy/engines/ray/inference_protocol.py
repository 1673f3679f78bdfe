"""The Open Inference Protocol (KServe V2) over HTTP: requests decoded, answers encoded, no I/O.

With the extension of binary tensors: a JSON head, whose length a header tells, and then the raw
little-endian numbers of each tensor. A request may send or ask for either form.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

HEADER = "inference-header-content-length"
_FLOAT = np.dtype("<f4")


class BadRequestError(ValueError):
    """A request is not one of the protocol, or not for this network; says which field."""


@dataclass(frozen=True)
class InferRequest:
    """What was asked.

    Attributes:
        rasters: float32 (n, height, width, channels).
        id: to be sent back, if there is one.
        wants_binary: whether the logits are to be raw numbers.
    """

    rasters: Floats
    id: str | None
    wants_binary: bool


def metadata(name: str, version: str, shape: tuple[int, ...], logits: int) -> dict[str, Any]:
    """What a server says of a network that takes rasters of `shape` and gives `logits` numbers."""
    taken = {"name": "raster", "datatype": "FP32", "shape": [-1, *shape]}
    given = {"name": "logits", "datatype": "FP32", "shape": [-1, logits]}
    about = {"name": name, "versions": [version], "platform": "onnxruntime_onnx"}
    return about | {"inputs": [taken], "outputs": [given]}


def decode_request(
    body: bytes, header: str | None, shape: tuple[int, ...], max_batch: int
) -> InferRequest:
    """Read the body of a request.

    Args:
        body: JSON, and what follows it.
        header: value of `HEADER`, where something follows.
        shape: of a raster.
        max_batch: the most rasters.

    Raises:
        BadRequestError: it is none for this network.
    """
    length = len(body)
    if header is not None:
        if not header.isdecimal() or int(header) > len(body):
            raise BadRequestError(f"{HEADER}: {header!r} is no length within the body")
        length = int(header)
    try:
        head = json.loads(body[:length])
        [given] = head["inputs"]
        sent, batch = tuple(given["shape"]), given["shape"][0]
        name, datatype = given["name"], given["datatype"]
        asked = head.get("parameters", {}).get("binary_data_output", False)
        for output in head.get("outputs", ()):
            asked = output.get("parameters", {}).get("binary_data", asked)
        size = given.get("parameters", {}).get("binary_data_size")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadRequestError(f"the body is no inference request: {error!r}") from error
    if (name, datatype) != ("raster", "FP32"):
        raise BadRequestError(f"inputs: expected 'raster' in FP32, not {name!r} in {datatype!r}")
    if sent[1:] != shape or not isinstance(batch, int) or not 1 <= batch <= max_batch:
        expected = ", ".join(map(str, shape))
        raise BadRequestError(f"shape: {list(sent)} is not [1 to {max_batch}, {expected}]")
    if size is None:
        rasters = _from_json(given.get("data"))
    elif size == len(body) - length and size % _FLOAT.itemsize == 0:
        rasters = np.frombuffer(body, _FLOAT, offset=length)
    else:
        raise BadRequestError(f"binary_data_size: {size!r}, but {len(body) - length} bytes follow")
    if rasters.size != math.prod(sent):
        raise BadRequestError(f"data: {rasters.size} numbers are not {math.prod(sent)}")
    return InferRequest(rasters.reshape(sent), head.get("id"), bool(asked))


def _from_json(data: object) -> Floats:
    try:
        return np.asarray(data, _FLOAT)
    except (ValueError, TypeError) as error:
        raise BadRequestError(f"data: {error}") from error


def encode_response(
    name: str, version: str, logits: Floats, asked: InferRequest
) -> tuple[bytes, dict[str, str]]:
    """The body of an answer, and its headers."""
    output: dict[str, Any] = {"name": "logits", "datatype": "FP32", "shape": list(logits.shape)}
    head: dict[str, Any] = {"model_name": name, "model_version": version, "outputs": [output]}
    if asked.id is not None:
        head["id"] = asked.id
    if not asked.wants_binary:
        output["data"] = logits.ravel().tolist()
        return _json(head), {"content-type": "application/json"}
    raw = logits.astype(_FLOAT, copy=False).tobytes()
    output["parameters"] = {"binary_data_size": len(raw)}
    text = _json(head)
    return text + raw, {"content-type": "application/octet-stream", HEADER: str(len(text))}


def _json(head: dict[str, Any]) -> bytes:
    return json.dumps(head, separators=(",", ":")).encode()
