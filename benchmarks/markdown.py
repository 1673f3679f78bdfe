"""Markdown: tables, and a page that has a place for each."""

from collections.abc import Iterable, Mapping, Sequence

Row = Sequence[str]


def fill(text: str, tables: Mapping[str, str]) -> str:
    """The page with each table between its markers, `<!-- name -->` and `<!-- /name -->`.

    Raises:
        ValueError: a table has no place.
    """
    for name, content in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"the page has no place, or several, for the table {name}")
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{content}\n{end}{after}"
    return text


def table(head: Row, rows: Iterable[Row], *, texts: int = 1) -> str:
    """A table whose first columns are text, so many, and whose others are numbers."""
    kinds = [*["---"] * texts, *["---:"] * (len(head) - texts)]
    return "\n".join(map(line, (head, kinds, *rows)))


def line(row: Row) -> str:
    """A row of a table."""
    return f"| {' | '.join(row)} |"
