"""Exports the labelled samples of a database.

python -m realtime.samples.export FILE.db > mine.ndjson       NDJSON for `python -m train --ink`
python -m realtime.samples.export FILE.db --sessions FOLDER   session files, to be replayed
"""

import argparse
import sqlite3
import sys
from pathlib import Path

import msgspec

from realtime.samples.store import rows

# The label of ink that is no digit; training takes any word that names no look-alike of one.
NO_DIGIT = "no digit"


def main() -> None:
    """Write the samples of the database named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m realtime.samples.export",
        description="Export labelled samples, as NDJSON for training.",
    )
    parser.add_argument("file", metavar="FILE.db")
    parser.add_argument(
        "--sessions",
        type=Path,
        metavar="FOLDER",
        help="write session files there instead, for replay",
    )
    options = parser.parse_args()
    try:
        for number, writer, label, strokes, session in rows(options.file):
            if options.sessions:
                (options.sessions / f"{writer}-{number}.json").write_text(session + "\n")
                continue
            line = {
                "label": NO_DIGIT if label is None else label,
                "writer": writer,
                "strokes": msgspec.Raw(strokes.encode()),
            }
            sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    except (sqlite3.Error, OSError) as error:
        sys.exit(f"{options.file}: {error}")


if __name__ == "__main__":
    main()
