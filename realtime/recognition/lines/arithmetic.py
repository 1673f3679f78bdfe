"""What a sum comes to: exact arithmetic on a text that ends with "=".

    sum         expression "="
    expression  term, then "+" or "-" and a term, any number of times
    term        factor, then × x ÷ / or : and a factor, any number of times
    factor      "-" at most once, then a number, or an expression in brackets, then "%" at most once

Without the "=" there is no value: `12/3/2024` is a date, `1:30` a time, `555-1234` a telephone
number. Nor is there one where people mean different things: `200+10%=` is 220 on a telephone and
200.1 in a spreadsheet, and `2(3+4)=` leaves out a sign.
"""

import re
from fractions import Fraction

# Of a text: a line has hardly more. Numbers in it, and so all results, have at most twice as many
# digits; there are no powers.
MOST_CHARACTERS = 100
# Of a value, before and after the point together: what has more is cut off, or is no value.
MOST_DIGITS = 30
# Digits that are shown of a value that does not end, from the first that is not 0.
SHOWN_DIGITS = 12
# Of a long value that does not end, at least so many are shown after the point.
_SHOWN_PLACES = 3

_TOKEN = re.compile(r"[0-9.,]+|.", re.DOTALL)
_DECIMAL = re.compile(r"[0-9]+|[0-9]*[.,][0-9]+")
# Groups of three digits: 1,234 and 1,234,567.8, but 1.234 has a decimal point.
_COMMAS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_POINTS = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|\.[0-9]{3},[0-9]+)")


class _NoSumError(Exception):
    """A text is no sum, or has no value."""


def sum_of(text: str) -> str | None:
    """What a sum comes to, as a decimal number; None where the text is none, or has no value.

    A value that does not end within `MOST_DIGITS` is cut off, and ends with "…". A number alone is
    no sum, nor is a text of more than `MOST_CHARACTERS`. The work is bounded by these.
    """
    if not text.endswith("=") or len(text) > MOST_CHARACTERS:
        return None
    tokens = _TOKEN.findall(text[:-1])
    # A number and its sign, which nobody has to work out.
    if len(tokens) < 2 or (len(tokens) == 2 and tokens[0] in "-−"):
        return None
    try:
        return decimal_of(_Parser(tokens).value())
    except (_NoSumError, ZeroDivisionError):
        return None


class _Parser:
    """Reads tokens from left to right, and works them out."""

    def __init__(self, tokens: list[str]) -> None:
        # From the end, as they are taken one by one.
        self._tokens = tokens[::-1]

    def value(self) -> Fraction:
        """The value of all tokens together."""
        value = self._expression()
        if self._tokens:
            raise _NoSumError
        return value

    def _expression(self) -> Fraction:
        value, _ = self._term()
        while sign := self._take("+-−"):
            other, is_percentage = self._term()
            if is_percentage:
                raise _NoSumError
            value = value + other if sign == "+" else value - other
        return value

    def _term(self) -> tuple[Fraction, bool]:
        """A term, and whether it is nothing but a percentage."""
        value, is_percentage = self._factor()
        while sign := self._take("×x÷/:"):
            other, _ = self._factor()
            value = value * other if sign in "×x" else value / other
            is_percentage = False
        return value, is_percentage

    def _factor(self) -> tuple[Fraction, bool]:
        is_negative = bool(self._take("-−"))
        if self._take("("):
            value = self._expression()
            if not self._take(")"):
                raise _NoSumError
        elif self._tokens:
            number = number_of(self._tokens.pop())
            if number is None:
                raise _NoSumError
            value = number
        else:
            raise _NoSumError
        is_percentage = bool(self._take("%"))
        if is_percentage:
            value /= 100
        return (-value if is_negative else value), is_percentage

    def _take(self, signs: str) -> str:
        """The next token if it is one of these signs, else nothing."""
        if self._tokens and self._tokens[-1] in signs:
            return self._tokens.pop()
        return ""


def number_of(token: str) -> Fraction | None:
    """The number that digits, points and commas spell; None where they spell none."""
    if _COMMAS.fullmatch(token):
        return Fraction(token.replace(",", ""))
    if _POINTS.fullmatch(token):
        return Fraction(token.replace(".", "").replace(",", "."))
    if _DECIMAL.fullmatch(token):
        return Fraction(token.replace(",", "."))
    return None


def decimal_of(value: Fraction) -> str | None:
    """A value in decimal digits, cut off with "…" where they do not end soon.

    None where it has more than `MOST_DIGITS` before the point, or zeros after it.
    """
    numerator, denominator = abs(value.numerator), value.denominator
    whole, rest = divmod(numerator, denominator)
    before = len(str(whole))
    if before > MOST_DIGITS:
        return None
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    places = _places(denominator)
    if places is not None and before + places <= MOST_DIGITS:
        return f"{sign}{whole}.{rest * 10**places // denominator:0{places}d}"
    zeros = 0
    while not whole and rest * 10 ** (zeros + 1) < denominator:
        zeros += 1
    places = max(SHOWN_DIGITS - before, _SHOWN_PLACES) if whole else zeros + SHOWN_DIGITS
    if 1 + zeros > MOST_DIGITS:
        return None
    return f"{sign}{whole}.{rest * 10**places // denominator:0{places}d}…"


def _places(denominator: int) -> int | None:
    """The decimal places of fractions with this denominator; None where they do not end."""
    twos = (denominator & -denominator).bit_length() - 1
    denominator >>= twos
    fives = 0
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None
