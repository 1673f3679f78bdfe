"""Tests of reading handwriting formats, and of malformed files."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.ink.stroke import PointArray
from tests.support.handwriting import (
    OWN_FORMAT,
    QUICK_DRAW_RAW,
    QUICK_DRAW_SIMPLIFIED,
    UNIPEN_FILE,
    labels,
    malformed_lines,
    read_content,
    stroke_lists,
    unipen_content,
)
from train.data.formats import FileRead, read_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ink"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats") / "ink"


def test_this_projects_own_lines(file: Path) -> None:
    found = read_content(file, OWN_FORMAT + b'\n{"label": "a", "strokes": [[], [[1, 1]]]}\n')
    assert malformed_lines(found) == (0, None)
    seven, other = found.samples
    assert (seven.label, seven.writer, seven.hz) == ("7", "1f0c", 200)
    assert stroke_lists(seven) == [[[0, 1], [2.5, 3]], [[4, 5]]]
    assert (other.label, other.writer, other.hz, stroke_lists(other)) == ("a", "", None, [[[1, 1]]])


def test_quick_draw_raw_and_simplified(file: Path) -> None:
    seven, cat = read_content(file, QUICK_DRAW_RAW + QUICK_DRAW_SIMPLIFIED).samples
    assert (seven.label, seven.writer, seven.hz) == ("7", "", None)
    assert stroke_lists(seven) == [[[129.5, 64], [128, 65], [129, 66.25]], [[5, 6]]]
    assert (cat.label, stroke_lists(cat)) == ("cat", [[[0, 255], [255, 0]]])


def test_both_kinds_of_line_in_one_file(file: Path) -> None:
    found = read_content(
        file,
        b"\xef\xbb\xbf"
        + OWN_FORMAT
        + b"\r\n"
        + QUICK_DRAW_SIMPLIFIED
        + b'{"neither": 1}\n'
        + QUICK_DRAW_RAW,
    )
    assert labels(found) == ["7", "cat", "7"]
    assert malformed_lines(found) == (1, 4)


def test_points_are_finite_float32_in_rows_of_two(file: Path) -> None:
    for content in (OWN_FORMAT, QUICK_DRAW_RAW, QUICK_DRAW_SIMPLIFIED, UNIPEN_FILE):
        assert all(
            is_ink(stroke)
            for sample in read_content(file, content).samples
            for stroke in sample.strokes
        )


def is_ink(stroke: PointArray) -> bool:
    """Whether a stroke is a float32 array (n, 2) of finite points."""
    return (
        stroke.dtype == np.float32
        and stroke.ndim == 2
        and stroke.shape[1] == 2
        and len(stroke) > 0
        and bool(np.isfinite(stroke).all())
    )


@pytest.mark.parametrize(
    "content",
    [OWN_FORMAT * 3, QUICK_DRAW_RAW + OWN_FORMAT, UNIPEN_FILE, UNIPEN_FILE.replace(b"\n", b"\r\n")],
)
def test_gzipped_or_not(file: Path, content: bytes) -> None:
    plain, packed = read_content(file, content), read_content(file, gzip.compress(content))
    assert malformed_lines(packed) == (0, None)
    assert [(sample.label, stroke_lists(sample)) for sample in packed.samples] == [
        (sample.label, stroke_lists(sample)) for sample in plain.samples
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"label": "7"}',
        b'{"label": "7", "strokes": []}',
        b'{"label": "7", "strokes": [[]]}',
        b'{"label": "7", "strokes": [[[0]]]}',
        b'{"label": "7", "strokes": [[[0, 1, 2]]]}',
        b'{"label": "7", "strokes": [[["0", 1]]]}',
        b'{"label": "7", "strokes": [[[NaN, 1]]]}',
        b'{"label": "7", "strokes": [[[1e999, 1]]]}',
        b'{"label": "7", "strokes": [[[1e39, 1]]]}',
        b'{"label": "", "strokes": [[[0, 0]]]}',
        b'{"label": 7, "strokes": [[[0, 0]]]}',
        b'{"label": "\xff", "strokes": [[[0, 0]]]}',
        b'{"label": "\\ud800", "strokes": [[[0, 0]]]}',
        b'{"label": "7", "writer": 3, "strokes": [[[0, 0]]]}',
        b'{"label": "7", "hz": 0, "strokes": [[[0, 0]]]}',
        b'{"label": "7", "more": ' + b"[" * 100_000,
        b'{"word": "cat"}',
        b'{"word": "cat", "drawing": []}',
        b'{"word": "cat", "drawing": [[]]}',
        b'{"word": "cat", "drawing": [[[], []]]}',
        b'{"word": "cat", "drawing": [[[1]]]}',
        b'{"word": "cat", "drawing": [[[1, 2], [1]]]}',
        b'{"word": "cat", "drawing": [[[1, 2], [1, 2], [0]]]}',
        b'{"word": "cat", "drawing": [[[1], [2], [0], [0]]]}',
        b'{"word": "cat", "drawing": [[[Infinity], [2]]]}',
        b'{"word": "cat", "drawing": [[[1e300], [2]]]}',
        b'{"word": "cat", "drawing": [[["1"], [2]]]}',
        b'{"word": null, "drawing": [[[1], [2]]]}',
        b"\x89PNG\xff\0",
        b'.SEGMENT D 0 ? "1"',
    ],
)
def test_a_malformed_line_spoils_no_other(file: Path, line: bytes) -> None:
    found = read_content(file, OWN_FORMAT + line + b"\n" + QUICK_DRAW_SIMPLIFIED)
    assert labels(found) == ["7", "cat"]
    assert malformed_lines(found) == (1, 2)


def test_a_truncated_gzip_gives_what_came_before(file: Path) -> None:
    rng = np.random.default_rng(5)
    lines = [
        json.dumps({"label": str(n), "strokes": [rng.random((20, 2)).tolist()]}) for n in range(300)
    ]
    whole = gzip.compress("\n".join(lines).encode())
    found = read_content(file, whole[: len(whole) // 2])
    assert 50 < len(found.samples) < 250
    assert labels(found) == [str(n) for n in range(len(found.samples))]
    assert malformed_lines(found) == (1, len(found.samples) + 1)
    assert malformed_lines(read_content(file, whole[:-4] + b"oops")) == (1, 300)

    strokes = [
        f'.SEGMENT D {n} ? "{n}"\n.PEN_DOWN\n'
        + "".join(f"{x:.9f} {y:.9f}\n" for x, y in rng.random((20, 2)))
        for n in range(300)
    ]
    whole = gzip.compress("".join(strokes).encode())
    found = read_content(file, whole[: len(whole) // 2])
    assert 50 < len(found.samples) < 250
    assert {len(stroke) for sample in found.samples for stroke in sample.strokes} == {20}
    assert found.malformed == 1
    assert malformed_lines(read_content(file, gzip.compress(b".COMMENT a\nb\n")[:-8])) == (1, 3)


def test_what_is_no_handwriting_is_all_malformed(file: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\n\n\xff"
    assert read_content(file, picture) == FileRead([], 4, 1)
    assert read_content(file, gzip.compress(picture)) == FileRead([], 4, 1)
    assert read_content(file, b"\x1f\x8b\x63 no gzip") == FileRead([], 1, 1)
    assert read_content(file, b"") == read_content(file, b"\n \n") == FileRead([], 0, None)


def test_no_file_is_an_error(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(file)


@settings(deadline=None, max_examples=150)
@given(
    content=st.binary(max_size=300),
    prefix=st.sampled_from([b"", b"{", b".PEN_DOWN", b"\x1f\x8b\x08", OWN_FORMAT, UNIPEN_FILE]),
)
def test_random_bytes_never_raise(scratch: Path, content: bytes, prefix: bytes) -> None:
    assert_valid(read_content(scratch, prefix + content))


@settings(deadline=None, max_examples=300)
@given(
    content=st.sampled_from(
        [
            OWN_FORMAT + QUICK_DRAW_RAW + QUICK_DRAW_SIMPLIFIED,
            QUICK_DRAW_RAW + OWN_FORMAT,
            UNIPEN_FILE,
            unipen_content('D 0:1-2:0 ? "1"', 'D 1-2 OK "2"'),
        ]
    ),
    changes=st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 8), st.binary(max_size=4)), max_size=8
    ),
    packed=st.sampled_from(["no", "before", "after"]),
)
def test_damaged_files_never_raise(
    scratch: Path, content: bytes, changes: list[tuple[int, int, bytes]], packed: str
) -> None:
    content = gzip.compress(content) if packed == "before" else content
    for place, removed, inserted in changes:
        start = place % len(content) if content else 0
        content = content[:start] + inserted + content[start + removed :]
    assert_valid(read_content(scratch, gzip.compress(content) if packed == "after" else content))


def assert_valid(found: FileRead) -> None:
    """Assert what is promised of any file."""
    assert all(
        sample.label and sample.strokes and all(is_ink(stroke) for stroke in sample.strokes)
        for sample in found.samples
    )
    assert all(sample.hz is None or sample.hz > 0 for sample in found.samples)
    assert (found.malformed > 0) == (found.first_malformed is not None)
