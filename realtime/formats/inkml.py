"""A reader of InkML (W3C Recommendation of 20 September 2011), and of files like CROHME's.

A document is one drawing, unless its outermost groups of traces each say what they are. Groups and
views within a drawing that say what they are, and hold no others that do, are its segments.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from lxml import etree

from realtime.formats.drawing import LabelledDrawing, LabelledStrokes, Trace, common_channels
from realtime.formats.inkml_context import Context, Contexts
from realtime.formats.inkml_trace import decode_trace
from realtime.formats.limits import InkBudget, MalformedInkError
from realtime.formats.xml_document import (
    children,
    identity,
    local_name,
    parse_xml,
    place_of,
    reference,
    text_of,
)

NAMESPACE = "http://www.w3.org/2003/InkML"
MATHML_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
# What annotations say that a drawing or a part is: CROHME's word, and MathWriting's.
_TRUTHS = ("truth", "label")
# Marks a group of traces as a drawing of its own, whether or not it has a label.
DRAWING_CATEGORY = "drawing"
# A truth with this encoding is no LaTeX, whatever it looks like.
TEXT_ENCODING = "text/plain"
_CONTEXTUAL = ("context", "traceFormat", "inkSource", "canvasTransform")


def read_drawings(content: bytes, budget: InkBudget) -> Iterator[LabelledDrawing]:
    """The drawings of a document.

    References to traces that are not there are passed over, as there are published files with such.

    Raises:
        MalformedInkError: it is no InkML, has no ink, or more than the limit; names the line and
            the element.
    """
    root = parse_xml(content)
    if local_name(root) != "ink":
        raise MalformedInkError("is no InkML, whose outermost element is <ink>", place_of(root))
    traces = _Traces(root, budget)
    owners = _drawing_groups(root)
    segments = list(_segments(root, frozenset(owners), traces))
    for owner in owners or [root]:
        yield _drawing(owner, root, traces, segments)


class _Traces:
    """The traces of a document in its order, decoded, each with its element and context."""

    def __init__(self, root: etree._Element, budget: InkBudget) -> None:
        contexts = Contexts(root)
        # Elements are kept here, as lxml makes new objects of those that nobody holds.
        self._by_element: dict[etree._Element, int] = {}
        self.traces: list[Trace] = []
        self.contexts: list[Context] = []
        # Where a trace, or the first part of one, is by its identity; "" is that of none.
        self.places: dict[str, int] = {}
        for element in root.iter("*"):
            name = local_name(element)
            if name in _CONTEXTUAL and element.getparent() is root:
                contexts.enter(element)
            elif name == "trace" and element.get("type") != "penUp":
                self._add(element, contexts.of(element, root), budget)

    def _add(self, element: etree._Element, context: Context, budget: InkBudget) -> None:
        trace = _trace(element, context)
        if trace is None:
            return
        prior = self.places.get(reference(element, "priorRef"))
        if element.get("continuation") in ("middle", "end") and prior is not None:
            self.traces[prior] = _joined(self.traces[prior], trace)
            self.places[identity(element)] = prior
            return
        self.places[identity(element)] = len(self.traces)
        self._by_element[element] = len(self.traces)
        self.traces.append(budget.add(trace, place_of(element)))
        self.contexts.append(context)

    def within(self, owner: etree._Element) -> list[int]:
        """The places of the traces in an element."""
        known = self._by_element
        return [known[one] for one in owner.iter("*") if one in known]


def _trace(element: etree._Element, context: Context) -> Trace | None:
    """The trace of an element; None where no point has both coordinates."""
    channels = context.trace_format
    try:
        values = decode_trace(text_of(element), len(channels.regular), len(channels.intermittent))
        columns = {name: values[:, found[0]] for name in "XYTF" if (found := channels.find(name))}
        known = np.isfinite(columns["X"]) & np.isfinite(columns["Y"])
        columns = {name: column[known] for name, column in columns.items()}
        if not known.any():
            return None
        times = columns.get("T")
        force = columns.get("F")
        return Trace(
            context.placed(columns["X"], columns["Y"]),
            None if times is None or np.isnan(times).any() else context.milliseconds(times),
            None if force is None or np.isnan(force).any() else context.pressure(force),
        )
    except MalformedInkError as error:
        raise MalformedInkError(error.reason, f"{place_of(element)}, {error.place}") from error
    except ValueError as error:
        raise MalformedInkError(str(error), place_of(element)) from error


def _joined(first: Trace, second: Trace) -> Trace:
    pairs = ((first.times_ms, second.times_ms), (first.pressure, second.pressure))
    times, pressure = (
        None if one is None or other is None else np.concatenate([one, other])
        for one, other in pairs
    )
    return Trace(np.concatenate([first.points, second.points]), times, pressure)


def _drawing_groups(root: etree._Element) -> list[etree._Element]:
    """The outermost groups, where they and not the document are the drawings."""
    if _truth(root) is not None or children(root, "trace"):
        return []
    groups = [one for one in children(root, "traceGroup") if _has_trace(one)]
    are_drawings = groups and all(
        _truth(group) is not None or _annotation(group, "category") == DRAWING_CATEGORY
        for group in groups
    )
    return groups if are_drawings else []


def _has_trace(group: etree._Element) -> bool:
    return any(local_name(one) == "trace" for one in group.iter("*"))


def _drawing(
    owner: etree._Element,
    root: etree._Element,
    traces: _Traces,
    segments: list[LabelledStrokes],
) -> LabelledDrawing:
    """The drawing of an element; `segments` are the document's, by the places of all traces."""
    own = traces.within(owner)
    try:
        ink = common_channels(traces.traces[place] for place in own)
    except ValueError as error:
        raise MalformedInkError(str(error), place_of(owner)) from error
    order = {place: number for number, place in enumerate(own)}
    label, is_latex = _label(owner)
    return LabelledDrawing(
        traces=ink,
        label=label,
        notation="latex" if is_latex else "text",
        mathml=_mathml(owner),
        segments=tuple(
            replace(one, strokes=tuple(order[place] for place in one.strokes))
            for one in segments
            if all(place in order for place in one.strokes)
        ),
        writer=_annotation(owner, "writer") or _annotation(root, "writer") or "",
        source=_annotation(owner, "source") or _annotation(root, "source", "UI") or "",
        hz=traces.contexts[own[0]].hz,
    )


def _segments(
    root: etree._Element, owners: frozenset[etree._Element], traces: _Traces
) -> Iterator[LabelledStrokes]:
    """What parts of drawings say that they are, with their traces by place in the document."""
    parts = [one for one in root.iter("*") if local_name(one) in ("traceGroup", "traceView")]
    groups = {identity(one): one for one in parts if local_name(one) == "traceGroup"}
    for part in parts:
        label = _truth(part)
        if part in owners or label is None or _holds_truth(part):
            continue
        places = traces.within(part)
        for view in part.iter("*"):
            name = reference(view, "traceDataRef")
            if not name:
                continue
            if name in traces.places:
                places.append(traces.places[name])
            elif name in groups:
                places += traces.within(groups[name])
        # CROHME's name of the group of all segments, in files that have none.
        if places and text_of(label) != "Segmentation":
            yield LabelledStrokes(text_of(label), tuple(places))


def _holds_truth(part: etree._Element) -> bool:
    return any(
        _truth(one) is not None
        for one in part.iterdescendants("*")
        if local_name(one) in ("traceGroup", "traceView")
    )


def _truth(element: etree._Element) -> etree._Element | None:
    """The annotation that says what an element is."""
    annotations = children(element, "annotation")
    for kind in _TRUTHS:
        for annotation in annotations:
            if annotation.get("type") == kind:
                return annotation
    return None


def _annotation(element: etree._Element, *kinds: str) -> str | None:
    for kind in kinds:
        for annotation in children(element, "annotation"):
            if annotation.get("type") == kind:
                return text_of(annotation)
    return None


def _label(owner: etree._Element) -> tuple[str | None, bool]:
    """What a drawing is, and whether that is LaTeX."""
    truth = _truth(owner)
    if truth is None:
        return None, False
    text = text_of(truth)
    if truth.get("encoding") == TEXT_ENCODING:
        return text, False
    stripped = text.strip()
    if len(stripped) > 1 and stripped.startswith("$") and stripped.endswith("$"):
        return stripped.strip("$").strip(), True
    is_latex = bool(_mathml(owner)) or _annotation(owner, "normalizedLabel") is not None
    return stripped, is_latex


def _mathml(owner: etree._Element) -> str:
    for annotation in children(owner, "annotationXML"):
        for math in children(annotation, "math"):
            return str(etree.tostring(math, encoding="unicode", with_tail=False))
    return ""
