"""Faults of JSON documents: the field and the limit that it broke, or that the JSON is none."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

# Characters of msgspec's sentence that are kept: it may quote a value of half a megabyte.
QUOTE_LIMIT = 200


class ValidationError(NamedTuple):
    """What is wrong with a document.

    Attributes:
        message: a sentence that begins with the field.
        field: path of the field, such as `x[3]`.
        limit: the number that the field should have kept to.
    """

    message: str
    field: str | None
    limit: float | None


def parse_validation_error(sentence: str, upper_limits: Mapping[str, float]) -> ValidationError:
    """Parse the sentence of a `msgspec.ValidationError`.

    It ends with the path, "… - at `$.x[3]`", and names limits as "<= 100000.0". It may quote a
    value, "Invalid value '…'", in which a client can write what looks like either.

    Args:
        sentence: what msgspec says.
        upper_limits: the upper limits of numbers, by the name of their field; msgspec says no more
            than "out of range" of a number that is too large for a float.
    """
    path = re.search(r" - at `\$([\w.\[\]]*)`\Z", sentence)
    what = sentence[: path.start()] if path else sentence
    field = path[1].lstrip(".") if path else ""
    named = re.search(r"in `(\w+)`$|required field `(\w+)`$", what)
    if named:
        field = ".".join(part for part in (field, named[1] or named[2]) if part)
    bound = re.fullmatch(r"Expected .*[<>]=? (-?[\d.]+)", what)
    limit = float(bound[1]) if bound else None
    if limit is None and what.endswith("out of range"):
        limit = upper_limits.get(re.sub(r".*\.|\[.*", "", field))
    if len(what) > QUOTE_LIMIT:
        what = what[:QUOTE_LIMIT] + "…"
    return ValidationError(f"{field}: {what}" if field else what, field or None, limit)


def json_fault(error: msgspec.DecodeError, text: bytes | str) -> str:
    """What is wrong with a text that is no JSON, which may be that it ends too early."""
    # msgspec says of a number that was cut within that it is invalid at the text's end.
    found = re.search(r"\(byte (\d+)\)", str(error))
    size = len(text if isinstance(text, bytes) else text.encode())
    if "truncated" in str(error) or (found and int(found[1]) >= size):
        return "is cut short: the JSON does not end"
    return f"is not JSON: {error}"
