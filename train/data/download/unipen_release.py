"""A reader of the UniPen release train_r01_v07: categories, contributors, included files.

`data/CATEGORY/CONTRIBUTOR/…` holds the `.SEGMENT` statements, and `include/CONTRIBUTOR/…` the ink
and the documentation that those files `.INCLUDE`, some of them by way of further files. So says the
release's `CDROM-README`. The reader has been tested on made-up files of that layout only.
"""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from realtime.formats import unipen
from train.data.download.progress import file_bar
from train.data.sample import Sample, sample_of

RELEASE = "train_r01_v07"
# The data set's name for each category.
CATEGORIES = {
    "1a": "unipen-digits",
    "1b": "unipen-upper",
    "1c": "unipen-lower",
    "1d": "unipen-symbols",
}
_WANTED = re.compile(rf"(?:.*/)?{RELEASE}/(?:data/(?:{'|'.join(CATEGORIES)})|include)/.+")
_INCLUDE = re.compile(rb"\.INCLUDE\s+(\S+)")


class ReleaseError(Exception):
    """The release is incomplete or of another layout."""


@dataclass
class Skipped:
    """What could not be read, counted while reading."""

    files: list[str] = field(default_factory=list)
    lines: int = 0


def extract(archive: Path, folder: Path) -> Path:
    """Extract what is needed of the release's archive; returns the release's root.

    Raises:
        ReleaseError: it is no such archive.
    """
    try:
        with tarfile.open(archive, "r:*") as tar:
            members = (member for member in tar if _WANTED.fullmatch(member.name))
            tar.extractall(folder, members=members, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ReleaseError(f"{archive}: {error}") from error
    for root in folder.rglob(RELEASE):
        if (root / "data").is_dir() and (root / "include").is_dir():
            return root
    raise ReleaseError(f"{archive}: no {RELEASE} with folders data and include")


def read_category(root: Path, category: str, skipped: Skipped) -> Iterator[tuple[Sample, str]]:
    """Read the single characters of a category, each with its source, such as "unipen/aga".

    Writers' names are replaced by hashes. Two contributors' writers of one name count as one
    writer, so that no person can be in both splits by having written for both; the ink of a
    contributor that names no writers counts as one writer's.

    Args:
        root: the release.
        category: "1a" to "1d".
        skipped: takes what could not be read.

    Raises:
        ReleaseError: the release has no such category.
    """
    folder = root / "data" / category
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise ReleaseError(f"no files in {folder}")
    with file_bar() as bar:
        for path in bar.track(files, description=CATEGORIES[category]):
            contributor = path.relative_to(folder).parts[0]
            malformed: set[int] = set()
            try:
                lines = list(_flattened(path, (root / "include").resolve(), ()))
            except ReleaseError:
                skipped.files.append(str(path.relative_to(root)))
                continue
            for sample in _samples(lines, malformed):
                if len(sample.label) == 1:
                    writer = _pseudonym(sample.writer or f"contributor {contributor}")
                    yield replace(sample, writer=writer), f"unipen/{contributor}"
            skipped.lines += len(malformed)


def _samples(lines: list[bytes], malformed: set[int]) -> Iterator[Sample]:
    segments = unipen.labelled_segments(
        enumerate(lines, 1), lambda number, _: malformed.add(number)
    )
    return map(sample_of, segments)


def _flattened(path: Path, include: Path, including: tuple[Path, ...]) -> Iterator[bytes]:
    """The lines of a file, with those of the files that it includes in their places.

    Raises:
        ReleaseError: an included file is missing, outside the release, or includes itself.
    """
    with path.open("rb") as file:
        for line in file:
            if found := _INCLUDE.match(line):
                included = (include / found[1].decode(errors="replace")).resolve()
                inside = included.is_relative_to(include) and included.is_file()
                if not inside or included in including:
                    raise ReleaseError(f"{path}: cannot include {included}")
                yield from _flattened(included, include, (*including, included))
            elif including and line.startswith(b".SEGMENT"):
                # An included file may segment its ink at other levels; the category's file alone
                # says which segments belong to the category.
                yield line.replace(b".SEGMENT", b".COMMENT", 1)
            else:
                yield line


def _pseudonym(writer: str) -> str:
    return hashlib.sha256(f"unipen/{writer}".encode()).hexdigest()[:12]
