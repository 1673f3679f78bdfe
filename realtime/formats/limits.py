"""How much of a file is read, and what is raised for one that is more or is malformed."""

from realtime.config import setting_name, variable_name
from realtime.formats.drawing import Trace
from realtime.setting_groups import InkFileLimits


class MalformedInkError(ValueError):
    """A file's content is not of its format, or more than the limit.

    `reading.py` adds the file's name and raises `InkFileError`.

    Attributes:
        reason: a clause that completes "FILE: PLACE: ".
        place: where in the file, such as "line 3" or "elements[4].points"; "" for all of it.
        limit: the number that was exceeded.
        setting: name of the setting that holds the limit.
    """

    def __init__(
        self, reason: str, place: str = "", limit: int | None = None, setting: str | None = None
    ) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place
        self.limit = limit
        self.setting = setting


class InkBudget:
    """Counts the strokes and points of one file as they are read."""

    def __init__(self, limits: InkFileLimits) -> None:
        self._limits = limits
        self._strokes = 0
        self._points = 0

    def add(self, trace: Trace, place: str) -> Trace:
        """Count a stroke, and return it.

        Raises:
            MalformedInkError: that is more than a file may have.
        """
        self._points += len(trace.points)
        if self._points > self._limits.file_points:
            raise _exceeded(self._limits.file_points, "points", InkFileLimits.file_points, place)
        self.refer(place)
        return trace

    def refer(self, place: str) -> None:
        """Count a stroke that a file names once more, since a short file can name all very often.

        Raises:
            MalformedInkError: that is more than a file may have.
        """
        self._strokes += 1
        if self._strokes > self._limits.file_strokes:
            raise _exceeded(self._limits.file_strokes, "strokes", InkFileLimits.file_strokes, place)


def _exceeded(limit: int, what: str, setting: object, place: str) -> MalformedInkError:
    reason = f"more than {limit} {what} ({variable_name(setting)})"
    return MalformedInkError(reason, place, limit, setting_name(setting))
