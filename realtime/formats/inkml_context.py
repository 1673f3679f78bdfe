"""What InkML says of traces elsewhere: trace formats, ink sources, canvas transforms, contexts."""

import re
from dataclasses import dataclass, field, replace

import numpy as np
from lxml import etree

from realtime.formats.drawing import Column, PointColumns
from realtime.formats.limits import MalformedInkError
from realtime.formats.xml_document import (
    children,
    identity,
    local_name,
    place_of,
    reference,
    text_of,
)

# Millimetres of the units of length in InkML, section 3.1.
_MILLIMETRES = {
    "m": 1000.0, "cm": 10.0, "mm": 1.0, "um": 0.001, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6,
    "himetric": 0.01,
}  # fmt: skip
_MILLISECONDS = {"s": 1000.0, "ms": 1.0, "us": 0.001, "ns": 1e-6, "min": 60_000.0}
# Contexts, sources and formats that refer to one another; people's files have three.
REFERENCES_IN_A_ROW = 50
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a trace format; bounds are None where the file does not say."""

    name: str
    units: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class TraceFormat:
    """The channels of traces in the order of their values."""

    regular: tuple[Channel, ...] = (Channel("X"), Channel("Y"))
    intermittent: tuple[Channel, ...] = ()

    def find(self, name: str) -> tuple[int, Channel] | None:
        """The place of a channel, and the channel."""
        for place, channel in enumerate((*self.regular, *self.intermittent)):
            if channel.name == name:
                return place, channel
        return None


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a trace.

    Attributes:
        trace_format: its channels.
        hz: points a second, where the ink source says so.
        y_scale: what Y is multiplied with to be in the unit of X.
        transform: shape (2, 3), the affine mapping to the canvas.
    """

    trace_format: TraceFormat = field(default_factory=TraceFormat)
    hz: float | None = None
    y_scale: float = 1.0
    transform: PointColumns | None = None

    def placed(self, x: Column, y: Column) -> PointColumns:
        """Points in the unit of the canvas, y downwards, shape (n, 2)."""
        columns = []
        for name, column, scale in (("X", x, 1.0), ("Y", y, self.y_scale)):
            found = self.trace_format.find(name)
            columns.append(column * (-scale if found and found[1].is_reversed else scale))
        points: PointColumns = np.stack(columns, axis=1)
        if self.transform is not None:
            points = points @ self.transform[:, :2].T + self.transform[:, 2]
        return points + 0.0  # -0.0 becomes 0.0

    def milliseconds(self, values: Column) -> Column:
        """Times of channel T in milliseconds, its unit where none is named."""
        found = self.trace_format.find("T")
        return values * (_MILLISECONDS.get(found[1].units, 1.0) if found else 1.0)

    def pressure(self, values: Column) -> Column | None:
        """Forces of channel F as shares of the greatest; None where that is not known."""
        found = self.trace_format.find("F")
        if found and found[1].maximum is not None:
            low = found[1].minimum or 0.0
            if found[1].maximum > low:
                return np.clip((values - low) / (found[1].maximum - low), 0, 1)
        is_share = len(values) and values.min() >= 0 and values.max() <= 1
        return values if is_share else None


class Contexts:
    """All that a document defines, by identity, and the context in force."""

    def __init__(self, root: etree._Element) -> None:
        self._elements = {name: one for one in root.iter("*") if (name := identity(one))}
        self.current = Context()
        # Of each name what it refers to, so that a document of many traces reads it once.
        self._known: dict[str, Context] = {}

    def enter(self, element: etree._Element) -> None:
        """Take what stands among the traces as holding for those after it."""
        self.current = self._with(self.current, element)

    def of(self, trace: etree._Element, root: etree._Element) -> Context:
        """The context of a trace: its own, its group's, or that in force."""
        for element in (trace, *trace.iterancestors()):
            if element is root:
                break
            if name := reference(element, "contextRef"):
                if name not in self._known:
                    self._known[name] = self._referred(Context(), name, element, ())
                return self._known[name]
        return self.current

    def _with(
        self, context: Context, element: etree._Element, seen: tuple[str, ...] = ()
    ) -> Context:
        """A context with what an element adds to it."""
        match local_name(element):
            case "traceFormat":
                trace_format = _trace_format(element)
                scale = _y_scale(trace_format)
                return replace(context, trace_format=trace_format, y_scale=scale)
            case "inkSource":
                for child in children(element, "traceFormat"):
                    context = self._with(context, child)
                return _with_source(context, element)
            case "canvasTransform":
                return replace(context, transform=_affine(element))
            case "context":
                for name in ("contextRef", "inkSourceRef", "traceFormatRef", "canvasTransformRef"):
                    if referred := reference(element, name):
                        context = self._referred(context, referred, element, seen)
                order = ("inkSource", "traceFormat", "canvasTransform")
                for child in sorted(
                    children(element, *order), key=lambda one: order.index(local_name(one))
                ):
                    context = self._with(context, child)
        return context

    def _referred(
        self, context: Context, name: str, element: etree._Element, seen: tuple[str, ...]
    ) -> Context:
        # The default context and canvas transform need not be defined.
        if name.startswith("Default") and name not in self._elements:
            return context
        if name not in self._elements:
            raise MalformedInkError(f"refers to {name!r}, which is not there", place_of(element))
        if name in seen:
            raise MalformedInkError(f"refers to {name!r} in a circle", place_of(element))
        if len(seen) > REFERENCES_IN_A_ROW:
            reason = f"refers to {name!r} by way of more than {REFERENCES_IN_A_ROW} others"
            raise MalformedInkError(reason, place_of(element), REFERENCES_IN_A_ROW)
        return self._with(context, self._elements[name], (*seen, name))


def _trace_format(element: etree._Element) -> TraceFormat:
    regular = children(element, "channel")
    for group in children(element, "regularChannels"):
        regular += children(group, "channel")
    intermittent: list[etree._Element] = []
    for group in children(element, "intermittentChannels"):
        intermittent += children(group, "channel")
    if not regular:
        return TraceFormat(intermittent=tuple(map(_channel, intermittent)))
    trace_format = TraceFormat(tuple(map(_channel, regular)), tuple(map(_channel, intermittent)))
    names = {channel.name for channel in trace_format.regular}
    if missing := {"X", "Y"} - names:
        raise MalformedInkError(f"has no channel {min(missing)}", place_of(element))
    return trace_format


def _channel(element: etree._Element) -> Channel:
    return Channel(
        name=str(element.get("name", "")),
        units=str(element.get("units", "")).lower(),
        minimum=_number(element, "min"),
        maximum=_number(element, "max"),
        is_reversed=element.get("orientation") == "-ve",
    )


def _number(element: etree._Element, attribute: str) -> float | None:
    text = element.get(attribute)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError as error:
        raise MalformedInkError(f"{attribute}: {text!r} is no number", place_of(element)) from error
    return number if np.isfinite(number) else None


def _y_scale(trace_format: TraceFormat) -> float:
    """The unit of Y by that of X, where both are lengths."""
    units = [found[1].units for name in "XY" if (found := trace_format.find(name))]
    lengths = [_MILLIMETRES[unit] for unit in units if unit in _MILLIMETRES]
    return lengths[1] / lengths[0] if len(lengths) == 2 else 1.0


def _with_source(context: Context, element: etree._Element) -> Context:
    for rate in children(element, "sampleRate"):
        if (hz := _number(rate, "value")) and hz > 0:
            context = replace(context, hz=hz)
    resolutions: dict[str, float] = {}
    for group in children(element, "channelProperties"):
        for one in children(group, "channelProperty"):
            value = _number(one, "value") if one.get("name") == "resolution" else None
            if value and value > 0:
                resolutions[str(one.get("channel"))] = value
    # Points to a unit of length: of an axis with more of them, each is shorter.
    if {"X", "Y"} <= resolutions.keys():
        context = replace(context, y_scale=resolutions["X"] / resolutions["Y"])
    return context


def _affine(element: etree._Element) -> PointColumns | None:
    """The affine mapping to the canvas, shape (2, 3); None where there is none, or of another kind.

    Of two mappings the second leads back.
    """
    for mapping in children(element, "mapping")[:1]:
        for affine in children(mapping, "affine"):
            numbers = [float(one) for one in _NUMBER.findall(text_of(affine))]
            if len(numbers) != 6:
                reason = f"has {len(numbers)} numbers; a mapping of X and Y has six"
                raise MalformedInkError(reason, place_of(affine))
            return np.array(numbers).reshape(2, 3)
    return None
