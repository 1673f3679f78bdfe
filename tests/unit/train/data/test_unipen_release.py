"""The UniPen release is read with its included files, and its writers are pseudonyms."""

from pathlib import Path

import pytest

pytest.importorskip("rich")
pytest.importorskip("uncompresspy")

from tests.unit.train.data.small_release import DIGITS, FILES, INK, archive_of, release_in
from train.data.download import unipen_release
from train.data.download.unipen_release import ReleaseError, Skipped, read_category


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return release_in(tmp_path)


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
