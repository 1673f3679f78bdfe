"""Made-up terms of formulas: numbers, powers, fractions, roots, brackets, functions."""

from collections.abc import Callable, Sequence
from itertools import count

import numpy as np

from realtime.recognition.math.tree import Fraction, Item, Root, Row, Sign

# Letters by how often they are written: variables, coefficients, indices, names of functions.
VARIABLES = "xxxxxxxxxyyyyzzztnkabcuvwrsmθαβ"
COEFFICIENTS = "aaabbbccdkmnpqrABCλμαβγπ"
INDICES = "iiijjknnmk012123"
NAMES = "fffgghFGPTuvpq"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DEEPEST = 3


class TermMaker:
    """Makes terms up, each as frequent as it is guessed to be.

    Args:
        rng: chooses.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._ids = count()

    def expression(self, deep: int) -> Row:
        """Terms with signs between them."""
        row = self._sign("-") if self._chance(0.1) else ()
        row += self.term(deep)
        while self._chance(0.55 - 0.1 * deep):
            row += self._sign(self._one("++++++---±")) + self.term(deep)
        return row

    def term(self, deep: int) -> Row:
        """Something between two signs."""
        if deep >= _DEEPEST:
            return self._sign(self._one(VARIABLES)) if self._chance(0.6) else self._number()
        row = self._pick(
            (3, self._number),
            (0.8, self._number_in_two_dimensions),
            (4, lambda: self._sign(self._one(VARIABLES))),
            (3.5, lambda: self._power(deep)),
            (2, self._indexed),
            (2.5, lambda: self._coefficient() + self._power(deep)),
            (2, lambda: self._coefficient() + self._sign(self._one(VARIABLES))),
            (1.8, lambda: self._fraction(deep)),
            (1.0, lambda: self._root(deep)),
            (1.2, lambda: self._bracketed(self.expression(deep + 1))),
            (0.8, lambda: self._bracket_power(deep)),
            (0.5, self._called),
            (0.3, lambda: self._sign("|") + self.expression(deep + 1) + self._sign("|")),
            (
                0.4,
                lambda: self._sign(self._one(NAMES)) + self._bracketed(self.expression(deep + 1)),
            ),
            (0.2, lambda: self._sign(self._one("nnkm5")) + self._sign("!")),
            (0.3, lambda: self._sign(self._one("∞ππ"))),
            (0.4, lambda: self._sign(self._one(CAPITALS))),
        )
        if self._chance(0.08):
            row += self._sign(self._one("×··÷/")) + self.term(deep + 1)
        return row

    def _operand(self) -> Row:
        chance = self._rng.random()
        if chance < 0.6:
            return self._number()
        if chance < 0.75:
            return self._number_in_two_dimensions()
        if chance < 0.9:
            inner = self._number() + self._sign(self._one("++--×÷/")) + self._number()
            return self._bracketed(inner)
        return self._sign(self._one("xyzabcnk"))

    def _number(self) -> Row:
        length = int(self._rng.choice([1, 1, 1, 2, 2, 3, 4]))
        digits = self._one("123456789") + "".join(
            [self._one("0123456789") for _ in range(length - 1)]
        )
        if self._chance(0.08):
            digits += "." + self._one("0123456789")
        return tuple([item for digit in digits for item in self._sign(digit)])

    def _number_in_two_dimensions(self) -> Row:
        """A power, a fraction, or a root of numbers."""
        chance = self._rng.random()
        number = self._number()
        if chance < 0.5:
            exponent = self._sign(self._one("22223345n")) if self._chance(0.8) else self._number()
            if self._chance(0.15):
                exponent = self._sign("-") + exponent
            return (*number[:-1], Item(number[-1].base, (), exponent))
        if chance < 0.85:
            return (Item(Fraction(self._bare("-"), number, self._number())),)
        return (Item(Root(self._bare("√"), number)),)

    def _coefficient(self) -> Row:
        return self._number() if self._chance(0.6) else self._sign(self._one(COEFFICIENTS))

    def _power(self, deep: int) -> Row:
        return self._scripted(self._one(VARIABLES + "abceeexx"), deep, sup=0.95, sub=0.12)

    def _indexed(self) -> Row:
        return self._scripted(self._one("xxxxaaabbyzuvwpTSCPALRM"), 2, sup=0.12, sub=1.0)

    def _scripted(self, label: str, deep: int, sup: float = 0.3, sub: float = 0.3) -> Row:
        [item] = self._sign(label)
        under: Row = ()
        over: Row = ()
        if self._chance(sub):
            under = self._index()
        if self._chance(sup):
            over = self._exponent(deep)
        return (Item(item.base, under, over),)

    def _index(self) -> Row:
        row = self._sign(self._one(INDICES))
        if self._chance(0.15):
            row += self._sign(self._one(INDICES))
        elif self._chance(0.1):
            row += self._sign(self._one("+-,")) + self._sign("1")
        return row

    def _exponent(self, deep: int) -> Row:
        if self._chance(0.6):
            return self._sign(self._one("222222333n4k5xtimN"))
        if deep >= 2 or self._chance(0.5):
            return self._sign("-") + self._sign(self._one("1xt2n"))
        return self._pick(
            (
                3,
                lambda: (
                    self._sign(self._one("nkmxt"))
                    + self._sign(self._one("+-"))
                    + self._sign(self._one("12"))
                ),
            ),
            (2, lambda: self._coefficient() + self._sign(self._one("xnkt"))),
            (1, lambda: self._fraction(2)),
            (1, lambda: self.expression(3)),
        )

    def _bracket_power(self, deep: int) -> Row:
        row = self._bracketed(self.expression(deep + 1))
        return (*row[:-1], Item(row[-1].base, (), self._exponent(2)))

    def _fraction(self, deep: int) -> Row:
        bar = self._bare("-")
        over = self.expression(deep + 1) if self._chance(0.6) else self.term(deep + 1)
        under = self.expression(deep + 1) if self._chance(0.5) else self.term(deep + 1)
        return (Item(Fraction(bar, over, under)),)

    def _root(self, deep: int) -> Row:
        sign = self._bare("√")
        inside = self._number() if self._chance(0.35) else self.expression(deep + 1)
        index = self._sign(self._one("333n4")) if self._chance(0.12) else ()
        return (Item(Root(sign, inside, index)),)

    def _called(self) -> Row:
        name = self._one(["sin", "sin", "cos", "cos", "tan", "log", "ln"])
        row: Row = tuple([item for letter in name for item in self._sign(letter)])
        if self._chance(0.15):
            row = (*row[:-1], Item(row[-1].base, (), self._sign("2")))
        elif name == "log" and self._chance(0.4):
            row = (*row[:-1], Item(row[-1].base, self._sign(self._one("2ab1e3"))))
        argument = self._sign(self._one("xxxxθθαβty"))
        if self._chance(0.35):
            argument = self._coefficient() + argument
        return row + (self._bracketed(argument) if self._chance(0.3) else argument)

    def _bracketed(self, row: Row) -> Row:
        first, last = [*self._one(["()"] * 12 + ["[]", "{}"])]
        return self._sign(first) + row + self._sign(last)

    def _sign(self, label: str) -> Row:
        return (Item(self._bare(label)),)

    def _bare(self, label: str) -> Sign:
        return Sign(label, (next(self._ids),))

    def _chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def _one(self, of: Sequence[str]) -> str:
        return of[int(self._rng.integers(len(of)))]

    def _pick(self, *weighted: tuple[float, Callable[[], Row]]) -> Row:
        at = self._rng.random() * sum([weight for weight, _ in weighted])
        for weight, make in weighted:
            at -= weight
            if at < 0:
                return make()
        return weighted[-1][1]()
