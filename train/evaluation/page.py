"""Writes what was measured into a page of the documentation, which keeps the rest as it is."""

from collections.abc import Mapping
from pathlib import Path


def write_between_markers(path: Path, parts: Mapping[str, str]) -> None:
    """Write each part of a page between its markers, `<!-- name -->` and `<!-- /name -->`.

    Raises:
        OSError: the page cannot be read or written.
        ValueError: a part has no place.
    """
    text = path.read_text(encoding="utf-8")
    for name, content in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"{path} has no place, or several, for {name}")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{content}\n{end}{rest.partition(end)[2]}"
    path.write_text(text, encoding="utf-8")
