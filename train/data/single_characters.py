"""Single characters, as files name them: isolated ones, and those cut from lines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from realtime.ink.stroke import PointArray
from train.data.dataset import LabelledInk, mislabelled
from train.data.formats import read_file
from train.data.lines import LabelledLine


class NamedCharacter(NamedTuple):
    """The ink of a character.

    Attributes:
        name: its label, as the file has it: a character, or a name in LaTeX.
        writer: who wrote it; the name of the file where that is not known.
        strokes: in the order drawn, each float32 of shape (n, 2).
    """

    name: str
    writer: str
    strokes: Sequence[PointArray]


def read_isolated(
    data: Path,
    split: str,
    files: Iterable[str],
    label: Callable[[Iterable[NamedCharacter]], Iterable[LabelledInk]],
) -> dict[str, list[LabelledInk]]:
    """Isolated characters by file, without the mislabelled ones, of the files that there are.

    Args:
        data: the folder of handwriting.
        split: "train" or "val".
        files: their paths in the folder, without split and ending.
        label: gives characters the labels that are wanted, and leaves out the others.

    Raises:
        OSError: one cannot be opened.
    """
    found = {}
    for name in files:
        path = data / f"{name}.{split}.ndjson.gz"
        if path.exists():
            samples = read_file(path).samples
            wrong = mislabelled(path, samples)
            source = Path(name).name
            found[source] = list(
                label(
                    NamedCharacter(one.label, one.writer or source, one.strokes)
                    for place, one in enumerate(samples, 1)
                    if place not in wrong
                )
            )
    return found


def no_characters(data: Path, example: str, split: str) -> FileNotFoundError:
    """The error of a folder without isolated characters, not even those of an example."""
    return FileNotFoundError(
        f"no isolated characters in {data}, such as {example}.{split}.ndjson.gz: "
        "name another folder with --data, or download one with `make data`"
    )


def characters_of(lines: Iterable[LabelledLine]) -> Iterator[NamedCharacter]:
    """The characters of lines of which each one's strokes are known."""
    for line in lines:
        for name, places in zip(line.group_labels, line.groups or (), strict=True):
            strokes = tuple([line.strokes[at] for at in places])
            yield NamedCharacter(name, line.writer, strokes)
