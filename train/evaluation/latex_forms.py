r"""Formulas in LaTeX brought to one form, so that they can be compared as strings.

What people write in different ways and means the same is made the same: spaces and braces that are
optional, `\left` and `\right`, `\limits`, `\mathrm` and `\mbox`, `\lt` and `<`, `\to` and
`\rightarrow`, `\le` and `\leq`, the order of index and exponent, a capital Σ and the sign of a sum.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[^\s]", re.DOTALL)
# Names that mean nothing, and those of which only what is in them counts.
_NOTHING = frozenset(
    (
        *(r"\left", r"\right", r"\limits", r"\nolimits", r"\displaystyle", r"\textstyle"),
        *(r"\,", r"\;", r"\:", r"\!", r"\ ", "$", r"\quad", r"\big", r"\Big", r"\bigg", r"\Bigg"),
        *(r"\mathrm", r"\mbox", r"\hbox", r"\text", r"\mathit", r"\rm", r"\mathbf"),
        r"\operatorname",
    )
)
_SAME = {
    r"\lt": "<",
    r"\gt": ">",
    r"\to": r"\rightarrow",
    r"\le": r"\leq",
    r"\ge": r"\geq",
    r"\ne": r"\neq",
    r"\vert": "|",
    r"\mid": "|",
    r"\lbrack": "[",
    r"\rbrack": "]",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\Sigma": r"\sum",
    r"\Pi": r"\prod",
    r"\dots": r"\ldots",
    r"\cdots": r"\ldots",
    r"\dotsc": r"\ldots",
    r"\triangle": r"\Delta",
    "−": "-",
    "–": "-",
    "*": r"\ast",
}
FUNCTIONS = (r"\sin", r"\cos", r"\tan", r"\log", r"\ln", r"\lim")


class _BadLatexError(Exception):
    """What is no formula in LaTeX."""


def normal_form(latex: str) -> tuple[str, ...]:
    """The tokens of a formula in the form that all of its spellings have.

    Raises:
        ValueError: braces do not match, or something lacks its argument.
    """
    tokens = [_SAME.get(one, one) for one in _TOKEN.findall(latex)]
    reader = _Reader([one for one in tokens if one not in _NOTHING])
    try:
        return tuple(reader.row(""))
    except _BadLatexError as error:
        raise ValueError(f"{latex!r} is no formula") from error


def signs_in(tokens: tuple[str, ...]) -> set[str]:
    """The signs that a normal form has, by their names in LaTeX; of functions none."""
    structure = {"{", "}", "_", "^", r"\frac", "[root", "root]", *FUNCTIONS}
    return {one for one in tokens if one not in structure}


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]

    def row(self, end: str) -> Iterator[str]:
        """The tokens up to an end, which is taken as well."""
        while self.rest:
            if end and self.rest[-1] == end:
                self.rest.pop()
                return
            yield from self._item()
        if end:
            raise _BadLatexError(end)

    def _item(self) -> Iterator[str]:
        name = self.rest.pop()
        if name == "}":
            raise _BadLatexError(name)
        if name == "{":
            yield from self.row("}")
        elif name == r"\frac":
            yield name
            yield from self._argument()
            yield from self._argument()
        elif name == r"\sqrt":
            yield name
            if self.rest and self.rest[-1] == "[":
                self.rest.pop()
                yield "[root"
                yield from self.row("]")
                yield "root]"
            yield from self._argument()
        elif name not in "_^":
            yield name
        else:
            self.rest.append(name)
        scripts: dict[str, tuple[str, ...]] = {}
        while self.rest and self.rest[-1] in ("_", "^"):
            which = self.rest.pop()
            scripts[which] = scripts.get(which, ()) + tuple(self._argument())
        for which in "_^":
            if scripts.get(which, ("{", "}")) != ("{", "}"):
                yield which
                yield from scripts[which]

    def _argument(self) -> Iterator[str]:
        if not self.rest:
            raise _BadLatexError
        yield "{"
        if self.rest[-1] == "{":
            self.rest.pop()
            yield from self.row("}")
        elif self.rest[-1] in (r"\frac", r"\sqrt"):
            yield from self._item()
        else:
            yield self.rest.pop()
        yield "}"
