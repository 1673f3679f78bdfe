"""Tests of what formulas come to."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.recognition.math.tree import Row
from realtime.recognition.math.value import value_of
from tests.support.formula_rows import fraction, root, row, scripted


def power(base: str, exponent: Row) -> Row:
    return row(*base[:-1], scripted(base[-1], sup=exponent))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (row("12+30="), "42"),
        (row("12+30"), None),
        (row("2×(3+4)="), "14"),
        (row("2·3="), "6"),
        (row("7="), None),
        (row("-7="), None),
        (row(fraction(row("1"), row("2"))), "0.5"),
        (row(fraction(row("1"), row("3")), "="), "0.333333333333…"),
        (row(fraction(row("1"), row("3")), "+", fraction(row("1"), row("6")), "="), "0.5"),
        (row(fraction(row("1"), row("0"))), None),
        (power("2", row("10")), "1024"),
        (power("12", row("2")), "144"),
        (power("2", row("-1")), "0.5"),
        (power("4", row(fraction(row("1"), row("2")))), "2"),
        (row("(1+2", scripted(")", sup=row("2")), "="), "9"),
        (row("-", scripted("3", sup=row("2")), "="), "-9"),
        (row(root(row("9"))), "3"),
        (row(root(row("2"))), "1.41421356237…"),
        (row(root(row("27"), row("3"))), "3"),
        (row(root(row("-1"))), None),
        (row(root(row("-8"), row("3"))), "-2"),
        (row("2π="), "6.28318530717…"),
        (row("2", root(row("9")), "="), "6"),
        (row("2", fraction(row("1"), row("2")), "="), None),
        (row("2(3+4)="), "14"),
        (row("6÷2(1+2)="), None),
        (row("(1+2)(3+4)="), "21"),
        (row("x+1="), None),
        (power("x", row("2")), None),
        (row("1+2=3"), None),
        (row(scripted("2", row("1"), row("2"))), None),
        (power("0", row("0")), None),
        (row("1,5+1,5="), "3"),
        (row("(1+2="), None),
    ],
)
def test_arithmetic_has_a_value(formula: Row, value: str | None) -> None:
    assert value_of(formula) == value


def tower(*digits: str) -> Row:
    """A power of a power of a power."""
    found: Row = ()
    for digit in reversed(digits):
        found = (scripted(digit, sup=found),)
    return found


def test_a_tower_of_powers_is_no_value_and_takes_no_time() -> None:
    started = time.process_time()
    for formula in (tower("9", "9", "9", "9"), tower(*"2" * 60), power("9", row("9" * 60))):
        assert value_of(formula) is None
    assert value_of((*row("("), *tower("9", "9"), scripted(")", sup=row("99")))) is None
    assert time.process_time() - started < 1


_TEXTS = st.text("0123456789.,+-×÷·/:()=π%", min_size=1, max_size=12)


def _rows(within: st.SearchStrategy[Row]) -> st.SearchStrategy[Row]:
    return st.one_of(
        st.builds(lambda over, under: row(fraction(over, under)), within, within),
        st.builds(lambda inside, index: row(root(inside, index)), within, within | st.just(())),
        st.builds(lambda sup: row(scripted("9", sup=sup)), within),
        st.builds(lambda one, other: one + other, within, within),
    )


@settings(deadline=None)
@given(st.recursive(_TEXTS.map(row), _rows, max_leaves=6))
def test_anything_has_a_value_or_none(formula: Row) -> None:
    value = value_of(formula)
    assert value is None or value.removesuffix("…").lstrip("-").replace(".", "").isdecimal()
