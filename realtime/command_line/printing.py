"""What `recognize` prints: lines to read, JSON, or CSV."""

import csv
from typing import TextIO

import msgspec

from realtime.command_line.inputs import Recognized

# In CSV; the alternatives are in JSON alone.
COLUMNS = (
    *("file", "drawing", "task", "text", "p", "rejected", "reason", "latex", "value", "label"),
)


class Printer:
    """Prints what was read, as it comes.

    Args:
        output: "text", "json" or "csv".
        stream: where to.
    """

    def __init__(self, output: str, stream: TextIO) -> None:
        self._output, self._stream = output, stream
        self._csv = csv.DictWriter(stream, COLUMNS, extrasaction="ignore")
        if output == "csv":
            self._csv.writeheader()

    def write(self, found: Recognized) -> None:
        """Print one."""
        if self._output == "json":
            self._stream.write(msgspec.json.encode(found).decode() + "\n")
        elif self._output == "csv":
            self._csv.writerow(msgspec.to_builtins(found))
        else:
            self._stream.write(_line(found) + "\n")
        self._stream.flush()


def _line(found: Recognized) -> str:
    place = found.file if found.drawing <= 1 else f"{found.file} #{found.drawing}"
    line = f"{place}: {found.text}  ({found.p:.0%})"
    if found.value is not None:
        line += f"  comes to {found.value}"
    if found.rejected:
        line += "  rejected"
    return f"{line}: {found.reason}" if found.reason else line
