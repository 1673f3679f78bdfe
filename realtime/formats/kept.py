"""Labelled samples that the service has kept, as drawings: a SQLite file of `realtime.samples`."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from realtime.formats import session
from realtime.formats.drawing import LabelledDrawing
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.samples.store import rows

# What every SQLite file begins with.
SQLITE_MAGIC = b"SQLite format 3\0"
KEPT = "kept"


def read_drawings(path: Path, budget: InkBudget) -> Iterator[LabelledDrawing]:
    """The drawings at the end of the sessions that are stored, with the donor's hash as the writer.

    Raises:
        MalformedInkError: it is another database, or more than the limit.
    """
    try:
        for number, writer, label, _, content in rows(str(path)):
            try:
                drawing = session.read_drawing(content.encode(), budget)
            except MalformedInkError as error:
                raise MalformedInkError(str(error), f"sample {number}") from error
            yield replace(drawing, label=label or "", writer=writer, source=KEPT)
    except sqlite3.Error as error:
        raise MalformedInkError(f"is no database of samples: {error}") from error
