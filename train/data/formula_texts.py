"""Made-up formulas as trees, as people write them at school and after it.

They are what the model of formulas is counted on, and what composed formulas are of: sums of
numbers, polynomials, fractions, powers, roots, sums, integrals, limits, functions. How frequent
each is, is a guess; nothing of it is counted in formulas that are kept for tests.
"""

import numpy as np

from realtime.recognition.math.tree import Item, Row
from train.data.formula_terms import CAPITALS, NAMES, TermMaker

SMALL = "abcdefghijklmnopqrstuvwxyz"
GREEK = "αβγθλμπΔ"


class _FormulaMaker(TermMaker):
    """Makes formulas up, of terms."""

    def formula(self) -> Row:
        """A whole formula."""
        return self._pick(
            (5, self.arithmetic),
            (4, self.equation),
            (2, self.inequality),
            (3, lambda: self.expression(0)),
            (2, self.definition),
            (2, self.sum_of),
            (1.5, self.integral),
            (1.2, self.limit),
            (1.5, self.trigonometry),
            (1.2, lambda: self.term(0)),
            (0.8, self.set_or_list),
            (0.8, self.anything),
        )

    def arithmetic(self) -> Row:
        """Numbers and signs in one line."""
        row = self._operand()
        for _ in range(int(self._rng.integers(1, 4))):
            row += self._sign(self._one("++++---××÷÷/±·")) + self._operand()
        end = self._rng.random()
        if end < 0.3:
            row += self._sign("=") + self._number()
        elif end < 0.55:
            row += self._sign(self._one("==≠<>≤≥")) + self._operand()
        elif end < 0.7:
            row += self._sign("=")
        return row

    def equation(self) -> Row:
        return (
            self.expression(0)
            + self._sign("=")
            + (self._sign("0") if self._chance(0.25) else self.expression(0))
        )

    def inequality(self) -> Row:
        row = self.expression(1) + self._sign(self._one("<>≤≥≠→")) + self.expression(1)
        return row + self._sign("<") + self.term(2) if self._chance(0.1) else row

    def definition(self) -> Row:
        argument = self._sign(self._one("xxxxtnyz"))
        if self._chance(0.2):
            argument += self._sign(",") + self._sign(self._one("yxt"))
        called = self._sign(self._one(NAMES)) + self._bracketed(argument)
        return called + self._sign("=") + self.expression(0) if self._chance(0.8) else called

    def sum_of(self) -> Row:
        index = self._one("iiijknm")
        sub = self._sign(index) + self._sign("=") + self._sign(self._one("0111"))
        if self._chance(0.1):
            sub = self._sign(index)
        sup = self._sign("∞") if self._chance(0.3) else self._sign(self._one("nnnmNk"))
        if self._chance(0.15):
            sup += self._sign("-") + self._sign("1")
        sign = self._sign(self._one("∑∑∑∑∏"))[0]
        row: Row = (Item(sign.base, sub, sup if self._chance(0.85) else ()),)
        row += self.term(1) + (self.term(1) if self._chance(0.2) else ())
        if self._chance(0.35):
            row = self._sign(self._one("SsfA")) + self._sign("=") + row
        elif self._chance(0.4):
            row += self._sign("=") + self.expression(1)
        return row

    def integral(self) -> Row:
        sub: Row = ()
        sup: Row = ()
        if self._chance(0.65):
            sub = (
                self._sign(self._one("000a1"))
                if self._chance(0.8)
                else self._sign("-") + self._sign("∞")
            )
            sup = self._sign(self._one("11∞πbt2"))
        sign = self._sign("∫")[0]
        variable = self._one("xxxxxtyzrθ")
        row: Row = (Item(sign.base, sub, sup),)
        row += self.expression(1) + self._sign("d") + self._sign(variable)
        return row + self._sign("=") + self.expression(1) if self._chance(0.35) else row

    def limit(self) -> Row:
        to = self._sign(self._one("nnnxxkh")) + self._sign("→")
        to += self._sign(self._one("∞∞∞000a1"))
        row = self._sign("l") + self._sign("i") + (Item(self._sign("m")[0].base, to),)
        row += self.term(1)
        return row + self._sign("=") + self.term(2) if self._chance(0.5) else row

    def trigonometry(self) -> Row:
        row = self._called()
        if self._chance(0.6):
            row += self._sign(self._one("++-=")) + (
                self._called() if self._chance(0.6) else self.term(1)
            )
        return row + self._sign("=") + self.expression(1) if self._chance(0.3) else row

    def set_or_list(self) -> Row:
        items = [self.term(2) for _ in range(int(self._rng.integers(1, 4)))]
        row = items[0]
        for item in items[1:]:
            row += self._sign(",") + item
        first, last = [*self._one(["()", "()", "[]", "{}", "||", "[)"])]
        return self._sign(first) + row + self._sign(last)

    def anything(self) -> Row:
        """A few letters that mean nothing, each as likely as another."""
        labels = CAPITALS + SMALL + SMALL + GREEK + "0123456789"
        row: Row = ()
        for _ in range(int(self._rng.integers(1, 4))):
            row += self._scripted(self._one(labels), 1)
        return row


def formula(rng: np.random.Generator) -> Row:
    """A made-up formula, whose signs have their places in it as ids."""
    return _FormulaMaker(rng).formula()
