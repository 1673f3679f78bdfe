"""What is drawn in each task: recordings, and texts and formulas by the scripted pen."""

from collections.abc import Mapping, Sequence

import msgspec

from benchmarks.recordings import digit_recordings
from realtime.protocol import session_file
from realtime.protocol.session_file import Entry, Recording
from tests.support.files import RECORDINGS
from tests.support.pen_lines import LINE_HEIGHT, write_text
from tests.support.pens import WRITING_STYLES, PenPoint, PenStroke

LINES = ("12+30=", "1984", "3.14", "26-11-2026", "6×7=", "(8+1)/3=")
TEXTS = ("the quick brown fox", "Hello World", "a line of print", "See you at 5", "Dear Anna,")
FORMULAS = ("x=3+4", "2a-b", "(a+b)×c", "y=7x")
# Numerators and denominators, and what stands before a fraction.
FRACTIONS = (("1", "2", ""), ("a+b", "3", "x="), ("25", "x", "2+"))
# Between two strokes of a quick hand, and as much of one as the page sends in a message.
PAUSE_MS = 150.0
MESSAGE_MS = 40.0
_STYLE = WRITING_STYLES["neat"]


def drawings_of_tasks() -> Mapping[str, list[Recording]]:
    """Drawings of each task that there may be, at the speed of a hand."""
    every = map(session_file.read_recording, RECORDINGS)
    characters = [one for one in every if one.label and one.recognize == "character"]
    formulas = [write_text(one, _STYLE, one) for one in FORMULAS]
    formulas += [_fraction(*one) for one in FRACTIONS]
    return {
        "digit": digit_recordings(),
        "line": [_recorded(write_text(one, _STYLE, one)) for one in LINES],
        "character": characters,
        "text": [_recorded(write_text(one, _STYLE, one)) for one in TEXTS],
        "math": list(map(_recorded, formulas)),
    }


def _fraction(above: str, below: str, before: str) -> tuple[PenStroke, ...]:
    """What stands before a fraction, its numerator, its bar, its denominator."""
    begun = write_text(before, _STYLE, before)
    left = max((x for one in begun for x, *_ in one.points), default=0.0) + LINE_HEIGHT / 4
    upper = [_moved(one, left, -0.75 * LINE_HEIGHT) for one in write_text(above, _STYLE, above)]
    lower = [_moved(one, left, 0.75 * LINE_HEIGHT) for one in write_text(below, _STYLE, below)]
    points = [point for one in (*upper, *lower) for point in one.points]
    first, last = min(point.x for point in points), max(point.x for point in points)
    middle = (min(point.y for point in points) + max(point.y for point in points)) / 2
    steps = [first - 20 + (last - first + 40) * step / 20 for step in range(21)]
    bar = PenStroke(tuple(PenPoint(x, middle, 12.0 * i, 0.5) for i, x in enumerate(steps)))
    return (*begun, *upper, bar, *lower)


def _moved(stroke: PenStroke, right: float, down: float) -> PenStroke:
    return PenStroke(
        tuple(point._replace(x=point.x + right, y=point.y + down) for point in stroke.points)
    )


def _recorded(strokes: Sequence[PenStroke]) -> Recording:
    """The session of a page on which this is drawn."""
    entries = []
    begun_ms = 0.0
    for number, stroke in enumerate(strokes):
        points = list(stroke.points)
        while points:
            until_ms = points[0].t_ms + MESSAGE_MS
            some = [point for point in points if point.t_ms < until_ms]
            del points[: len(some)]
            message = {
                "type": "points",
                "stroke": number,
                "x": [round(point.x, 1) for point in some],
                "y": [round(point.y, 1) for point in some],
                "t": [round(begun_ms + point.t_ms) for point in some],
                "end": not points,
            }
            at_ms = begun_ms + some[-1].t_ms
            entries.append(Entry(at_ms, send=msgspec.Raw(msgspec.json.encode(message))))
        begun_ms += stroke.points[-1].t_ms + PAUSE_MS
    return Recording(format="ink-session", v=1, messages=entries)
