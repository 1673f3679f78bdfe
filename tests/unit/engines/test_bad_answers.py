"""Answers of an engine that are of no use, and servers that are no engine."""

from collections.abc import Callable

import numpy as np
import pytest

from realtime.engines.client import EngineClient
from realtime.engines.http_connection import MOST_BYTES
from realtime.engines.open_inference import Floats
from realtime.errors import (
    EngineError,
    EngineMismatchError,
)
from realtime.recognition.characters.probe import probe_raster
from realtime.recognition.characters.rasterizer import rasterize
from tests.support.drawing import ONE, SEVEN, stroke_arrays
from tests.support.engines.scripted_engine import (
    ScriptedEngine,
    http,
    json_response,
    logits_response,
)

NewClient = Callable[..., EngineClient]
RASTERS = [rasterize(stroke_arrays(ink)) for ink in (SEVEN, ONE)]


BAD_ANSWERS: dict[str, tuple[Callable[[ScriptedEngine, Floats], bytes | None], str]] = {
    "closes": (lambda *_: None, "broke the connection"),
    "HTML": (lambda *_: http(b"<html>hello"), "no inference response"),
    "500": (lambda *_: http(b"oops", "500 Internal Server Error"), "status 500: oops"),
    "404": (lambda *_: json_response({"error": "gone"}, "404 Not Found"), "status 404: .*gone"),
    "redirect": (lambda *_: http(b"", "302 Found", Location="/"), "status 302"),
    "no HTTP": (lambda *_: b"SSH-2.0-OpenSSH_9.2\r\n", "speaks no HTTP"),
    "JSON of something else": (lambda *_: json_response([1, 2]), "no inference response"),
    "no outputs": (
        lambda *_: json_response({"model_name": "digits", "outputs": []}),
        r"outputs \[\] instead of 'logits'",
    ),
    "too few rows": (lambda one, many: logits_response(one.logits(many)[1:]), r"\[0, 22\] instead"),
    "too many rows": (
        lambda one, many: logits_response(np.repeat(one.logits(many), 2, axis=0)),
        r"\[2, 22\] instead of FP32 \[1, 22\]",
    ),
    "other columns": (lambda one, many: logits_response(one.logits(many)[:, 1:]), r"\[1, 21\]"),
    "NaN": (lambda one, many: logits_response(one.logits(many) * np.float32("nan")), "not finite"),
    "infinity": (lambda one, many: logits_response(one.logits(many) + np.inf), "not finite"),
    "a size that lies": (
        lambda one, many: (logits_response(one.logits(many))).replace(b'size": 88', b'size": 44'),
        "announces 44 bytes",
    ),
    "JSON numbers that are none": (
        lambda *_: json_response(
            {
                "model_name": "digits",
                "outputs": [
                    {"name": "logits", "datatype": "FP32", "shape": [1, 22], "data": ["a"] * 22}
                ],
            }
        ),
        "no numbers",
    ),
    "endless": (
        lambda *_: (
            http(b"x" * 10).replace(b"Length: 10", b"Length: 99999999") + b"x" * (2 * MOST_BYTES)
        ),
        "more than",
    ),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_an_answer_of_no_use_is_an_error_that_says_why(
    new_client: NewClient, engine: ScriptedEngine, name: str
) -> None:
    answer, reason = BAD_ANSWERS[name]
    client = new_client(engine.url)
    client.identify()
    engine.answer = lambda rasters: answer(engine, rasters)
    with pytest.raises(EngineError, match=reason):
        client.logits(RASTERS[0][None])
    engine.heal()
    assert client.logits(RASTERS[0][None]).shape == (1, 22), "the next request is none the worse"


def test_a_shape_of_other_numbers_than_it_has_is_refused(
    new_client: NewClient, engine: ScriptedEngine
) -> None:
    client = new_client(engine.url)
    client.identify()
    output = {"name": "logits", "datatype": "FP32", "shape": [1, 22], "data": [0.5] * 21}
    engine.answer = lambda _: json_response({"model_name": "digits", "outputs": [output]})
    with pytest.raises(EngineError, match="21 numbers"):
        client.logits(RASTERS[0][None])


BAD_FACTS: dict[str, Callable[[ScriptedEngine, str], bytes | None]] = {
    "a page": lambda *_: http(b"<!doctype html>", Content_Type="text/html"),
    "no object": lambda *_: json_response([]),
    "another name": lambda one, line: (one.own_facts(line)).replace(b'"digits"', b'"dogits"'),
    "another shape": lambda one, line: (one.own_facts(line)).replace(b"28, 28, 3", b"28, 28, 1"),
    "another datatype": lambda one, line: (one.own_facts(line)).replace(b"FP32", b"FP16"),
    "a batch of a fixed size": lambda one, line: (one.own_facts(line)).replace(b"[-1", b"[ 8"),
    "more outputs": lambda one, line: (one.own_facts(line)).replace(
        b'"outputs": [', b'"outputs": [{"name": "x", "datatype": "FP32", "shape": [1]}, '
    ),
    "no model": lambda one, line: (one.own_facts(line)).replace(b'"inputs"', b'"outlets"'),
}


@pytest.mark.parametrize("name", BAD_FACTS)
def test_a_server_of_something_else_is_told_apart(
    new_client: NewClient, engine: ScriptedEngine, name: str
) -> None:
    engine.facts = lambda line: _of_same_length(BAD_FACTS[name](engine, line))
    with pytest.raises(EngineMismatchError):
        new_client(engine.url).identify()


def _of_same_length(response: bytes | None) -> bytes | None:
    """A response whose body was changed, with its length."""
    if response is None:
        return None
    body = response.partition(b"\r\n\r\n")[2]
    return http(body)


def test_another_network_is_told_apart(new_client: NewClient, engine: ScriptedEngine) -> None:
    shifted = engine.logits(probe_raster()[None])
    shifted[0, 3] += 0.6
    engine.answer = lambda _: logits_response(shifted)
    with pytest.raises(EngineMismatchError, match=r"logits are 0\.[56]\d apart"):
        new_client(engine.url).identify()
