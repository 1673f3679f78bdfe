"""Tests that the service says which file of the network answers."""

import json
import urllib.request
from pathlib import Path

import pytest

from tests.support.metrics import read_metrics
from tests.support.server import Server, serve


def network_of(server: Server) -> dict[str, object]:
    """What `/readyz` says of the network."""
    with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
        network: dict[str, object] = json.load(response)["network"]
    return network


def test_the_faster_file_answers_and_both_are_timed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serve(log, INK_PRECISION="fastest") as server:
        network = network_of(server)
        metrics = read_metrics(server)
    times = network["pass_us"]
    assert isinstance(times, dict)
    assert times.keys() == {"digits.int8.tflite", "digits.float32.tflite"}
    assert f"{network['file']} answers, a forward pass takes" in log.read_text()
    [info] = [
        name
        for name in metrics
        if name.startswith("ink_network_info{") and "{recognizer=digit}" in name
    ]
    assert f"{{file={network['file']}}}" in info
    assert metrics[
        "ink_network_pass_seconds{file=digits.int8.tflite}{recognizer=digit}"
    ] == pytest.approx(times["digits.int8.tflite"] / 1e6)


def test_the_choice_can_be_fixed(tmp_path: Path) -> None:
    with serve(tmp_path / "log", INK_PRECISION="float32") as server:
        assert network_of(server) == {"file": "digits.float32.tflite", "pass_us": {}}
