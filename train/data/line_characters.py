"""Single characters of lines: isolated ones, and those cut from lines whose strokes are known.

The files beside `lines/` hold isolated ones; `lines/` holds lines, and signs of mathematics that
are named as in LaTeX. Files in `test-only/` are never read here.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from realtime.ink.stroke import PointArray
from train.data import single_characters
from train.data.dataset import DIGITS, LOOKALIKES, LabelledInk
from train.data.lines import LabelledLine, read_lines
from train.data.single_characters import NamedCharacter

SYMBOLS = ".,-+×÷/=()%<>:$x"
LABELS = DIGITS + SYMBOLS
OTHER = len(LABELS)  # class index of ink that is none of them
# As LaTeX has them.
_SIGNS = {
    r"\times": "×",
    r"\div": "÷",
    r"\lt": "<",
    r"\gt": ">",
    r"\%": "%",
    r"\$": "$",
}
# Careless forms of these are careless forms of some label: they are left out, and are no examples
# of ink that is no character of a line.
LINE_LOOKALIKES = (LOOKALIKES | frozenset("CcXtTvVLjJr{[~_^;\"*'")) - frozenset(LABELS)
# A single straight stroke is none of these, but a part of one that was badly cut: of 572 $ 13 are.
NEVER_BARS = frozenset("$%+=×÷:x")
_STRAIGHT = 0.85  # of a stroke's length its ends are apart
ISOLATED = ("pendigits", "unipen-digits", "unipen-symbols", "unipen-lower", "unipen-upper")
NAMED_SIGNS = ("lines/mathnote-symbols", "lines/detexify-symbols")
WITH_KNOWN_STROKES = ("unipen-numbers", "unipen-lines", "unipen-words", "mathnote-expressions")


def target_of(label: str) -> int | None:
    """The class index of a label; None for look-alikes and for whole names of signs."""
    if len(label) != 1 or label in LINE_LOOKALIKES:
        return None
    return LABELS.index(label) if label in LABELS else OTHER


def read_isolated(data: Path, split: str = "train") -> dict[str, list[LabelledInk]]:
    """Isolated characters by file, without the mislabelled ones, of the files that there are.

    Raises:
        FileNotFoundError: there is none.
        OSError: one cannot be opened.
    """
    found = single_characters.read_isolated(data, split, ISOLATED, _labelled)
    if not found:
        raise single_characters.no_characters(data, "unipen-digits", split)
    return found | single_characters.read_isolated(data, split, NAMED_SIGNS, _labelled_signs)


def lines_with_known_strokes(data: Path, split: str = "train") -> list[LabelledLine]:
    """Lines of all kinds, letters too, of which each character's strokes are known.

    Raises:
        OSError: a file of lines cannot be opened.
    """
    found = []
    for name in WITH_KNOWN_STROKES:
        path = data / "lines" / f"{name}.{split}.ndjson.gz"
        if path.exists():
            found += [line for line in read_lines(path) if line.groups]
    return found


def cut(lines: Iterable[LabelledLine]) -> list[LabelledInk]:
    """The characters of lines, by the labels that these name."""
    return list(_labelled(_unnamed(single_characters.characters_of(lines))))


def _labelled(characters: Iterable[NamedCharacter]) -> Iterator[LabelledInk]:
    for label, writer, strokes in characters:
        target = target_of(label)
        if target is not None and strokes and not (label in NEVER_BARS and _is_bar(strokes)):
            yield LabelledInk(target, label, writer, tuple(strokes))


def _labelled_signs(characters: Iterable[NamedCharacter]) -> Iterator[LabelledInk]:
    """Those of lines alone: letters there are enough elsewhere, of writers that are known."""
    return _labelled(one for one in _unnamed(characters) if one.name in LABELS)


def _unnamed(characters: Iterable[NamedCharacter]) -> Iterator[NamedCharacter]:
    """Characters by their labels instead of names in LaTeX."""
    return (one._replace(name=_SIGNS.get(one.name, one.name)) for one in characters)


def _is_bar(strokes: Sequence[PointArray]) -> bool:
    """Whether ink is a single straight stroke."""
    if len(strokes) > 1:
        return False
    [stroke] = strokes
    length = float(np.hypot(*np.diff(stroke, axis=0).T).sum())
    return 0 < _STRAIGHT * length < float(np.hypot(*(stroke[-1] - stroke[0])))
