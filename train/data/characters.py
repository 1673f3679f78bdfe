"""Letters, punctuation and signs of mathematics: which there are, and where their ink lies.

A label is one character of Unicode. Files that name signs as LaTeX does are read by `_NAMES`; files
in `test-only/` are never read here.
"""

import string
from collections.abc import Iterable, Iterator
from pathlib import Path

from train.data import single_characters
from train.data.dataset import DIGITS, LabelledInk
from train.data.lines import LabelledLine
from train.data.single_characters import NamedCharacter

LETTERS = string.ascii_uppercase + string.ascii_lowercase
# Those of UniPen's category 1d.
PUNCTUATION = ".,-+/=()%<>:$\"';*?!#[]&@|^{}~_\\`"
# Of mathematics those that are no letters and no punctuation.
MATHEMATICS = "×÷≠≤≥√∑∫∏π∞αβγθλμΔ→±"
# What single characters and words are of, and what formulas are of.
PLAIN_LABELS = DIGITS + LETTERS + PUNCTUATION
FORMULA_LABELS = DIGITS + LETTERS + ".,-+/=()%<>![]|{}" + MATHEMATICS
LABELS = PLAIN_LABELS + MATHEMATICS
NONE = len(LABELS)  # class index of ink that is none of them
# Of names in LaTeX. A capital Σ or Π is drawn as the sign of a sum or a product is.
_NAMES = {
    r"\times": "×",
    r"\div": "÷",
    r"\neq": "≠",
    r"\leq": "≤",
    r"\geq": "≥",
    r"\lt": "<",
    r"\gt": ">",
    r"\sqrt": "√",
    r"\sum": "∑",
    r"\Sigma": "∑",
    r"\int": "∫",
    r"\prod": "∏",
    r"\Pi": "∏",
    r"\pi": "π",
    r"\infty": "∞",
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\theta": "θ",
    r"\lambda": "λ",
    r"\mu": "μ",
    r"\Delta": "Δ",
    r"\triangle": "Δ",
    r"\rightarrow": "→",
    r"\pm": "±",
    r"\{": "{",
    r"\}": "}",
    r"\%": "%",
    r"\$": "$",
    r"\&": "&",
    r"\#": "#",
    r"\backslash": "\\",
    r"\sim": "~",
    r"\cdot": ".",
    r"\prime": "'",
    r"\bullet": ".",
}
# Signs that are drawn like some label, which are neither that label nor good examples of ink that
# is none: ν is a v, ∪ a U, and so on.
_LOOKALIKES = frozenset(
    {
        r"\nu",
        r"\cup",
        r"\cap",
        r"\vee",
        r"\wedge",
        r"\kappa",
        r"\rho",
        r"\chi",
        r"\omega",
        r"\iota",
        r"\ell",
        r"\tau",
        r"\upsilon",
        r"\epsilon",
        r"\varepsilon",
        r"\in",
        r"\subset",
        r"\supset",
        r"\ast",
        r"\star",
        r"\circ",
        r"\square",
        r"\angle",
        r"\langle",
        r"\rangle",
        r"\lceil",
        r"\rceil",
        r"\lfloor",
        r"\rfloor",
        r"\|",
        r"\parallel",
        r"\delta",
        r"\partial",
        r"\eta",
        r"\zeta",
        r"\xi",
        r"\sigma",
        r"\varphi",
        r"\phi",
        r"\Phi",
        r"\vartheta",
        r"\Theta",
        r"\Lambda",
        r"\propto",
        r"\perp",
        r"\neg",
        r"\oint",
        r"\mapsto",
        r"\emptyset",
        r"\Im",
        r"\Re",
        r"\ldots",
        r"\cdots",
    }
)
ISOLATED = (
    *("pendigits", "unipen-digits", "unipen-upper", "unipen-lower", "unipen-symbols"),
    *("lines/mathnote-symbols", "lines/detexify-symbols"),
)


def label_of(name: str) -> str | None:
    """The label of a character or of a name in LaTeX; "" for none of them, None to leave it out."""
    label = _NAMES.get(name, name)
    if label in LABELS and len(label) == 1:
        return label
    return None if name in _LOOKALIKES or len(name) == 1 else ""


def read_isolated(data: Path, split: str = "train") -> dict[str, list[LabelledInk]]:
    """Isolated characters by file, without the mislabelled ones, of the files that there are.

    Raises:
        FileNotFoundError: there is none.
        OSError: one cannot be opened.
    """
    found = single_characters.read_isolated(data, split, ISOLATED, _labelled)
    if not found:
        raise single_characters.no_characters(data, "unipen-upper", split)
    return found


def cut(lines: Iterable[LabelledLine]) -> list[LabelledInk]:
    """The characters of lines."""
    return list(_labelled(single_characters.characters_of(lines)))


def _labelled(named: Iterable[NamedCharacter]) -> Iterator[LabelledInk]:
    for name, writer, strokes in named:
        label = label_of(name)
        if label is not None and strokes:
            target = LABELS.index(label) if label else NONE
            yield LabelledInk(target, label, writer, tuple(strokes))
