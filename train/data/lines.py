"""Lines of handwriting: strings of characters, of some of which each character's strokes are known.

A file is NDJSON, gzipped, of this project:
`{"label": "12", "writer": "1f0c", "source": "unipen/apa", "strokes": [[[x, y], …], …],
"symbols": [{"label": "1", "strokes": [0]}, …] or null}`. `label` has no spaces.
"""

import gzip
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from realtime.ink.stroke import PointArray

# A character's strokes, by their places in the line.
StrokePlaces = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line of handwriting.

    Attributes:
        label: what was to be written.
        writer: who wrote it.
        source: where it is from.
        strokes: in the order drawn, each float32 of shape (n, 2).
        groups: of each character its strokes; None where nobody noted it.
        group_labels: of each of these its label, which may be the name of a sign.
        text: the label with spaces, where it has some.
    """

    label: str
    writer: str
    source: str
    strokes: tuple[PointArray, ...]
    groups: tuple[StrokePlaces, ...] | None = None
    group_labels: tuple[str, ...] = ()
    text: str = ""


class _Symbol(msgspec.Struct):
    label: str
    strokes: list[int]


class _Line(msgspec.Struct):
    label: str
    strokes: list[list[tuple[float, float]]]
    writer: str = ""
    source: str = ""
    symbols: list[_Symbol] | None = None
    text: str | None = None


def read_lines(path: Path) -> list[LabelledLine]:
    """Read a file of lines.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is no such file.
    """
    decoder = msgspec.json.Decoder(_Line)
    with gzip.open(path) as file:
        return [_labelled(decoder.decode(line)) for line in file]


def _labelled(line: _Line) -> LabelledLine:
    strokes = tuple(np.array(stroke, np.float32) for stroke in line.strokes if stroke)
    text = line.text or line.label
    if line.symbols is None or len(strokes) != len(line.strokes):
        return LabelledLine(line.label, line.writer, line.source, strokes, text=text)
    groups = tuple(tuple(sorted(symbol.strokes)) for symbol in line.symbols)
    labels = tuple(symbol.label for symbol in line.symbols)
    return LabelledLine(line.label, line.writer, line.source, strokes, groups, labels, text)


def only_of(lines: Iterable[LabelledLine], labels: Collection[str]) -> list[LabelledLine]:
    """The lines that have only these characters."""
    return [line for line in lines if set(line.label) <= set(labels)]


def none_of(lines: Iterable[LabelledLine], labels: Collection[str]) -> list[LabelledLine]:
    """The lines that have none of these characters."""
    return [line for line in lines if not set(line.label) & set(labels)]


def permuted(line: LabelledLine, rng: np.random.Generator) -> LabelledLine:
    """The line with its strokes in random order: bars and dots come late, or early."""
    order = rng.permutation(len(line.strokes)).tolist()
    place = {stroke: new for new, stroke in enumerate(order)}
    groups = line.groups and tuple(
        tuple(sorted(place[stroke] for stroke in group)) for group in line.groups
    )
    strokes = tuple(line.strokes[stroke] for stroke in order)
    return replace(line, strokes=strokes, groups=groups)
