"""Conversion of published handwriting into the data folder's NDJSON, split by writer.

Each sample is scaled so that the longer side of its bounding box is 1000, with integer coordinates,
y downwards. A writer's split depends on a hash of the writer alone: it is the same in every file,
on every machine and in every run.
"""

import gzip
import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import uncompresspy

from realtime.formats import unipen
from realtime.ink.stroke import PointArray
from train.data.sample import Sample, sample_of

VAL_SHARE = 1 / 8  # of the writers, about
LONGER_SIDE = 1000

# The member of UCI's archive with the pen strokes of 30 writers, and its SHA-256 uncompressed. The
# strokes of the other 14 (`pendigits-orig.tes.Z`) are not used, so that they can serve as a test.
PENDIGITS_MEMBER = "pendigits-orig.tra.Z"
PENDIGITS_SHA256 = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"
# `pendigits-orig.names` gives a "sampling rate" of "100 milliseconds". At ten points a second the
# mean digit, of 40 points, would have taken four seconds: 100 points a second must be meant.
PENDIGITS_HZ = 100
# Label, writer, the sample's number among the writer's.
_PENDIGITS_COMMENT = re.compile(rb"^\.COMMENT\s+(\d)\s+(\d+)\s+\d+\s*$", re.MULTILINE)


class ConversionError(Exception):
    """A published file is not in the expected format."""


def split_of(writer: str) -> str:
    """The split of a writer, "train" or "val"."""
    digest = hashlib.sha256(writer.encode()).digest()
    return "val" if int.from_bytes(digest[:4]) < VAL_SHARE * 2**32 else "train"


def scaled(strokes: Iterable[PointArray]) -> list[list[list[int]]]:
    """Strokes as integer [x, y] lists, from 0 to 1000 along the longer side."""
    strokes = list(strokes)
    points = np.concatenate(strokes).astype(np.float64)
    low = points.min(axis=0)
    size = float((points.max(axis=0) - low).max()) or 1.0  # a dot has no size
    scale = LONGER_SIDE / size
    return [np.rint((stroke - low) * scale).astype(int).tolist() for stroke in strokes]


def write_splits(samples: Iterable[tuple[Sample, str]], folder: Path, name: str) -> str:
    """Write `NAME.train.ndjson.gz` and `NAME.val.ndjson.gz`.

    The content depends on the samples alone, and neither file appears before both are complete.

    Args:
        samples: each with its source, such as "unipen/aga".
        folder: where to.
        name: of the data set.

    Returns:
        How many samples and writers there are, in words.
    """
    lines: dict[str, list[bytes]] = {"train": [], "val": []}
    writers: dict[str, set[str]] = {"train": set(), "val": set()}
    for sample, source in samples:
        split = split_of(sample.writer)
        line = {"label": sample.label, "writer": sample.writer, "source": source}
        hz = {"hz": sample.hz} if sample.hz else {}
        lines[split].append(msgspec.json.encode({**line, **hz, "strokes": scaled(sample.strokes)}))
        writers[split].add(sample.writer)
    partial = {path: path.with_name(f"{path.name}.part") for path in outputs(folder, name)}
    for part, split in zip(partial.values(), lines, strict=True):
        content = b"".join(line + b"\n" for line in lines[split])
        part.write_bytes(gzip.compress(content, mtime=0))
    for path, part in partial.items():
        part.replace(path)
    counts = [
        f"{len(lines[split])} samples of {len(writers[split])} writers to {split}"
        for split in lines
    ]
    return f"{name}: {', '.join(counts)}"


def outputs(folder: Path, name: str) -> list[Path]:
    """The files that `write_splits` makes: train, val."""
    return [folder / f"{name}.{split}.ndjson.gz" for split in ("train", "val")]


def read_pendigits(archive: Path) -> list[tuple[Sample, str]]:
    """Read the training writers of UCI's archive of pen digits.

    Raises:
        ConversionError: it is not the archive that was published.
    """
    try:
        with zipfile.ZipFile(archive) as members, members.open(PENDIGITS_MEMBER) as member:
            content = uncompresspy.open(member).read()
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ConversionError(f"{archive}: {error}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != PENDIGITS_SHA256:
        raise ConversionError(f"{archive}: {PENDIGITS_MEMBER} uncompressed has sha256 {digest}")
    return parse_pendigits(content)


def parse_pendigits(content: bytes) -> list[tuple[Sample, str]]:
    """Parse UCI's UNIPEN text, in which a comment beside each segment names the writer.

    Raises:
        ConversionError: segments and comments do not match.
    """
    malformed: set[int] = set()
    lines = enumerate(content.splitlines(keepends=True), 1)
    segments = unipen.labelled_segments(lines, lambda number, _: malformed.add(number))
    samples = list(map(sample_of, segments))
    comments = [
        (label.decode(), int(writer)) for label, writer in _PENDIGITS_COMMENT.findall(content)
    ]
    if malformed or [sample.label for sample in samples] != [label for label, _ in comments]:
        raise ConversionError(
            f"{len(samples)} samples, {len(comments)} comments that name writers, "
            f"{len(malformed)} malformed lines"
        )
    return [
        (replace(sample, writer=f"pendigits-train-{writer}", hz=PENDIGITS_HZ), "uci/pendigits")
        for sample, (_, writer) in zip(samples, comments, strict=True)
    ]
