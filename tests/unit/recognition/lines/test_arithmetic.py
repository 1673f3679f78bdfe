"""Tests of what sums come to."""

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.recognition.lines.arithmetic import (
    MOST_CHARACTERS,
    MOST_DIGITS,
    SHOWN_DIGITS,
    sum_of,
)

SYMBOLS = "0123456789.,-+×÷/=()%<>:$x−"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12+30=", "42"),
        ("7-12=", "-5"),
        ("7−12=", "-5"),
        ("2+3×4=", "14"),
        ("2+3x4=", "14"),
        ("(2+3)×4=", "20"),
        ("((2+3)×(4-1))÷5=", "3"),
        ("8/4/2=", "1"),
        ("7:2=", "3.5"),
        ("-5+3=", "-2"),
        ("3×-4=", "-12"),
        ("3--2=", "5"),
        ("-(2+3)=", "-5"),
        ("0-0=", "0"),
        ("0.1+0.2=", "0.3"),
        ("1,5+1=", "2.5"),
        (".5+,5=", "1"),
        ("0,125+0=", "0.125"),
        ("1,000+1=", "1001"),
        ("1.000+1=", "2"),
        ("1,234,567.5-0.5=", "1234567"),
        ("1.234.567,5+0=", "1234567.5"),
        ("1.234,5+0=", "1234.5"),
        ("50%=", "0.5"),
        ("50%×80=", "40"),
        ("200+10%×50=", "205"),
        ("1÷3=", "0.333333333333…"),
        ("-2÷3=", "-0.666666666666…"),
        ("1÷3×3=", "1"),
        ("1÷700=", "0.00142857142857…"),
        ("22÷7=", "3.14285714285…"),
        (f"1{'0' * 20}÷3=", f"{'3' * 20}.333…"),
        (f"{'9' * 15}×{'9' * 15}=", "999999999999998000000000000001"),
        ("1:30=", "0.0333333333333…"),
    ],
)
def test_a_sum_has_a_value(text: str, value: str) -> None:
    assert sum_of(text) == value


@pytest.mark.parametrize(
    "text",
    [
        # Without the sign of equality: a date, a time, a telephone number, a price, half a sum.
        *("12/3/2024", "1:30", "555-1234", "3.50", "12+30", ""),
        # Worked out already, or not to be.
        *("2+2=4", "2+2=4=", "5=", "-5=", "=", "1=1="),
        # No sums.
        *(
            "12+=",
            "+5=",
            "3++5=",
            "3---2=",
            "()=",
            "(2+3=",
            "2+3)=",
            "5%%=",
            "%=",
            "x=",
            "3x=",
            "2(3+4)=",
        ),
        *("$5+$3=", "3<4=", "1.2.3+1=", "1,2,3+1=", "1,00,000+1=", "5.+1=", ".+1=", "1..2+1="),
        # Without a value.
        *("1/0=", "0÷0=", "5÷(3-3)=", f"1+{'9' * MOST_DIGITS}="),
        # Too small to be shown.
        f"1/{'9' * (MOST_DIGITS + 1)}=",
        # What means two things.
        *("200+10%=", "80-5%="),
        f"1+{'1' * MOST_CHARACTERS}=",
    ],
)
def test_all_else_has_none(text: str) -> None:
    assert sum_of(text) is None


# A text, and its value; None where something is divided by zero.
Expression = tuple[str, Fraction | None]


def _joined(parts: tuple[Expression, str, Expression]) -> Expression:
    (one, first), sign, (other, second) = parts
    text = f"({one}{sign}{other})"
    if first is None or second is None or (sign == "÷" and not second):
        return text, None
    values = {"+": first + second, "-": first - second, "×": first * second}
    return text, first / second if sign == "÷" else values[sign]


numbers = st.decimals(
    min_value=0, max_value=9999, places=2, allow_nan=False, allow_infinity=False
).map(lambda number: (f"{number:f}", Fraction(number)))
expressions = st.recursive(
    numbers,
    lambda inner: st.tuples(inner, st.sampled_from("+-×÷"), inner).map(_joined),
    max_leaves=6,
)


@given(expressions)
def test_values_are_exact_or_cut_off(expression: Expression) -> None:
    text, expected = expression
    value = sum_of(f"{text}=")
    if value is None:
        assert expected is None or "(" not in text or len(text) >= MOST_CHARACTERS
        return
    assert expected is not None
    shown = Fraction(value.removesuffix("…"))
    if not value.endswith("…"):
        assert shown == expected
        return
    digits = value.strip("-…").replace(".", "")
    assert len(digits.lstrip("0")) >= SHOWN_DIGITS
    places = len(value.removesuffix("…").partition(".")[2])
    assert 0 < abs(expected) - abs(shown) < Fraction(1, 10**places)


@settings(max_examples=500)
@given(st.text(SYMBOLS, max_size=2 * MOST_CHARACTERS))
def test_anything_is_answered_soon(text: str) -> None:
    started = time.thread_time()
    value = sum_of(f"{text}=")
    assert time.thread_time() - started < 0.05
    assert value is None or len(value) < 2 * MOST_DIGITS


@pytest.mark.parametrize(
    "text",
    [
        "(" * 49 + "1" + ")" * 49,
        "1/7" * 33,
        "1/7+1/" * 16 + "9",
        f"{'9' * 49}/{'7' * 48}",
        "-" * 99,
    ],
)
def test_the_longest_are_answered_soon(text: str) -> None:
    started = time.thread_time()
    sum_of(f"{text}=")
    assert time.thread_time() - started < 0.01
