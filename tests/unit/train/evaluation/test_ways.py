"""Tests of the table of ways to make the network small."""

from pathlib import Path

import pytest

pytest.importorskip("scipy")

from realtime.recognition.model_card import read_model_card
from tests.support.files import DIGIT_MODEL
from train.evaluation import ways
from train.evaluation.ways import Way, Ways

EXACT = Way(
    way="none",
    file="float32",
    accuracy={"pens": 0.99},
    bytes=1000,
    gzipped=900,
    multiply_adds=1_500_000,
    microseconds=30.4,
    of_plain=0.456,
    of_textbook=0.5,
)
NOT_RUN = Way(way="zeros", file="int8, sparse", bytes=500, gzipped=400, multiply_adds=1_500_000)


def compared(version: str) -> Ways:
    return Ways(version=version, processor=["avx2"], epochs=3, ways=[EXACT, NOT_RUN])


def test_a_file_that_is_not_run_has_sizes_alone() -> None:
    exact, not_run = ways.table(compared("")).splitlines()[2:]
    assert exact == "| none | float32 | 99.00% | 0.00% | 1,000 | 900 | 1.50 M | 30 | 0.46 | 0.50 |"
    assert not_run == "| zeros | int8, sparse |  |  | 500 | 400 | 1.50 M | not run |  |  |"
    assert "3 epochs" in ways.explanation(compared(""))


def test_what_was_measured_of_other_weights_is_not_shown(tmp_path: Path) -> None:
    card = read_model_card(DIGIT_MODEL)
    assert ways.read(tmp_path, card) is None
    ways.write(compared("another version"), tmp_path)
    assert ways.read(tmp_path, card) is None
    ours = compared(card.version)
    ways.write(ours, tmp_path)
    assert ways.read(tmp_path, card) == ours
