"""Ink of the JavaScript library signature_pad: what its `toData()` returns, as JSON.

Of all versions: from 3 on a group of points is an object with its pen, before a list; from 4 on a
point has a pressure, which is 0 where the device has none.
"""

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct

from realtime.formats.drawing import LabelledDrawing, Trace, common_channels
from realtime.formats.json_document import decode_document
from realtime.formats.limits import InkBudget, MalformedInkError

SIGNATURE_PAD = "signature_pad"


class _Point(Struct):
    x: float
    y: float
    time: float | None = None
    pressure: Annotated[float, Meta(ge=0, le=1)] = 0.0


class _Group(Struct):
    points: list[_Point]


def read_drawing(text: str, budget: InkBudget) -> LabelledDrawing:
    """The drawing in the JSON of `toData()`; times are since its first point.

    Raises:
        MalformedInkError: it is none, has no ink, or is more than the limit.
    """
    groups = decode_document(text, list[_Group | list[_Point]])
    strokes = [group.points if isinstance(group, _Group) else group for group in groups]
    # A mouse, and the library before its version 4, say nothing of pressure.
    has_pressure = any(point.pressure for stroke in strokes for point in stroke)
    traces: list[Trace] = []
    for number, stroke in enumerate(strokes):
        if stroke:
            times = [point.time for point in stroke if point.time is not None]
            try:
                trace = Trace(
                    np.array([(point.x, point.y) for point in stroke], np.float64),
                    np.array(times, np.float64) if len(times) == len(stroke) else None,
                    np.array([point.pressure for point in stroke]) if has_pressure else None,
                )
            except ValueError as error:
                raise MalformedInkError(str(error), f"[{number}].points") from error
            traces.append(budget.add(trace, f"[{number}].points"))
    try:
        return LabelledDrawing(traces=common_channels(traces), source=SIGNATURE_PAD)
    except ValueError as error:
        raise MalformedInkError(str(error)) from error
