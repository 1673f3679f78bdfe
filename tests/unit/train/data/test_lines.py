"""Tests of files of lines, and of composed lines."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.line_ink import digit
from train.data.composed_lines import UNIT, compose, digits_only, numbers_and_sums
from train.data.dataset import OTHER, LabelledInk
from train.data.lines import LabelledLine, none_of, only_of, permuted, read_lines


def test_a_file_of_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.ndjson.gz"
    known = {
        "label": "17",
        "writer": "1f0c",
        "source": "unipen/apa",
        "kind": "number",
        "symbols": [{"label": "1", "strokes": [0]}, {"label": "7", "strokes": [2, 1]}],
        "strokes": [[[0, 0], [0, 9]], [[3, 5], [8, 5]], [[3, 0], [8, 0], [4, 9]]],
    }
    unknown = {"label": "a1", "symbols": None, "strokes": [[[0, 0]]]}
    content = "\n".join(map(json.dumps, (known, unknown)))
    path.write_bytes(gzip.compress(content.encode()))
    first, second = read_lines(path)
    assert (first.label, first.writer, first.source) == ("17", "1f0c", "unipen/apa")
    assert first.groups == ((0,), (1, 2))
    assert [stroke.shape for stroke in first.strokes] == [(2, 2), (2, 2), (3, 2)]
    assert second.groups is None
    assert only_of([first, second], "0123456789") == [first]
    assert none_of([first, second], "0123456789") == []


def test_strokes_in_another_order_are_the_same_characters() -> None:
    strokes = tuple(np.full((2, 2), number, np.float32) for number in range(5))
    line = LabelledLine("475", "w", "test", strokes, ((0, 1), (2,), (3, 4)))
    other = permuted(line, np.random.default_rng(2))
    assert [stroke[0, 0] for stroke in other.strokes] != [0, 1, 2, 3, 4]
    assert other.groups is not None
    held = [{other.strokes[place][0, 0] for place in group} for group in other.groups]
    assert held == [{0, 1}, {2}, {3, 4}]


@pytest.mark.parametrize("longest", [1, 6])
def test_lines_are_composed_of_one_writers_digits(longest: int) -> None:
    samples = [
        LabelledInk(int(label), label, writer, tuple(digit(label)))
        for writer in ("anna", "bert")
        for label in "0123457"
    ]
    samples += [LabelledInk(OTHER, "a", "carl", tuple(digit("0")))] * 9
    lines = compose(samples, 30, np.random.default_rng(1), digits_only(1, longest))
    assert {line.writer for line in lines} == {"anna", "bert"}
    assert {len(line.label) for line in lines} == set(range(1, longest + 1))
    for line in lines:
        assert line.groups is not None
        assert len(line.groups) == len(line.label)
        assert [place for group in line.groups for place in group] == list(range(len(line.strokes)))
        middles = [
            float(np.concatenate([line.strokes[place] for place in group])[:, 0].mean())
            for group in line.groups
        ]
        assert middles == sorted(middles)


def test_signs_are_composed_at_their_sizes_and_heights() -> None:
    samples = [
        LabelledInk(0, label, "anna", tuple(digit(label if label.isdigit() else "1")))
        for label in "0123457.+="
    ]
    lines = compose(samples, 60, np.random.default_rng(1), numbers_and_sums)
    assert {"+", "=", "."} <= set("".join(line.label for line in lines))
    for line in lines:
        assert line.group_labels == tuple(line.label)
        for label, group in zip(line.group_labels, line.groups or (), strict=True):
            points = np.concatenate([line.strokes[place] for place in group])
            height = float(np.ptp(points[:, 1]))
            assert (height < UNIT / 4) == (label == ".")
