"""The UniPen release is read with its included files; the whole command, on made-up sources."""

import gzip
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rich")
pytest.importorskip("uncompresspy")

from tests.unit.train.data.publisher import Publisher, publishing
from tests.unit.train.data.test_convert import COMPRESSED, TEXT
from train.data.dataset import read_mnist, read_split
from train.data.download import __main__ as command
from train.data.download import convert, unipen_release
from train.data.download.unipen_release import ReleaseError, Skipped, read_category

HEADER = """\
.VERSION 1.0
.COMMENT anything: .PEN_DOWN
.COORD X Y
.HIERARCHY TEXT CHARACTER
.X_POINTS_PER_INCH 145
.POINTS_PER_SECOND 60
"""
# Six components, the third of them pen-up; an empty one does not count.
INK = """\

.WRITER_ID Ada_Example
.STYLE PRINTED
.SEGMENT TEXT 0-5 ? "7"
.PEN_DOWN
\t0\t10
\t0\t0
.PEN_UP
.PEN_DOWN
\t5\t10
\t10\t0
.PEN_UP
1 1
.PEN_DOWN
20 0
21 1
22 2
23 3
.PEN_DOWN
30 0
.PEN_DOWN
40 0
40 5"""  # the last line does not end
DIGITS = """\
.VERSION 1.0
.INCLUDE abc/abc.doc
.INCLUDE abc/data/one.dat
.SEGMENT CHARACTER 0-1 ? "4"
.SEGMENT CHARACTER 3-5:0 ? "8"
.SEGMENT CHARACTER 1:1-3:1,5 OK "2"
.SEGMENT CHARACTER 4 ? "10"
.SEGMENT CHARACTER 9 ? "9"
"""
FILES = {
    "include/abc/abc.doc": HEADER,
    "include/abc/data/one.dat": INK,
    "include/xyz/nested.dat": ".INCLUDE abc/abc.doc\n.INCLUDE abc/data/one.dat\n",
    "include/xyz/anonymous.dat": ".PEN_DOWN\n1 1\n2 2\n",
    "data/1a/abc/one.dat": DIGITS,
    "data/1a/xyz/sub/nested.dat": '.INCLUDE xyz/nested.dat\n.SEGMENT CHARACTER 4 ? "1"\n',
    "data/1a/xyz/sub/unnamed.dat": '.INCLUDE xyz/anonymous.dat\n.SEGMENT CHARACTER 0 ? "7"\n',
    "data/1b/abc/upper.dat": DIGITS.replace('"4"', '"M"'),
    "data/1c/abc/lower.dat": DIGITS.replace('"4"', '"w"'),
    "data/1d/abc/symbol.dat": DIGITS.replace('"4"', '"#"'),
    "data/8/abc/text.dat": DIGITS,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A release in small."""
    root = tmp_path / "unipen" / "CDROM" / unipen_release.RELEASE
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def archive_of(root: Path, **more: bytes) -> bytes:
    """The release's archive, with more members."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        tar.add(root.parents[1], "unipen")
        for name, data in more.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return content.getvalue()


def read(root: Path, category: str = "1a") -> tuple[dict[str, list[list[float]]], Skipped]:
    """The x coordinates of each stroke by "contributor label", and what was left out."""
    skipped = Skipped()
    found = {}
    for sample, source in read_category(root, category, skipped):
        name = f"{source.removeprefix('unipen/')} {sample.label}"
        assert name not in found
        found[name] = [stroke[:, 0].tolist() for stroke in sample.strokes]
    return found, skipped


def test_segments_are_read_with_the_ink_that_they_include(root: Path) -> None:
    found, skipped = read(root)
    assert found == {
        "abc 4": [[0, 0], [5, 10]],
        "abc 8": [[20, 21, 22, 23], [30], [40]],
        "abc 2": [[10], [20, 21], [40, 40]],
        "xyz 1": [[30]],
        "xyz 7": [[1, 2]],
    }
    assert skipped.files == []
    assert skipped.lines == 1, "component 9 does not exist"


def test_y_grows_downwards_and_the_header_gives_the_rate(root: Path) -> None:
    four = next(sample for sample, _ in read_category(root, "1a", Skipped()))
    assert four.strokes[0].tolist() == [[0, -10], [0, 0]]
    assert four.hz == 60


def test_writers_are_pseudonyms_and_one_person_is_one_writer(root: Path) -> None:
    writers = {
        (category, source, sample.label): sample.writer
        for category in ("1a", "1b")
        for sample, source in read_category(root, category, Skipped())
    }
    assert not any("Ada" in writer for writer in writers.values())
    ada = {writer for (_, _, label), writer in writers.items() if label != "7"}
    assert len(ada) == 1, "of two contributors, in two categories"
    assert writers["1a", "unipen/xyz", "7"] not in ada, "unnamed writers are not Ada"


@pytest.mark.parametrize(
    "name", ["abc/missing.dat", "../../../outside.dat", "/etc/hostname", "abc", "loop.dat"]
)
def test_a_file_that_cannot_be_included_leaves_out_one_file(root: Path, name: str) -> None:
    (root.parents[1] / "outside.dat").write_text(INK)
    (root / "include" / "loop.dat").write_text(".INCLUDE loop.dat\n")
    (root / "data/1a/abc/two.dat").write_text(f".INCLUDE {name}\n{DIGITS}")
    found, skipped = read(root)
    assert len(found) == 5
    assert skipped.files == ["data/1a/abc/two.dat"]


def test_only_what_is_needed_is_extracted(root: Path, tmp_path: Path) -> None:
    archive = tmp_path / "release.tgz"
    archive.write_bytes(archive_of(root, **{"unipen/CDROM/README": b"about"}))
    extracted = unipen_release.extract(archive, tmp_path / "extracted")
    names = [str(path.relative_to(extracted)) for path in extracted.rglob("*") if path.is_file()]
    assert sorted(names) == sorted(name for name in FILES if not name.startswith("data/8"))
    assert not (tmp_path / "extracted/unipen/CDROM/README").exists()


def test_an_archive_that_is_no_release_is_refused(root: Path, tmp_path: Path) -> None:
    archive = tmp_path / "release.tgz"
    whole = archive_of(root)
    escaping = f"x/{unipen_release.RELEASE}/include/../../../../escaped"
    for content in (b"", b"<html>", whole[: len(whole) // 2], archive_of(root, **{escaping: b""})):
        archive.write_bytes(content)
        with pytest.raises(ReleaseError, match=r"release\.tgz"):
            unipen_release.extract(archive, tmp_path / "extracted")
    assert not list(tmp_path.rglob("escaped"))
    with pytest.raises(ReleaseError, match="1z"):
        list(read_category(root, "1z", Skipped()))


@pytest.fixture
def publisher(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """Publishes all three sources in small, and makes the command read them there."""
    pictures = io.BytesIO()
    np.savez(
        pictures,
        x_train=np.zeros((24, 28, 28), np.uint8),
        y_train=np.zeros(24, np.uint8),
        x_test=np.zeros((3, 28, 28), np.uint8),
        y_test=np.zeros(3, np.uint8),
    )
    digits = io.BytesIO()
    with zipfile.ZipFile(digits, "w") as archive:
        archive.writestr(convert.PENDIGITS_MEMBER, COMPRESSED)
    monkeypatch.setattr(convert, "PENDIGITS_SHA256", hashlib.sha256(TEXT).hexdigest())
    with publishing() as running:
        published = {"MNIST": pictures.getvalue(), "PENDIGITS": digits.getvalue()}
        for name, content in (published | {"UNIPEN": archive_of(root)}).items():
            running.files[f"/{name}"] = content
            source = replace(
                getattr(command, name),
                url=f"{running.address}/{name}",
                checksum=f"sha256:{hashlib.sha256(content).hexdigest()}",
            )
            monkeypatch.setattr(command, name, source)
        yield running


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> None:
    monkeypatch.setattr("sys.argv", ["download", "--to", str(folder), *options])
    command.main()


def test_the_command_makes_a_data_folder(
    publisher: Publisher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    run(monkeypatch, data)
    said, drawn = capfd.readouterr()
    assert "doi 10.5281/zenodo.1195803" in said, "the licences ask for it"
    assert drawn == "", "there is no progress bar without a terminal"
    names = ["pendigits", *unipen_release.CATEGORIES.values()]
    files = {path.name for name in names for path in convert.outputs(data, name)}
    assert {path.name for path in data.iterdir()} == files | {"mnist.npz", "checksums.json", "raw"}
    train, val = read_split(data, "train"), read_split(data, "val")
    assert sorted(train) == sorted(val) == sorted(names)
    labels = {name: {one.label for one in (*train[name], *val[name])} for name in names}
    assert labels["unipen-digits"] == {"1", "2", "4", "7", "8"}
    assert labels["unipen-upper"] == {"M", "2", "8"}
    assert labels["unipen-symbols"] == {"#", "2", "8"}
    assert labels["pendigits"] == {"8", "4"}
    assert len(read_mnist(data)[2].targets) == 3
    for path in (data / name for name in files):
        assert "Ada" not in gzip.decompress(path.read_bytes()).decode()

    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    asked = len(publisher.requests)
    run(monkeypatch, data)
    assert len(publisher.requests) == asked, "all is there"
    (data / "unipen-upper.val.ndjson.gz").unlink()
    run(monkeypatch, data, "--only", "unipen")
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_the_command_ends_with_the_reason(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del publisher.files["/PENDIGITS"]
    with pytest.raises(SystemExit, match=re.escape(f"{publisher.address}/PENDIGITS: the server")):
        run(monkeypatch, tmp_path / "data", "--only", "pendigits")
    publisher.files["/UNIPEN"] += b"more"
    with pytest.raises(SystemExit, match="expected"):
        run(monkeypatch, tmp_path / "data", "--only", "unipen")
    assert not list((tmp_path / "data").rglob("*.*"))
