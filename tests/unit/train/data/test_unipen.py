"""Tests of reading the UNIPEN format."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.support.files import DATA, NO_DATA
from tests.support.handwriting import (
    UNIPEN_FILE,
    labels,
    malformed_lines,
    read_content,
    stroke_lists,
    unipen_content,
    x_coordinates,
)
from train.data.formats import FileRead, read_file
from train.data.sample import Sample


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ink"


def test_unipen(file: Path) -> None:
    found = read_content(file, UNIPEN_FILE)
    assert malformed_lines(found) == (0, None)
    assert labels(found) == ["no", "n", "o"]
    assert {(sample.writer, sample.hz) for sample in found.samples} == {("anna", 100)}
    assert stroke_lists(found.samples[0]) == [
        [[10, -20], [11, -21]],
        [[13, -23], [14, -24], [15, -25]],
        [[16, -26]],
    ]
    assert stroke_lists(found.samples[1]) == [[[10, -20], [11, -21]]]


@pytest.mark.parametrize(
    ("delineation", "strokes"),
    [
        ("0", [[1, 2, 3]]),
        ("0-2", [[1, 2, 3], [6, 7]]),
        ("2,0-1", [[6, 7], [1, 2, 3]]),
        ("0:1-2:0", [[2, 3], [6]]),
        ("0:1-0:1", [[2]]),
        ("0-0:1,2:1-2", [[1, 2], [7]]),
    ],
)
def test_delineations(file: Path, delineation: str, strokes: list[list[float]]) -> None:
    found = read_content(file, unipen_content(f'DIGIT {delineation} ? "3"'))
    assert [x_coordinates(sample) for sample in found.samples] == [strokes]
    assert malformed_lines(found) == (0, None)


@pytest.mark.parametrize(
    "delineation",
    [
        "3",
        "0-3",
        "1",
        "2-0",
        "0:3-2",
        "0-2:2",
        "0:2-0:1",
        "x",
        "-1",
        "0-",
        "0,",
        "0:1",
        "?",
        "9" * 99,
        "٠",
    ],
)
def test_delineations_of_nothing_are_malformed(file: Path, delineation: str) -> None:
    found = read_content(
        file, unipen_content('DIGIT 0 ? "0"', f'DIGIT {delineation} ? "1"', 'DIGIT 2 ? "2"')
    )
    assert labels(found) == ["0", "2"]
    assert malformed_lines(found) == (1, 2)


def test_components_are_counted_anew_in_each_set(file: Path) -> None:
    found = read_content(
        file,
        b'.START_SET a\n.SEGMENT D 0 ? "1"\n.PEN_DOWN\n1 1\n'
        b'.START_SET b\n.PEN_DOWN\n2 2\n.SEGMENT D 0 ? "2"\n',
    )
    assert [(sample.label, x_coordinates(sample)) for sample in found.samples] == [
        ("1", [[1]]),
        ("2", [[2]]),
    ]


def test_labels_in_quotes(file: Path) -> None:
    names = ['"\\""', '"\\\\"', '"two\n words"', '"\\ "', '"é"', '""', ""]
    found = read_content(file, unipen_content(*(f"WORD 0 ? {name}" for name in names)))
    assert labels(found) == ['"', "\\", "two words", " ", "é"]
    assert malformed_lines(found) == (0, None)


def test_writers_and_rates_are_those_of_the_ink(file: Path) -> None:
    header = '.SEGMENT D 0 ? "1"\n.SEGMENT D 1 ? "2"\n'
    pens = (
        ".WRITER_ID a\n.POINTS_PER_SECOND 100\n.PEN_DOWN\n1 1\n"
        ".WRITER_ID b\n.POINTS_PER_SECOND ?\n.PEN_DOWN\n1 1\n"
    )
    assert [
        (sample.writer, sample.hz)
        for sample in read_content(file, (header + pens).encode()).samples
    ] == [("a", 100), ("b", None)]


def test_several_points_in_a_row(file: Path) -> None:
    found = read_content(
        file, unipen_content('D 0 ? "1"', pen=".COORD Y X\n.PEN_DOWN 10 1 20 2\n30 3\n")
    )
    assert [stroke_lists(sample) for sample in found.samples] == [[[[1, -10], [2, -20], [3, -30]]]]


def test_no_file_reads_another(file: Path) -> None:
    secret = file.with_name("secret")
    secret.write_bytes(unipen_content('D 0 ? "8"'))
    assert read_content(file, f".INCLUDE {secret}\n.INCLUDE secret\n".encode()) == FileRead(
        [], 0, None
    )
    assert labels(read_content(file, b".INCLUDE secret\n" + unipen_content('D 0 ? "1"'))) == ["1"]


@pytest.mark.parametrize("row", ["x y", "1", "1 2 3", "nan 1", "1 inf", "1e300 1", "\0", "1 \xff"])
def test_a_malformed_row_spoils_only_its_own_segment(file: Path, row: str) -> None:
    pen = f".PEN_DOWN\n1 1\n.PEN_DOWN\n2 2\n{row}\n2 2\n.PEN_DOWN\n3 3\n"
    found = read_content(file, unipen_content('D 0 ? "1"', 'D 1 ? "2"', 'D 2 ? "3"', pen=pen))
    assert [(sample.label, x_coordinates(sample)) for sample in found.samples] == [
        ("1", [[1]]),
        ("3", [[3]]),
    ]
    assert malformed_lines(found) == (1, 8)


@pytest.mark.parametrize(
    "segment",
    [
        b'D 1 ? "2',
        b'D 1 ? "\xff"',
        b'D 1 OK GOOD "2"',
        b'D "2"',
        b'D 1 ? "2" 3',
        b"",
        b"D 1" + b" " * 100_000 + b"?" * 3 + b' 2"',
    ],
)
def test_a_malformed_segment_spoils_no_other(file: Path, segment: bytes) -> None:
    found = read_content(
        file,
        unipen_content('D 0 ? "1"')
        + b".SEGMENT "
        + segment
        + b"\n"
        + unipen_content('D 2 ? "3"', pen=""),
    )
    assert labels(found) == ["1", "3"]
    assert malformed_lines(found) == (1, 12)


def test_coordinates_without_x_and_y(file: Path) -> None:
    for declared in (".COORD T P", ".COORD"):
        found = read_content(
            file, unipen_content('D 0 ? "1"', pen=f"{declared}\n.PEN_DOWN\n1 1\n\n2 2\n.PEN_UP\n")
        )
        assert (found.samples, malformed_lines(found)) == ([], (2, 4))


def test_the_published_pendigits_are_the_prepared_ones() -> None:
    published = DATA / "raw" / "pendigits-orig.tra.gz"
    prepared = [DATA / f"pendigits.{split}.ndjson.gz" for split in ("train", "val")]
    if not all(path.exists() for path in (published, *prepared)):
        pytest.skip(NO_DATA)
    found = read_file(published)
    assert malformed_lines(found) == (0, None)
    # The prepared files are split by writer and keep the order, so that each published sample is
    # the next of one of them.
    files = [read_file(path) for path in prepared]
    assert sum((Counter(labels(one)) for one in files), Counter()) == Counter(labels(found))
    rest = [one.samples[::-1] for one in files]
    for sample in found.samples:
        candidates = [samples for samples in rest if samples and is_rounded(sample, samples[-1])]
        assert candidates, (
            f"a {sample.label} is in neither file, "
            f"{[len(samples) for samples in rest]} samples before their ends"
        )
        candidates[0].pop()
    assert rest == [[], []]
    assert len(found.samples) == 7494


def is_rounded(sample: Sample, prepared: Sample) -> bool:
    """Whether the prepared sample is this one, scaled to a bounding box of side 1000."""
    if sample.label != prepared.label or [len(stroke) for stroke in sample.strokes] != [
        len(stroke) for stroke in prepared.strokes
    ]:
        return False
    points = np.concatenate(sample.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(
        np.abs((points - low) * 1000 / (high - low).max() - np.concatenate(prepared.strokes)).max()
        <= 1
    )
