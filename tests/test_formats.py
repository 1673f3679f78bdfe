"""Handwriting in other people's formats is read whole; what cannot be read is counted and takes nothing else with it."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.rasterizer import Points
from tests.conftest import DATA, NO_DATA
from train.formats import FileRead, Sample, read_file

OWN = b'{"label": "7", "writer": "1f0c", "source": "unipen/aga", "hz": 200, "strokes": [[[0, 1], [2.5, 3]], [[4, 5]]]}\n'
RAW = (
    b'{"key_id": "5891796615823360", "word": "seven", "countrycode": "AE", "timestamp": "2017-03-01 20:41:36.70725 UTC", '
    b'"recognized": true, "drawing": [[[129.5, 128, 129], [64, 65, 66.25], [0, 12, 31]], [[5], [6], [70]]]}\n'
)
SIMPLIFIED = b'{"key_id": "1", "word": "cat", "countrycode": "FR", "recognized": false, "drawing": [[[0, 255], [255, 0]]]}\n'
UNIPEN = b"""\
.VERSION 1.0
.COMMENT free text, and so no keyword: .PEN_DOWN
 nor point 1 2
.COORD T X P Y
.HIERARCHY WORD CHARACTER
.WRITER_ID anna
.POINTS_PER_SECOND 100
.X_POINTS_PER_INCH 2540
.SEGMENT WORD 0-3 GOOD "no"
.SEGMENT CHARACTER 0 OK "n"
.SEGMENT CHARACTER 2-3 "o"
.START_BOX
.PEN_DOWN
0 10 500 20
10 11 500 21
.PEN_UP
20 12 0 22
.DT 100
.PEN_DOWN
30 13 500 23
40 14 500 24
50 15 500 25
.PEN_UP
.PEN_DOWN 60 16 500 26
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ink"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats") / "ink"


def read(file: Path, content: bytes) -> FileRead:
    file.write_bytes(content)
    return read_file(file)


def labels(found: FileRead) -> list[str]:
    return [sample.label for sample in found.samples]


def ink(sample: Sample) -> list[list[list[float]]]:
    return [stroke.tolist() for stroke in sample.strokes]


def flaws(found: FileRead) -> tuple[int, int | None]:
    return found.malformed, found.first_malformed


def unipen(*segments: str, pen: str = ".PEN_DOWN\n1 1\n2 2\n3 3\n.PEN_UP\n4 4\n5 5\n.PEN_DOWN\n6 6\n7 7\n") -> bytes:
    return "".join(f".SEGMENT {segment}\n" for segment in segments).encode() + pen.encode()


def xs(sample: Sample) -> list[list[float]]:
    return [stroke[:, 0].tolist() for stroke in sample.strokes]


def test_this_projects_own_lines(file: Path) -> None:
    found = read(file, OWN + b'\n{"label": "a", "strokes": [[], [[1, 1]]]}\n')
    assert flaws(found) == (0, None)
    seven, other = found.samples
    assert (seven.label, seven.writer, seven.hz) == ("7", "1f0c", 200)
    assert ink(seven) == [[[0, 1], [2.5, 3]], [[4, 5]]]
    assert (other.label, other.writer, other.hz, ink(other)) == ("a", "", None, [[[1, 1]]])


def test_quick_draw_raw_and_simplified(file: Path) -> None:
    seven, cat = read(file, RAW + SIMPLIFIED).samples
    assert (seven.label, seven.writer, seven.hz) == ("7", "", None)
    assert ink(seven) == [[[129.5, 64], [128, 65], [129, 66.25]], [[5, 6]]]
    assert (cat.label, ink(cat)) == ("cat", [[[0, 255], [255, 0]]])


def test_both_kinds_of_line_in_one_file(file: Path) -> None:
    found = read(file, b"\xef\xbb\xbf" + OWN + b"\r\n" + SIMPLIFIED + b'{"neither": 1}\n' + RAW)
    assert labels(found) == ["7", "cat", "7"]
    assert flaws(found) == (1, 4)


def test_unipen(file: Path) -> None:
    found = read(file, UNIPEN)
    assert flaws(found) == (0, None)
    assert labels(found) == ["no", "n", "o"]
    assert {(sample.writer, sample.hz) for sample in found.samples} == {("anna", 100)}
    assert ink(found.samples[0]) == [[[10, -20], [11, -21]], [[13, -23], [14, -24], [15, -25]], [[16, -26]]]
    assert ink(found.samples[1]) == [[[10, -20], [11, -21]]]


def test_points_are_finite_float32_in_rows_of_two(file: Path) -> None:
    for content in (OWN, RAW, SIMPLIFIED, UNIPEN):
        assert all(is_ink(stroke) for sample in read(file, content).samples for stroke in sample.strokes)


def is_ink(stroke: Points) -> bool:
    return stroke.dtype == np.float32 and stroke.ndim == 2 and stroke.shape[1] == 2 and len(stroke) > 0 and bool(np.isfinite(stroke).all())


@pytest.mark.parametrize("content", [OWN * 3, RAW + OWN, UNIPEN, UNIPEN.replace(b"\n", b"\r\n")])
def test_gzipped_or_not(file: Path, content: bytes) -> None:
    plain, packed = read(file, content), read(file, gzip.compress(content))
    assert flaws(packed) == (0, None)
    assert [(sample.label, ink(sample)) for sample in packed.samples] == [(sample.label, ink(sample)) for sample in plain.samples]


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
    found = read(file, unipen(f'DIGIT {delineation} ? "3"'))
    assert [xs(sample) for sample in found.samples] == [strokes]
    assert flaws(found) == (0, None)


@pytest.mark.parametrize(
    "delineation", ["3", "0-3", "1", "2-0", "0:3-2", "0-2:2", "0:2-0:1", "x", "-1", "0-", "0,", "0:1", "?", "9" * 99, "٠"]
)
def test_delineations_of_nothing_are_malformed(file: Path, delineation: str) -> None:
    found = read(file, unipen('DIGIT 0 ? "0"', f'DIGIT {delineation} ? "1"', 'DIGIT 2 ? "2"'))
    assert labels(found) == ["0", "2"]
    assert flaws(found) == (1, 2)


def test_components_are_counted_anew_in_each_set(file: Path) -> None:
    found = read(file, b'.START_SET a\n.SEGMENT D 0 ? "1"\n.PEN_DOWN\n1 1\n.START_SET b\n.PEN_DOWN\n2 2\n.SEGMENT D 0 ? "2"\n')
    assert [(sample.label, xs(sample)) for sample in found.samples] == [("1", [[1]]), ("2", [[2]])]


def test_labels_in_quotes(file: Path) -> None:
    names = ['"\\""', '"\\\\"', '"two\n words"', '"\\ "', '"é"', '""', ""]
    found = read(file, unipen(*(f"WORD 0 ? {name}" for name in names)))
    assert labels(found) == ['"', "\\", "two words", " ", "é"]
    assert flaws(found) == (0, None)


def test_writers_and_rates_are_those_of_the_ink(file: Path) -> None:
    header = '.SEGMENT D 0 ? "1"\n.SEGMENT D 1 ? "2"\n'
    pens = ".WRITER_ID a\n.POINTS_PER_SECOND 100\n.PEN_DOWN\n1 1\n.WRITER_ID b\n.POINTS_PER_SECOND ?\n.PEN_DOWN\n1 1\n"
    assert [(sample.writer, sample.hz) for sample in read(file, (header + pens).encode()).samples] == [("a", 100), ("b", None)]


def test_several_points_in_a_row(file: Path) -> None:
    found = read(file, unipen('D 0 ? "1"', pen=".COORD Y X\n.PEN_DOWN 10 1 20 2\n30 3\n"))
    assert [ink(sample) for sample in found.samples] == [[[[1, -10], [2, -20], [3, -30]]]]


def test_no_file_reads_another(file: Path) -> None:
    secret = file.with_name("secret")
    secret.write_bytes(unipen('D 0 ? "8"'))
    assert read(file, f".INCLUDE {secret}\n.INCLUDE secret\n".encode()) == FileRead([], 0, None)
    assert labels(read(file, b".INCLUDE secret\n" + unipen('D 0 ? "1"'))) == ["1"]


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
def test_a_malformed_line_takes_no_other_with_it(file: Path, line: bytes) -> None:
    found = read(file, OWN + line + b"\n" + SIMPLIFIED)
    assert labels(found) == ["7", "cat"]
    assert flaws(found) == (1, 2)


@pytest.mark.parametrize("row", ["x y", "1", "1 2 3", "nan 1", "1 inf", "1e300 1", "\0", "1 \xff"])
def test_a_malformed_row_takes_only_its_own_segment_with_it(file: Path, row: str) -> None:
    pen = f".PEN_DOWN\n1 1\n.PEN_DOWN\n2 2\n{row}\n2 2\n.PEN_DOWN\n3 3\n"
    found = read(file, unipen('D 0 ? "1"', 'D 1 ? "2"', 'D 2 ? "3"', pen=pen))
    assert [(sample.label, xs(sample)) for sample in found.samples] == [("1", [[1]]), ("3", [[3]])]
    assert flaws(found) == (1, 8)


@pytest.mark.parametrize(
    "segment",
    [b'D 1 ? "2', b'D 1 ? "\xff"', b'D 1 OK GOOD "2"', b'D "2"', b'D 1 ? "2" 3', b"", b"D 1" + b" " * 100_000 + b"?" * 3 + b' 2"'],
)
def test_a_malformed_segment_takes_no_other_with_it(file: Path, segment: bytes) -> None:
    found = read(file, unipen('D 0 ? "1"') + b".SEGMENT " + segment + b"\n" + unipen('D 2 ? "3"', pen=""))
    assert labels(found) == ["1", "3"]
    assert flaws(found) == (1, 12)


def test_coordinates_without_x_and_y(file: Path) -> None:
    for declared in (".COORD T P", ".COORD"):
        found = read(file, unipen('D 0 ? "1"', pen=f"{declared}\n.PEN_DOWN\n1 1\n\n2 2\n.PEN_UP\n"))
        assert (found.samples, flaws(found)) == ([], (2, 4))


def test_a_truncated_gzip_gives_what_came_before(file: Path) -> None:
    rng = np.random.default_rng(5)  # so that gzip finds little to say in short
    lines = [json.dumps({"label": str(n), "strokes": [rng.random((20, 2)).tolist()]}) for n in range(300)]
    whole = gzip.compress("\n".join(lines).encode())
    found = read(file, whole[: len(whole) // 2])
    assert 50 < len(found.samples) < 250
    assert labels(found) == [str(n) for n in range(len(found.samples))]
    assert flaws(found) == (1, len(found.samples) + 1)
    assert flaws(read(file, whole[:-4] + b"oops")) == (1, 300)

    strokes = [f'.SEGMENT D {n} ? "{n}"\n.PEN_DOWN\n' + "".join(f"{x:.9f} {y:.9f}\n" for x, y in rng.random((20, 2))) for n in range(300)]
    whole = gzip.compress("".join(strokes).encode())
    found = read(file, whole[: len(whole) // 2])
    assert 50 < len(found.samples) < 250
    assert {len(stroke) for sample in found.samples for stroke in sample.strokes} == {20}
    assert found.malformed == 1
    assert flaws(read(file, gzip.compress(b".COMMENT a\nb\n")[:-8])) == (1, 3)


def test_what_is_no_handwriting_is_all_malformed(file: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\n\n\xff"
    assert read(file, picture) == FileRead([], 4, 1)
    assert read(file, gzip.compress(picture)) == FileRead([], 4, 1)
    assert read(file, b"\x1f\x8b\x63 no gzip") == FileRead([], 1, 1)
    assert read(file, b"") == read(file, b"\n \n") == FileRead([], 0, None)


def test_no_file_is_an_error(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(file)


@settings(deadline=None, max_examples=150)
@given(content=st.binary(max_size=300), prefix=st.sampled_from([b"", b"{", b".PEN_DOWN", b"\x1f\x8b\x08", OWN, UNIPEN]))
def test_random_bytes_never_raise(scratch: Path, content: bytes, prefix: bytes) -> None:
    holds(read(scratch, prefix + content))


@settings(deadline=None, max_examples=300)
@given(
    content=st.sampled_from([OWN + RAW + SIMPLIFIED, RAW + OWN, UNIPEN, unipen('D 0:1-2:0 ? "1"', 'D 1-2 OK "2"')]),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 8), st.binary(max_size=4)), max_size=8),
    packed=st.sampled_from(["no", "before", "after"]),
)
def test_damaged_files_never_raise(scratch: Path, content: bytes, changes: list[tuple[int, int, bytes]], packed: str) -> None:
    content = gzip.compress(content) if packed == "before" else content
    for place, removed, inserted in changes:
        start = place % len(content) if content else 0
        content = content[:start] + inserted + content[start + removed :]
    holds(read(scratch, gzip.compress(content) if packed == "after" else content))


def holds(found: FileRead) -> None:
    """What is promised of any file."""
    assert all(sample.label and sample.strokes and all(is_ink(stroke) for stroke in sample.strokes) for sample in found.samples)
    assert all(sample.hz is None or sample.hz > 0 for sample in found.samples)
    assert (found.malformed > 0) == (found.first_malformed is not None)


def test_the_published_pendigits_are_the_prepared_ones() -> None:
    published = DATA / "raw" / "pendigits-orig.tra.gz"
    prepared = [DATA / f"pendigits.{split}.ndjson.gz" for split in ("train", "val")]
    if not all(path.exists() for path in (published, *prepared)):
        pytest.skip(NO_DATA)
    found = read_file(published)
    assert flaws(found) == (0, None)
    # They were divided by writer, and kept in order: each published sample is the next of the one file or the other.
    files = [read_file(path) for path in prepared]
    assert sum((Counter(labels(one)) for one in files), Counter()) == Counter(labels(found))
    rest = [one.samples[::-1] for one in files]
    for sample in found.samples:
        candidates = [samples for samples in rest if samples and is_rounded(sample, samples[-1])]
        assert candidates, f"a {sample.label} is in neither file, {[len(samples) for samples in rest]} samples before their ends"
        candidates[0].pop()
    assert rest == [[], []]
    assert len(found.samples) == 7494


def is_rounded(sample: Sample, prepared: Sample) -> bool:
    """Whether the prepared sample is this one, moved and scaled so that its bounding box's longer side is 1000."""
    if sample.label != prepared.label or [len(stroke) for stroke in sample.strokes] != [len(stroke) for stroke in prepared.strokes]:
        return False
    points = np.concatenate(sample.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(np.abs((points - low) * 1000 / (high - low).max() - np.concatenate(prepared.strokes)).max() <= 1)
