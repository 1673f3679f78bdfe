"""The protocol's side of the Ray application, asked by the client of the service."""

import importlib.util
import json
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from realtime.engines.open_inference import (
    JSON_LENGTH,
    check_model,
    inference_request,
    logits_of,
)
from realtime.recognition.characters.probe import probe_raster
from tests.support.files import ROOT

SHAPE = (28, 28, 3)


@pytest.fixture(scope="module")
def protocol() -> ModuleType:
    """The module, which is no part of the package: nodes of Ray import it by their path."""
    path = ROOT / "deploy" / "engines" / "ray" / "inference_protocol.py"
    spec = importlib.util.spec_from_file_location("inference_protocol", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Data classes look their module up.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("is_binary", [True, False])
def test_what_the_client_asks_and_is_answered(protocol: ModuleType, *, is_binary: bool) -> None:
    rasters = np.stack([probe_raster(), np.zeros_like(probe_raster())])
    headers, body = inference_request(rasters, is_binary=is_binary)
    asked = protocol.decode_request(body, headers.get(JSON_LENGTH), SHAPE, 64)
    assert (asked.rasters == rasters).all()
    assert asked.wants_binary == is_binary
    logits = np.arange(44, dtype=np.float32).reshape(2, 22)
    content, answered = protocol.encode_response("digits", "1", logits, asked)
    assert (logits_of(answered.get(JSON_LENGTH.lower()), content, (2, 22)) == logits).all()


def test_the_client_knows_the_metadata(protocol: ModuleType) -> None:
    check_model(json.dumps(protocol.metadata("digits", "1", SHAPE, 22)).encode(), "digits", 22)


def test_the_id_of_a_request_comes_back(protocol: ModuleType) -> None:
    body = json.dumps({"id": "7", "inputs": [tensor()]}).encode()
    asked = protocol.decode_request(body, None, SHAPE, 64)
    content, _ = protocol.encode_response("digits", "1", np.zeros((1, 22), np.float32), asked)
    assert json.loads(content)["id"] == "7"


def tensor(**changes: object) -> dict[str, Any]:
    data = [0.0] * (28 * 28 * 3)
    tensor = {"name": "raster", "datatype": "FP32", "shape": [1, *SHAPE], "data": data}
    return tensor | changes


BAD: dict[str, tuple[bytes, str | None, str]] = {
    "no JSON": (b"{", None, "the body"),
    "not an object": (b"[]", None, "the body"),
    "no inputs": (b"{}", None, "the body"),
    "two inputs": (json.dumps({"inputs": [tensor(), tensor()]}).encode(), None, "the body"),
    "another name": (json.dumps({"inputs": [tensor(name="x")]}).encode(), None, "inputs"),
    "another type": (json.dumps({"inputs": [tensor(datatype="INT8")]}).encode(), None, "inputs"),
    "another shape": (
        json.dumps({"inputs": [tensor(shape=[1, 27, 28, 3])]}).encode(),
        None,
        "shape",
    ),
    "no rasters": (json.dumps({"inputs": [tensor(shape=[0, *SHAPE])]}).encode(), None, "shape"),
    "too many": (json.dumps({"inputs": [tensor(shape=[65, *SHAPE])]}).encode(), None, "shape"),
    "no shape": (json.dumps({"inputs": [tensor(shape=[])]}).encode(), None, "the body"),
    "too little data": (json.dumps({"inputs": [tensor(data=[1.0])]}).encode(), None, "data"),
    "no data": (json.dumps({"inputs": [tensor(data=None)]}).encode(), None, "data"),
    "text": (json.dumps({"inputs": [tensor(data="abc")]}).encode(), None, "data"),
    "a long head": (b"{}", "9", "inference-header"),
    "no length": (b"{}", "-1", "inference-header"),
    "cut off": (
        json.dumps({"inputs": [tensor(parameters={"binary_data_size": 9408})]}).encode(),
        None,
        "binary_data_size",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_names_its_field(protocol: ModuleType, name: str) -> None:
    body, header, field = BAD[name]
    with pytest.raises(protocol.BadRequestError, match=field):
        protocol.decode_request(body, header, SHAPE, 64)
