"""Numbers of bounded size: exact as long as all is rational, and of so many digits else."""

from decimal import Context, Decimal
from fractions import Fraction as Rational

# Of what is exact, numerator and denominator: a value has at most 30 digits, and steps on the way
# to it may have more.
_MOST_BITS = 512
# Significant digits that are shown of a value that does not end, and that are kept on the way.
_SHOWN = 12
_CONTEXT = Context(prec=40, Emax=60, Emin=-60, traps=Context().traps)
PI = Decimal("3.14159265358979323846264338327950288419716939937510")

Number = Rational | Decimal


class NoValueError(Exception):
    """A formula is no arithmetic, or has no value."""


def _bounded(value: Number) -> Number:
    if isinstance(value, Rational) and (
        max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS
    ):
        raise NoValueError
    return value


def add(one: Number, other: Number) -> Number:
    """A sum.

    Raises:
        NoValueError, DecimalException: it is larger than a value may be.
    """
    if isinstance(one, Rational) and isinstance(other, Rational):
        return _bounded(one + other)
    return _CONTEXT.add(_decimal(one), _decimal(other))


def times(one: Number, other: Number) -> Number:
    """A product; see `add`."""
    if isinstance(one, Rational) and isinstance(other, Rational):
        return _bounded(one * other)
    return _CONTEXT.multiply(_decimal(one), _decimal(other))


def divided(one: Number, other: Number) -> Number:
    """A quotient; see `add`.

    Raises:
        ZeroDivisionError, DecimalException: the other is 0.
    """
    if isinstance(one, Rational) and isinstance(other, Rational):
        return _bounded(one / other)
    return _CONTEXT.divide(_decimal(one), _decimal(other))


def _decimal(value: Number) -> Decimal:
    if isinstance(value, Decimal):
        return value
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def raised(value: Number, power: Number) -> Number:
    """A power, exact where both are rational and it is; see `add`."""
    if isinstance(value, Rational) and isinstance(power, Rational):
        if value == 0 and power <= 0:
            raise NoValueError
        root = _exact_root(value, power.denominator)
        if root is not None:
            bits = max(root.numerator.bit_length(), root.denominator.bit_length())
            if abs(power.numerator) * max(bits - 1, 0) > _MOST_BITS:
                raise NoValueError
            # Of 0, 1 and −1 every power is one of these.
            exponent = power.numerator
            if abs(root) == 1:
                exponent = exponent % 2
            elif root == 0:
                exponent = 1
            return _bounded(root**exponent)
    if value <= 0:
        raise NoValueError
    return _CONTEXT.power(_decimal(value), _decimal(power))


def _exact_root(value: Rational, degree: int) -> Rational | None:
    """The root of a rational number where it is rational, too."""
    if degree == 1:
        return value
    if value < 0 or degree > 100:
        return None
    parts = [_whole_root(one, degree) for one in (value.numerator, value.denominator)]
    if None in parts:
        return None
    return Rational(*[part for part in parts if part is not None])


def _whole_root(value: int, degree: int) -> int | None:
    """The root of a whole number where it is whole, by bisection."""
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle - 1
    return low if low**degree == value else None


def shown(value: Decimal) -> str | None:
    """The digits of a value that does not end, cut off."""
    if value == 0:
        return None
    exponent = value.adjusted()
    if abs(exponent) > 30:
        return None
    places = max(_SHOWN - 1 - exponent, 0) if exponent < _SHOWN else 0
    text = format(value, "f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest[:places]}…" if places and rest else f"{whole}…"
