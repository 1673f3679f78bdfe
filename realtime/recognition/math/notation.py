"""A formula in LaTeX, and in one line of plain text.

LaTeX is written in one way only: each index, exponent and argument in braces, an index before an
exponent, a space after a command where a letter follows and nowhere else.
"""

import re

from realtime.recognition.math.signs import LATEX
from realtime.recognition.math.tree import Fraction, Function, Item, Root, Row, Sign

_COMMAND_AT_END = re.compile(r"\\[a-zA-Z]+$")
# Signs that plain text needs no brackets around where they are alone.
_SIMPLE = re.compile(r"-?[0-9.]+|\w|∞")


def latex_of(row: Row) -> str:
    """The row in LaTeX."""
    written = ""
    for item in row:
        base = _latex_base(item)
        if base[:1].isalpha() and _COMMAND_AT_END.search(written):
            written += " "
        written += base
        if item.sub:
            written += f"_{{{latex_of(item.sub)}}}"
        if item.sup:
            written += f"^{{{latex_of(item.sup)}}}"
    return written


def _latex_base(item: Item) -> str:
    base = item.base
    if isinstance(base, Sign):
        return LATEX.get(base.label, base.label)
    if isinstance(base, Function):
        return f"\\{base.name}"
    if isinstance(base, Fraction):
        return f"\\frac{{{latex_of(base.over)}}}{{{latex_of(base.under)}}}"
    index = f"[{latex_of(base.degree)}]" if base.degree else ""
    return f"\\sqrt{index}{{{latex_of(base.inside)}}}"


def text_of(row: Row) -> str:
    """The row in one line: `(1+2)/3=`, `x^2`, `√(2)`, `∑_(i=1)^n i`."""
    written = ""
    for place, item in enumerate(row):
        # What comes after a name or a sum is told from it by a space.
        if (
            place
            and written[-1:].isalnum()
            and _is_apart(row[place - 1])
            and _begins_with_letter(item)
        ):
            written += " "
        written += _text_base(item, is_alone=len(row) == 1)
        if item.sub:
            written += f"_{_bracketed(item.sub)}"
        if item.sup:
            written += f"^{_bracketed(item.sup)}"
    return written


def _is_apart(item: Item) -> bool:
    base = item.base
    return isinstance(base, Function) or (
        isinstance(base, Sign) and (base.label in "∑∏∫" or bool(item.sub or item.sup))
    )


def _begins_with_letter(item: Item) -> bool:
    base = item.base
    return isinstance(base, Function) or (isinstance(base, Sign) and base.label.isalnum())


def _text_base(item: Item, *, is_alone: bool) -> str:
    base = item.base
    if isinstance(base, Sign):
        return base.label
    if isinstance(base, Function):
        return base.name
    if isinstance(base, Root):
        index = f"[{text_of(base.degree)}]" if base.degree else ""
        return f"√{index}({text_of(base.inside)})"
    fraction = f"{_bracketed(base.over)}/{_bracketed(base.under)}"
    return fraction if is_alone and not (item.sub or item.sup) else f"({fraction})"


def _bracketed(row: Row) -> str:
    text = text_of(row)
    return text if _SIMPLE.fullmatch(text) else f"({text})"
