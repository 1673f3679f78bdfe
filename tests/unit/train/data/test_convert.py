"""Published pen digits become the data folder's files, the same in every run, split by writer."""

import base64
import gzip
import hashlib
import json
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("uncompresspy")

from tests.support.files import DATA, NO_DATA
from train.data.dataset import read_ink, read_split
from train.data.download import convert
from train.data.download.convert import ConversionError
from train.data.sample import Sample

# Two samples in UCI's format, and what `compress` makes of them.
TEXT = b"""\
.INCLUDE        dene.doc

.LEXICON "0" "1"
.HIERARCHY      DIGIT

.SEGMENT DIGIT    0 ? "8"
.COMMENT 8 12  224
.PEN_DOWN
 267  333
 267  336
 264  344
.PEN_UP
.DT 100

.SEGMENT DIGIT    1-2 ? "4"
.COMMENT 4 9  1
.PEN_DOWN
 10  10
 20  30
.PEN_UP
.DT 100
.PEN_DOWN
 15  20
.PEN_UP
.DT 100
"""
COMPRESSED = base64.b85decode(
    "ADxgck~kT{qzaKDAQCD}NT!UNGA_ux8KXdf3noRdBpLF=2?!A|M0|`P!XlC+MWh6gG6YGMg$aoyIg*4*MHf?w9BER-"
    "2^A1BY5r6Q1H_MyI7+(U*o3D~5I8`@kdaV^3>p@p^!!5P$rUFGK*+FhBjJp*VaJvQan?p!8#K()!0JM)lP^`ESS0c@"
    "1`HTCbMEZ<Gic3)F<MYPDuRYmrcQsx&5<xh)~#K?hV@$+u-Kw(0oUD{cW>Xnm+xi<E44;d(RT6bb-`CEY5"
)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def pen_sample(label: str, writer: str, *strokes: list[list[float]]) -> Sample:
    return Sample(label, writer, tuple(np.array(stroke, np.float32) for stroke in strokes), 100)


def archive_of(folder: Path, member: bytes, name: str = convert.PENDIGITS_MEMBER) -> Path:
    path = folder / "pendigits.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pendigits.names", b"about")
        archive.writestr(name, member)
    return path


def test_the_published_pendigits_become_the_prepared_ones() -> None:
    published = DATA / "raw" / "pendigits-orig.tra.gz"
    prepared = [DATA / f"pendigits.{split}.ndjson.gz" for split in ("train", "val")]
    if not all(path.exists() for path in (published, *prepared)):
        pytest.skip(NO_DATA)
    content = gzip.decompress(published.read_bytes())
    assert hashlib.sha256(content).hexdigest() == convert.PENDIGITS_SHA256
    # The prepared files are split by another rule; within a writer they keep the published order.
    expected = defaultdict(list)
    for path in prepared:
        for line in lines_of(path):
            expected[line["writer"]].append(line)
    found = convert.parse_pendigits(content)
    assert len(found) == 7494
    largest, identical = 0, 0
    for sample, source in found:
        line = expected[sample.writer].pop(0)
        described = (sample.label, source, sample.hz)
        assert described == (line["label"], line["source"], line["hz"])
        strokes = convert.scaled(sample.strokes)
        assert [len(stroke) for stroke in strokes] == [len(stroke) for stroke in line["strokes"]]
        difference = np.abs(np.concatenate(strokes) - np.concatenate(line["strokes"])).max()
        largest, identical = max(largest, int(difference)), identical + (difference == 0)
    assert not any(expected.values()), "each prepared sample was found"
    assert largest <= 1, "halves may be rounded up or down"
    assert identical > 0.99 * len(found)


def test_the_whole_published_file_is_split_by_writer(tmp_path: Path) -> None:
    published = DATA / "raw" / "pendigits-orig.tra.gz"
    if not published.exists():
        pytest.skip(NO_DATA)
    samples = convert.parse_pendigits(gzip.decompress(published.read_bytes()))
    said = convert.write_splits(samples, tmp_path, "pendigits")
    assert said == (
        "pendigits: 6744 samples of 27 writers to train, 750 samples of 3 writers to val"
    )
    train, val = (read_split(tmp_path, split)["pendigits"] for split in ("train", "val"))
    assert not {sample.writer for sample in train} & {sample.writer for sample in val}
    assert {sample.target for sample in val} == set(range(10))


def test_compressed_pendigits_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "PENDIGITS_SHA256", hashlib.sha256(TEXT).hexdigest())
    eight, four = convert.read_pendigits(archive_of(tmp_path, COMPRESSED))
    assert eight[1] == four[1] == "uci/pendigits"
    assert (eight[0].label, eight[0].writer, eight[0].hz) == ("8", "pendigits-train-12", 100)
    assert (four[0].label, four[0].writer, four[0].hz) == ("4", "pendigits-train-9", 100)
    assert convert.scaled(eight[0].strokes) == [[[273, 1000], [273, 727], [0, 0]]]
    assert convert.scaled(four[0].strokes) == [[[0, 1000], [500, 0]], [[250, 500]]]


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=hashlib.sha256(TEXT).hexdigest()):
        convert.read_pendigits(archive_of(tmp_path, COMPRESSED))
    with pytest.raises(ConversionError, match=convert.PENDIGITS_MEMBER):
        convert.read_pendigits(archive_of(tmp_path, COMPRESSED, "another"))
    with pytest.raises(ConversionError, match="pendigits"):
        convert.read_pendigits(archive_of(tmp_path, b"not compressed"))
    (tmp_path / "pendigits.zip").write_bytes(b"no archive")
    with pytest.raises(ConversionError, match=r"pendigits\.zip"):
        convert.read_pendigits(tmp_path / "pendigits.zip")


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (b".COMMENT 8 12  224\n", b""),
        (b".COMMENT 8 12  224\n", b".COMMENT 7 12  224\n"),
        (b" 267  336\n", b" 267  x\n"),
        (b'1-2 ? "4"', b'1-3 ? "4"'),
    ],
)
def test_segments_without_their_writers_are_refused(found: bytes, instead: bytes) -> None:
    assert found in TEXT
    with pytest.raises(ConversionError, match="malformed lines"):
        convert.parse_pendigits(TEXT.replace(found, instead, 1))


def test_a_writer_has_one_split_everywhere() -> None:
    # Downloads of another year must be split in the same way.
    assert [convert.split_of(f"pendigits-train-{writer}") for writer in (12, 13, 16, 23)] == [
        "train",
        "val",
        "val",
        "val",
    ]
    share = np.mean([convert.split_of(f"writer {number}") == "val" for number in range(20_000)])
    assert share == pytest.approx(convert.VAL_SHARE, abs=0.01)


def test_the_files_are_the_same_in_every_run_and_read_as_training_data(tmp_path: Path) -> None:
    samples = [
        (pen_sample(str(number % 10), f"writer {number % 40}", [[0, 0], [3, number]]), "made/up")
        for number in range(80)
    ]
    written = []
    for run in ("first", "second"):
        (tmp_path / run).mkdir()
        convert.write_splits(samples, tmp_path / run, "digits")
        paths = convert.outputs(tmp_path / run, "digits")
        assert sorted((tmp_path / run).iterdir()) == sorted(paths)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    train, val = (read_ink(path) for path in convert.outputs(tmp_path / "first", "digits"))
    assert len(train) + len(val) == 80
    assert not {sample.writer for sample in train} & {sample.writer for sample in val}
    assert all(sample.target == int(sample.label) for sample in (*train, *val))


def test_a_sample_is_scaled_to_its_longer_side(tmp_path: Path) -> None:
    wide = pen_sample("1", "writer 0", [[-5, 7], [15, 12]], [[5, 9.5]])
    unknown_rate = Sample("1", "writer 0", (np.array([[4, 4]], np.float32),), None)
    convert.write_splits([(wide, "made/up"), (unknown_rate, "made/up")], tmp_path, "digits")
    first, dot = lines_of(tmp_path / f"digits.{convert.split_of('writer 0')}.ndjson.gz")
    assert first == {
        "label": "1",
        "writer": "writer 0",
        "source": "made/up",
        "hz": 100.0,
        "strokes": [[[0, 0], [1000, 250]], [[500, 125]]],
    }
    assert dot["strokes"] == [[[0, 0]]]
    assert "hz" not in dot
