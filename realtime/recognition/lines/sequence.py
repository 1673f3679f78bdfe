"""How likely each kind of character comes next on a line, given the characters before it.

A finite automaton reads a text from left to right. Its state holds the last sign, how many digits
came after that, how many parentheses are open, and whether the sign before was the same one: so
`01/23/45` is a likely text, while `0/12345` and `(12` are not. Which digits these are, it does not
look at.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

# A longer run of digits counts as one of so many.
MOST_DIGITS = 5
# More open parentheses count as so many.
MOST_OPEN = 2

# The state before the first character.
BEGINNING = 0
# Stands for the line's end where a kind of characters is asked for.
END = 0


class Context(NamedTuple):
    """What is remembered of the characters so far.

    Attributes:
        sign: kind of the last character that is no digit, from 1; 0 where there is none.
        digits: how many came after it, `MOST_DIGITS` at most.
        opened: how many parentheses are open, `MOST_OPEN` at most.
        repeated: whether the sign before was of the same kind.
    """

    sign: int
    digits: int
    opened: int
    repeated: bool


class Contexts:
    """The states of the automaton, numbered, for some kinds of characters.

    Attributes:
        every: the context of each state; that of the beginning first.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        """Take the kinds; each is named by its labels, and numbered from 1."""
        self._kinds = kinds
        self.every = [Context(0, 0, 0, repeated=False)]
        numbers = {self.every[0]: 0}
        # For each state the one after each kind of characters; no character comes after the end.
        self._after: list[list[int]] = []
        for context in self.every:
            following = [self._next(context, kind) for kind in range(1, len(kinds) + 1)]
            for one in following:
                if one not in numbers:
                    numbers[one] = len(self.every)
                    self.every.append(one)
            self._after.append([BEGINNING, *[numbers[one] for one in following]])

    def after(self, state: int, kind: int) -> int:
        """The state after a character of some kind."""
        return self._after[state][kind]

    @cached_property
    def kind_of(self) -> dict[str, int]:
        """The kind of each label."""
        return {label: place for place, kind in enumerate(self._kinds, 1) for label in kind}

    def _next(self, context: Context, kind: int) -> Context:
        labels = self._kinds[kind - 1]
        if "0" in labels:
            return context._replace(digits=min(context.digits + 1, MOST_DIGITS))
        opened = context.opened
        if labels == "(":
            opened = min(opened + 1, MOST_OPEN)
        elif labels == ")":
            opened = max(opened - 1, 0)
        return Context(kind, 0, opened, repeated=kind == context.sign)
