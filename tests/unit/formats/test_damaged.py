"""Damaged files open or are refused in words, whatever the damage; and files beyond the limits."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.errors import InkFileError
from realtime.formats.reading import read_ink
from realtime.setting_groups import InkFileLimits
from tests.support.files import INK_FILES, RECORDINGS

FILES = [*sorted(INK_FILES.iterdir()), RECORDINGS[0]]
PARTS = [b"", b"\0", b"\xff", b"\xef\xbb\xbf", b'"', b"<", b">", b",", b"[", b"}", b"-", b"9e99"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "file"


def problem(path: Path, limits: InkFileLimits | None = None) -> str | None:
    """What is said of a file; None where it opens."""
    try:
        read_ink(path, limits)
    except InkFileError as error:
        return str(error)
    return None


@settings(deadline=None, max_examples=300)
@given(
    content=st.sampled_from([path.read_bytes() for path in FILES]),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 8), st.sampled_from(PARTS)), max_size=6
    ),
    packed=st.booleans(),
)
def test_damage_is_named_and_never_a_traceback(
    file: Path, content: bytes, changes: list[tuple[int, int, bytes]], packed: bool
) -> None:
    for place, removed, inserted in changes:
        start = place % max(len(content), 1)
        content = content[:start] + inserted + content[start + removed :]
    file.write_bytes(gzip.compress(content, 1) if packed else content)
    said = problem(file)
    assert said is None or said.startswith(f"{file}: ")


@settings(deadline=None, max_examples=100)
@given(
    content=st.binary(max_size=200),
    prefix=st.sampled_from([b"", b"{", b"<ink>", b"[", b".PEN_DOWN ", b"\x1f\x8b", b"SQLite"]),
)
def test_any_bytes_are_ink_or_refused_in_words(file: Path, content: bytes, prefix: bytes) -> None:
    file.write_bytes(prefix + content)
    said = problem(file)
    assert said is None or said.startswith(f"{file}: ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_cut_short_is_refused(file: Path, path: Path) -> None:
    content = path.read_bytes().rstrip()
    file.write_bytes(gzip.compress(content)[:-9])
    assert "is a gzip that is cut short or broken" in (problem(file) or "")
    if path.suffix != ".unp":  # which has no end
        file.write_bytes(content[:-2])
        assert "cut short" in (problem(file) or "")


def test_what_is_no_file(tmp_path: Path) -> None:
    assert problem(tmp_path) == f"{tmp_path}: is a folder; name the files in it"
    assert problem(tmp_path / "x") == f"{tmp_path / 'x'}: there is no such file"
    os.mkfifo(tmp_path / "pipe")
    assert problem(tmp_path / "pipe") == f"{tmp_path / 'pipe'}: is no regular file"


def test_limits_are_named_with_their_settings(file: Path) -> None:
    file.write_bytes((INK_FILES / "expression.inkml").read_bytes())
    for limits, said, setting in (
        (InkFileLimits(file_bytes=100), "more than 100 bytes (INK_FILE_BYTES)", "file_bytes"),
        (InkFileLimits(file_points=30), "more than 30 points (INK_FILE_POINTS)", "file_points"),
        (InkFileLimits(file_strokes=8), "more than 8 strokes (INK_FILE_STROKES)", "file_strokes"),
    ):
        with pytest.raises(InkFileError) as caught:
            read_ink(file, limits)
        assert said in str(caught.value)
        assert caught.value.setting == setting
        assert caught.value.limit in (100, 30, 8)
    assert 'line 37, <trace id="8">: more' in (problem(file, InkFileLimits(file_strokes=8)) or "")
    assert problem(file, InkFileLimits(file_strokes=9)) is None


def test_a_gzip_is_inflated_no_further_than_the_limit(file: Path) -> None:
    file.write_bytes(gzip.compress(b" " * 50_000_000))
    assert file.stat().st_size < 100_000
    said = problem(file, InkFileLimits(file_bytes=100_000)) or ""
    assert "more than 100000 bytes" in said
