"""Writes the weights that are fitted to a network, as a file that a person can read and compare."""

import re
from pathlib import Path

import msgspec

# A list of numbers, each on a line of its own.
_NUMBERS = re.compile(r"\[\s*(-?[\d.e-]+(?:,\s*-?[\d.e-]+)*)\s*\]")


def write_fitted(path: Path, weights: msgspec.Struct) -> str:
    """Write weights as JSON with each list of numbers in one line; returns what is written."""
    content = msgspec.json.format(msgspec.json.encode(weights), indent=2).decode()
    content = _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", content) + "\n"
    path.write_text(content, encoding="utf-8")
    return content
