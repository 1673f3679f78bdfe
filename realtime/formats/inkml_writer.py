"""A writer of InkML: one drawing is the document, several are groups of its traces."""

from collections.abc import Sequence

import numpy as np
from lxml import etree

from realtime.formats.drawing import LabelledDrawing, Trace
from realtime.formats.inkml import DRAWING_CATEGORY, NAMESPACE, TEXT_ENCODING
from realtime.formats.limits import MalformedInkError
from realtime.formats.xml_document import parse_xml

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def format_drawings(drawings: Sequence[LabelledDrawing]) -> bytes:
    """An InkML document of these drawings, UTF-8.

    Raises:
        MalformedInkError: a text has a character that XML cannot have, or `mathml` is no XML.
    """
    root = etree.Element(f"{{{NAMESPACE}}}ink", nsmap={None: NAMESPACE})
    definitions = _add(root, "definitions")
    contexts: dict[tuple[bool, bool, float | None], str] = {}
    for drawing in drawings:
        key = (drawing.has_times, drawing.has_pressure, drawing.hz)
        if key not in contexts:
            contexts[key] = f"c{len(contexts)}"
            _add_context(definitions, contexts[key], drawing)
    first = 0
    formulas: list[tuple[LabelledDrawing, etree._Element]] = []
    views: list[tuple[LabelledDrawing, int]] = []
    for number, drawing in enumerate(drawings):
        owner = root
        if len(drawings) > 1:
            owner = _add(root, "traceGroup")
            owner.set(_XML_ID, f"d{number}")
            _add_annotation(owner, "category", DRAWING_CATEGORY)
        _describe(owner, drawing)
        if drawing.mathml:
            attributes = {"type": "truth", "encoding": "Presentation-MathML"}
            formulas.append((drawing, _add(owner, "annotationXML", **attributes)))
        context = contexts[drawing.has_times, drawing.has_pressure, drawing.hz]
        for place, trace in enumerate(drawing.traces, first):
            element = _add(owner, "trace")
            element.set(_XML_ID, f"t{place}")
            element.set("contextRef", f"#{context}")
            element.text = _values(trace)
        views.append((drawing, first))
        first += len(drawing.traces)
    for drawing, place in views:
        _add_segments(root, drawing, place)
    etree.indent(root)
    # White space within a formula is the formula's own.
    for drawing, annotation in formulas:
        annotation.append(_math(drawing))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _add(parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _add_annotation(parent: etree._Element, kind: str, text: str, /, **attributes: str) -> None:
    annotation = _add(parent, "annotation", type=kind, **attributes)
    try:
        annotation.text = text
    except ValueError as error:
        reason = f"a character that XML cannot have, in {text!r}"
        raise MalformedInkError(reason, kind) from error


def _add_context(definitions: etree._Element, name: str, drawing: LabelledDrawing) -> None:
    context = _add(definitions, "context")
    context.set(_XML_ID, name)
    source = _add(context, "inkSource")
    source.set(_XML_ID, f"{name}source")
    if drawing.hz is not None:
        _add(source, "sampleRate", uniform="true", value=_number(drawing.hz))
    trace_format = _add(source, "traceFormat")
    _add(trace_format, "channel", name="X", type="decimal")
    _add(trace_format, "channel", name="Y", type="decimal")
    if drawing.has_times:
        _add(trace_format, "channel", name="T", type="decimal", units="ms")
    if drawing.has_pressure:
        _add(trace_format, "channel", name="F", type="decimal", min="0", max="1")


def _describe(owner: etree._Element, drawing: LabelledDrawing) -> None:
    if drawing.writer:
        _add_annotation(owner, "writer", drawing.writer)
    if drawing.source:
        _add_annotation(owner, "source", drawing.source)
    if drawing.label is not None:
        if drawing.notation == "latex":
            _add_annotation(owner, "truth", f"${drawing.label}$")
        else:
            _add_annotation(owner, "truth", drawing.label, encoding=TEXT_ENCODING)


def _math(drawing: LabelledDrawing) -> etree._Element:
    try:
        return parse_xml(drawing.mathml.encode())
    except MalformedInkError as error:
        raise MalformedInkError(error.reason, "mathml") from error


def _add_segments(root: etree._Element, drawing: LabelledDrawing, first: int) -> None:
    segments = [segment for segment in drawing.segments if segment.strokes]
    if not segments:
        return
    segmentation = _add(root, "traceView")
    _add_annotation(segmentation, "category", "segmentation")
    for segment in segments:
        view = _add(segmentation, "traceView")
        _add_annotation(view, "truth", segment.label, encoding=TEXT_ENCODING)
        for stroke in segment.strokes:
            _add(view, "traceView", traceDataRef=f"#t{first + stroke}")


def _values(trace: Trace) -> str:
    columns = [trace.points[:, 0], trace.points[:, 1]]
    columns += [one for one in (trace.times_ms, trace.pressure) if one is not None]
    rows = np.stack(columns, axis=1).tolist()
    return ", ".join(" ".join(map(_number, row)) for row in rows)


def _number(value: float) -> str:
    """A number with all its digits, and without an exponent, which not all readers know."""
    text = repr(value).removesuffix(".0")
    return np.format_float_positional(value, trim="-") if "e" in text else text
