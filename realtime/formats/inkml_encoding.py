"""The text of an InkML `trace` (W3C Recommendation of 2011, section 3.2): values of channels.

Points are separated by commas. A value is explicit (`!`), the difference to the one before it
(`'`), or the difference of two such differences (`"`); a channel keeps its prefix until the next
one. Numbers are decimal or hexadecimal (`#1F`), booleans `T` and `F`; `*` is the value before, and
`?` none.
"""

import re

import numpy as np
import numpy.typing as npt

from realtime.formats.limits import MalformedInkError

EXPLICIT, FIRST_DIFFERENCE, SECOND_DIFFERENCE = "!", "'", '"'
_PLAIN = re.compile(r"[-+0-9.eE,\s]*\Z")
_VALUE = re.compile(
    r"""\s*(?P<prefix>[!'"])?\s*
    (?: (?P<sign>[-+])?\s* (?: \#(?P<hex>[0-9A-Fa-f]+)
                             | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) )
      | (?P<word>[TF*?]) )\s*""",
    re.VERBOSE | re.ASCII,
)


class _Channel:
    """The last value of a channel, and how the next one is given."""

    __slots__ = ("_change", "_order", "_value")

    def __init__(self) -> None:
        self._order = EXPLICIT
        self._value: float | None = None
        # The difference of the last two values.
        self._change = 0.0

    def next(self, found: re.Match[str]) -> float:
        """The value that a match of `_VALUE` gives; NaN for none.

        Raises:
            ValueError: a difference, or a repetition, without a value before it.
        """
        word = found["word"]
        if word == "?":
            return float("nan")
        self._order = found["prefix"] or self._order
        if word == "*":
            return self._set(self._before())
        if word is not None:
            return self._set(float(word == "T"))
        number = _hexadecimal(found["hex"]) if found["hex"] else float(found["number"])
        if found["sign"] == "-":
            number = -number
        if self._order == FIRST_DIFFERENCE:
            number += self._before()
        elif self._order == SECOND_DIFFERENCE:
            number += self._before() + self._change
        return self._set(number)

    def _before(self) -> float:
        if self._value is None:
            raise ValueError("there is no value before it")
        return self._value

    def _set(self, value: float) -> float:
        self._change = 0.0 if self._value is None else value - self._value
        self._value = value
        return value


def _hexadecimal(digits: str) -> float:
    try:
        return float(int(digits, 16))
    except OverflowError as error:
        raise ValueError(f"#{digits[:8]}… is too large") from error


def decode_trace(text: str, regular: int, intermittent: int = 0) -> npt.NDArray[np.float64]:
    """The values of a trace.

    Args:
        text: the content of the element.
        regular: number of channels that each point has.
        intermittent: number of those after them, which a point may leave out.

    Returns:
        float64 of shape (n, regular + intermittent), with NaN where there is no value.

    Raises:
        MalformedInkError: a point has too few or too many values, or one that is none; the place
            is the point.
    """
    points = [point for point in text.split(",") if point.strip()]
    count = regular + intermittent
    if _PLAIN.match(text):
        rows = [point.split() for point in points]
        if all(len(row) == count for row in rows):
            try:
                return np.array([[float(one) for one in row] for row in rows]).reshape(-1, count)
            except ValueError:
                pass  # "3-5" are two values, which is looked into below.
    channels = [_Channel() for _ in range(count)]
    values = np.full((len(points), count), np.nan)
    for number, point in enumerate(points):
        try:
            found = _values(point, channels)
        except ValueError as error:
            raise MalformedInkError(str(error), f"point {number}") from error
        if not regular <= len(found) <= count:
            reason = f"{len(found)} values for {regular} channels"
            raise MalformedInkError(reason, f"point {number}")
        values[number, : len(found)] = found
    return values


def _values(point: str, channels: list[_Channel]) -> list[float]:
    values: list[float] = []
    end = 0
    while end < len(point):
        found = _VALUE.match(point, end)
        if found is None:
            raise ValueError(f"{point[end : end + 20].strip()!r} is no value")
        if len(values) == len(channels):
            raise ValueError(f"more than {len(channels)} values")
        values.append(channels[len(values)].next(found))
        end = found.end()
    return values
