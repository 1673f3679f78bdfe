"""The traces of an InkML document: decoded, joined of their parts, and placed on its canvas."""

import numpy as np
from lxml import etree

from realtime.formats.drawing import Trace
from realtime.formats.inkml_context import Context, Contexts
from realtime.formats.inkml_encoding import decode_trace
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.formats.xml_document import identity, local_name, place_of, reference, text_of

# Elements that hold for the traces after them, where they stand among these.
_CONTEXTUAL = ("context", "traceFormat", "inkSource", "canvasTransform")


class Traces:
    """The traces of a document in its order, decoded, each with its context."""

    def __init__(self, root: etree._Element, budget: InkBudget) -> None:
        contexts = Contexts(root)
        # Elements are kept here, as lxml makes new objects of those that nobody holds.
        self._by_element: dict[etree._Element, int] = {}
        self._within: dict[etree._Element, list[int]] = {}
        # Of each trace the parts that it was written in.
        self._parts: list[list[Trace]] = []
        self.contexts: list[Context] = []
        # Where a trace is by its identity, and by that of each of its parts.
        self.places: dict[str, int] = {}
        for element in root.iter("*"):
            name = local_name(element)
            if name in _CONTEXTUAL and element.getparent() is root:
                contexts.enter(element)
            elif name == "trace" and element.get("type") != "penUp":
                context = contexts.of(element, root)
                if (trace := _trace(element, context)) is not None:
                    self._add(element, budget.add(trace, place_of(element)), context)
        self.traces = [_joined(parts) for parts in self._parts]

    def _add(self, element: etree._Element, trace: Trace, context: Context) -> None:
        place = self.places.get(reference(element, "priorRef"))
        if element.get("continuation") in ("middle", "end") and place is not None:
            self._parts[place].append(trace)
        else:
            place = len(self._parts)
            self._by_element[element] = place
            self._parts.append([trace])
            self.contexts.append(context)
        self.places[identity(element)] = place

    def within(self, owner: etree._Element) -> list[int]:
        """The places of the traces in an element."""
        if owner not in self._within:
            known = self._by_element
            self._within[owner] = [known[one] for one in owner.iter("*") if one in known]
        return self._within[owner]


def _trace(element: etree._Element, context: Context) -> Trace | None:
    """The trace of an element; None where no point has both coordinates.

    Raises:
        MalformedInkError: a point cannot be read, or is beyond the limits; names both.
    """
    try:
        # What grows beyond all numbers is refused as a coordinate.
        with np.errstate(over="ignore", invalid="ignore"):
            return _decoded(text_of(element), context)
    except MalformedInkError as error:
        raise MalformedInkError(error.reason, f"{place_of(element)}, {error.place}") from error
    except ValueError as error:
        raise MalformedInkError(str(error), place_of(element)) from error


def _decoded(text: str, context: Context) -> Trace | None:
    channels = context.trace_format
    values = decode_trace(text, len(channels.regular), len(channels.intermittent))
    columns = {name: values[:, found[0]] for name in "XYTF" if (found := channels.find(name))}
    known = ~(np.isnan(columns["X"]) | np.isnan(columns["Y"]))
    if not known.any():
        return None
    columns = {name: column[known] for name, column in columns.items()}
    times, force = columns.get("T"), columns.get("F")
    return Trace(
        context.placed(columns["X"], columns["Y"]),
        None if times is None or np.isnan(times).any() else context.milliseconds(times),
        None if force is None or np.isnan(force).any() else context.pressure(force),
    )


def _joined(parts: list[Trace]) -> Trace:
    """One trace of several, with the channels that all have."""
    if len(parts) == 1:
        return parts[0]
    times = [one.times_ms for one in parts if one.times_ms is not None]
    pressure = [one.pressure for one in parts if one.pressure is not None]
    return Trace(
        np.concatenate([one.points for one in parts]),
        np.concatenate(times) if len(times) == len(parts) else None,
        np.concatenate(pressure) if len(pressure) == len(parts) else None,
    )
