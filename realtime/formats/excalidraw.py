"""Ink of Excalidraw: the elements `freedraw` of a scene, or of what was copied to a clipboard."""

import math
from typing import Annotated, Literal, TypeVar

import msgspec
import numpy as np
from msgspec import Meta, Raw, Struct

from realtime.formats.drawing import LabelledDrawing, PointColumns, Trace, common_channels
from realtime.formats.json_document import decode_document
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.protocol.validation_error import parse_validation_error

EXCALIDRAW = "excalidraw"
_Kind = TypeVar("_Kind")


class _Element(Struct):
    """An element of any type; what others than `freedraw` have is not looked at."""

    type: str
    isDeleted: bool = False  # noqa: N815
    x: Raw = Raw(b"0")
    y: Raw = Raw(b"0")
    # Radians clockwise about the middle of the element's box.
    angle: Raw = Raw(b"0")
    points: Raw = Raw(b"[]")
    pressures: Raw = Raw(b"[]")
    # True where there are no pressures, and they are made up from the speed.
    simulatePressure: Raw = Raw(b"true")  # noqa: N815


class _Scene(Struct):
    type: Literal["excalidraw", "excalidraw/clipboard"]
    elements: list[_Element]


def read_drawing(text: str, budget: InkBudget) -> LabelledDrawing:
    """The strokes of a scene, in the order in which it stacks them; other elements are left out.

    Raises:
        MalformedInkError: it is no scene, has no ink, or is more than the limit.
    """
    traces: list[Trace] = []
    for number, element in enumerate(decode_document(text, _Scene).elements):
        place = f"elements[{number}]"
        if element.type == "freedraw" and not element.isDeleted:
            traces.append(budget.add(_trace(element, place), place))
    try:
        return LabelledDrawing(traces=common_channels(traces), source=EXCALIDRAW)
    except ValueError as error:
        reason = "no ink: there is no element `freedraw`"
        raise MalformedInkError(reason) from error


def _trace(element: _Element, place: str) -> Trace:
    """The stroke of an element in the scene's coordinates."""
    points = np.array(_decoded(element.points, list[tuple[float, float]], place, "points"))
    x, y, angle = (
        _decoded(value, float, place, name)
        for name, value in (("x", element.x), ("y", element.y), ("angle", element.angle))
    )
    pressure = None
    if not _decoded(element.simulatePressure, bool, place, "simulatePressure"):
        kind = list[Annotated[float, Meta(ge=0, le=1)]]
        known = np.array(_decoded(element.pressures, kind, place, "pressures"), np.float64)
        pressure = known if len(known) == len(points) else None
    if not len(points):
        raise MalformedInkError("a stroke without a point", f"{place}.points")
    try:
        # What grows beyond all numbers is refused as a coordinate.
        with np.errstate(over="ignore", invalid="ignore"):
            if angle:
                points = _turned(points, angle)
            return Trace(points + np.array([x, y]), None, pressure)
    except ValueError as error:
        raise MalformedInkError(str(error), place) from error


def _turned(points: PointColumns, angle: float) -> PointColumns:
    """Points turned clockwise about the middle of their box; y grows downwards."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    cosine, sine = math.cos(angle), math.sin(angle)
    turned: PointColumns = (points - middle) @ np.array([[cosine, sine], [-sine, cosine]]) + middle
    return turned


def _decoded(value: Raw, kind: type[_Kind], place: str, name: str) -> _Kind:
    try:
        return msgspec.json.decode(value, type=kind)
    except msgspec.DecodeError as error:
        cause = parse_validation_error(str(error), {})
        raise MalformedInkError(cause.message, f"{place}.{name}") from error
