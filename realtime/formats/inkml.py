"""A reader of InkML (W3C Recommendation of 20 September 2011), and of files like CROHME's.

A document is one drawing, unless its outermost groups of traces each say what they are. Groups and
views within a drawing that say what they are, and hold no others that do, are its segments.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from realtime.formats.drawing import LabelledDrawing, LabelledStrokes, common_channels
from realtime.formats.inkml_traces import Traces
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
    traces = Traces(root, budget)
    owners = _drawing_groups(root)
    # By the first trace of each, so that many drawings with many segments are read in one pass.
    segments: dict[int, list[tuple[int, LabelledStrokes]]] = {}
    for number, segment in enumerate(_segments(root, frozenset(owners), traces, budget)):
        segments.setdefault(segment.strokes[0], []).append((number, segment))
    common = _Provenance(root)
    for owner in owners or [root]:
        yield _drawing(owner, common, traces, segments)


class _Provenance:
    """Who wrote a drawing, and where it is from, as its annotations say."""

    def __init__(self, element: etree._Element) -> None:
        self.writer = _annotation(element, "writer") or ""
        self.source = _annotation(element, "source", "UI") or ""


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
    common: _Provenance,
    traces: Traces,
    segments: Mapping[int, Sequence[tuple[int, LabelledStrokes]]],
) -> LabelledDrawing:
    """The drawing of an element.

    Args:
        owner: the element.
        common: what the document says of all its drawings.
        traces: those of the document.
        segments: the document's with their numbers, in which strokes are places among all traces,
            by the first one.
    """
    own = traces.within(owner)
    try:
        ink = common_channels(traces.traces[place] for place in own)
    except ValueError as error:
        raise MalformedInkError(str(error), place_of(owner)) from error
    order = {place: number for number, place in enumerate(own)}
    label, is_latex = _label(owner)
    said = _Provenance(owner)
    return LabelledDrawing(
        traces=ink,
        label=label,
        notation="latex" if is_latex else "text",
        mathml=_mathml(owner),
        segments=tuple(
            replace(one, strokes=tuple(order[place] for place in one.strokes))
            for _, one in sorted(
                (found for place in own for found in segments.get(place, ())),
                key=lambda numbered: numbered[0],
            )
            if order.keys() >= set(one.strokes)
        ),
        writer=said.writer or common.writer,
        source=said.source or common.source,
        hz=traces.contexts[own[0]].hz,
    )


def _segments(
    root: etree._Element,
    owners: frozenset[etree._Element],
    traces: Traces,
    budget: InkBudget,
) -> Iterator[LabelledStrokes]:
    """What parts of drawings say that they are, with their traces by place in the document."""
    parts = [one for one in root.iter("*") if local_name(one) in ("traceGroup", "traceView")]
    groups = {identity(one): one for one in parts if local_name(one) == "traceGroup"}
    for part in parts:
        label = _truth(part)
        if part in owners or label is None or _holds_truth(part):
            continue
        places = list(traces.within(part))
        for view in part.iter("*"):
            name = reference(view, "traceDataRef")
            if not name:
                continue
            if name in traces.places:
                places.append(traces.places[name])
            elif name in groups:
                for place in traces.within(groups[name]):
                    budget.refer(place_of(view))
                    places.append(place)
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
