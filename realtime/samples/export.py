"""Exports the labelled samples of a database.

python -m realtime.samples.export FILE.db > mine.ndjson       NDJSON for `python -m train --ink`
python -m realtime.samples.export FILE.db --lines > lines.ndjson   the same of lines
python -m realtime.samples.export FILE.db --sessions FOLDER   session files, to be replayed
"""

import argparse
import sqlite3
import sys
from pathlib import Path

import msgspec

from realtime.moved_command import tell_new_name
from realtime.protocol.session_file import Recording
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.samples.store import rows

# The label of ink that is no digit; training takes any word that names no look-alike of one.
NO_DIGIT = "no digit"
# The label of ink that is no line.
NO_LINE = ""


def main() -> None:
    """Write the samples of the database named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m realtime.samples.export",
        description="Export labelled samples, as NDJSON for training.",
    )
    parser.add_argument("file", metavar="FILE.db")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--lines", action="store_true", help="write the lines instead of single characters"
    )
    kinds.add_argument(
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
            elif is_line(session) == options.lines:
                line = {
                    "label": (NO_LINE if options.lines else NO_DIGIT) if label is None else label,
                    "writer": writer,
                    "strokes": msgspec.Raw(strokes.encode()),
                }
                sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    except (sqlite3.Error, OSError) as error:
        sys.exit(f"{options.file}: {error}")


def is_line(session: str) -> bool:
    """Whether the ink of a stored session was read as a line."""
    return msgspec.json.decode(session, type=Recording).recognize != DEFAULT_TASK


if __name__ == "__main__":
    tell_new_name("realtime.samples.export", "export")
    main()
