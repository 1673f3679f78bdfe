"""Here it is said what is wrong with a stroke point that was refused while it was decoded: which field, and which limit it met."""

import re
from collections.abc import Mapping
from typing import NamedTuple

# Of what a refusal quotes from the client, who may send half a megabyte of it.
QUOTED = 200


class Complaint(NamedTuple):
    """A sentence that begins with the field, the field as a path such as `x[3]`, and the number it should have kept to."""

    message: str
    field: str | None
    limit: float | None


def understand(sentence: str, largest: Mapping[str, float]) -> Complaint:
    """Turn msgspec's complaint into ours. It ends its sentence with the path, "… - at `$.x[3]`", and names limits as "<= 100000.0".

    It may quote the client, "Invalid value '…'", who may write what looks like either.

    Args:
        sentence: what msgspec says.
        largest: what a number may be at most, by the name of its field, for those so large that msgspec says no more than "out of range".
    """
    path = re.search(r" - at `\$([\w.\[\]]*)`\Z", sentence)
    what = sentence[: path.start()] if path else sentence
    field = path[1].lstrip(".") if path else ""
    named = re.search(r"in `(\w+)`$|required field `(\w+)`$", what)
    if named:
        field = ".".join(part for part in (field, named[1] or named[2]) if part)
    bound = re.fullmatch(r"Expected .*[<>]=? (-?[\d.]+)", what)
    limit = float(bound[1]) if bound else largest.get(re.sub(r".*\.|\[.*", "", field)) if what.endswith("out of range") else None
    what = what if len(what) <= QUOTED else what[:QUOTED] + "…"
    return Complaint(f"{field}: {what}" if field else what, field or None, limit)
