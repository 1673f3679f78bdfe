"""What an engine says is understood or refused, whatever bytes it sends."""

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.engines.open_inference import check_model, inference_request, logits_of, takes_binary
from realtime.errors import EngineError
from realtime.recognition.characters.probe import probe_raster

SIZE = 22

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
outputs = st.fixed_dictionaries(
    {
        "name": st.just("logits") | st.text(),
        "datatype": st.just("FP32") | st.text(),
        "shape": st.just([1, SIZE]) | st.lists(st.integers(-(2**70), 2**70), max_size=3),
    },
    optional={
        "data": st.lists(st.floats(), min_size=SIZE, max_size=SIZE) | json_values,
        "parameters": st.fixed_dictionaries({}, optional={"binary_data_size": json_values}),
    },
)
responses = st.fixed_dictionaries(
    {"model_name": st.text(), "outputs": st.lists(outputs, max_size=2)}
)


@given(
    st.none() | st.integers(-3, 500).map(str) | st.text(max_size=6),
    st.binary(max_size=200) | (responses | json_values).map(json.dumps).map(str.encode),
    st.binary(max_size=100),
)
def test_any_response_is_logits_or_an_engine_error(
    json_length: str | None, head: bytes, rest: bytes
) -> None:
    try:
        logits = logits_of(json_length, head + rest, (1, SIZE))
    except EngineError:
        pass
    else:
        assert logits.shape == (1, SIZE)
        assert logits.dtype == np.float32
        assert np.isfinite(logits).all()


@given(st.binary(max_size=200) | json_values.map(json.dumps).map(str.encode))
def test_any_metadata_is_the_models_or_an_engine_error(body: bytes) -> None:
    for check in (takes_binary, lambda one: check_model(one, "digits", SIZE)):
        with contextlib.suppress(EngineError):
            check(body)


@pytest.mark.parametrize("is_nested", [False, True])
def test_numbers_in_json_may_be_nested(is_nested: bool) -> None:
    numbers = np.arange(2 * SIZE, dtype=np.float32).reshape(2, SIZE)
    output = {
        "name": "logits",
        "datatype": "FP32",
        "shape": [2, SIZE],
        "data": numbers.tolist() if is_nested else numbers.ravel().tolist(),
        "parameters": {"content_type": "np"},
    }
    body = json.dumps({"model_name": "digits", "id": "x", "outputs": [output]}).encode()
    np.testing.assert_array_equal(logits_of(None, body, (2, SIZE)), numbers)


def test_a_request_in_binary_is_its_json_and_its_bytes() -> None:
    rasters = np.stack([probe_raster()] * 3)
    headers, body = inference_request(rasters, is_binary=True)
    length = int(headers["Inference-Header-Content-Length"])
    [tensor] = json.loads(body[:length])["inputs"]
    assert tensor["parameters"] == {"binary_data_size": rasters.nbytes}
    np.testing.assert_array_equal(
        np.frombuffer(body[length:], "<f4").reshape(tensor["shape"]), rasters
    )
    _, body = inference_request(rasters, is_binary=False)
    [tensor] = json.loads(body)["inputs"]
    np.testing.assert_array_equal(
        np.array(tensor["data"], np.float32).reshape(tensor["shape"]), rasters
    )


def test_a_number_beyond_float32_is_refused() -> None:
    numbers = ", ".join(["0.0"] * 21 + ["3.5e38"])
    body = (
        '{"model_name": "", "outputs": [{"name": "logits", "datatype": "FP32", "shape": [1, 22], '
        f'"data": [{numbers}]}}]}}'
    )
    with pytest.raises(EngineError, match="not finite"):
        logits_of(None, body.encode(), (1, 22))
