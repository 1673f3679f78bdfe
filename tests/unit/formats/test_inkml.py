"""InkML: traces in every encoding, their contexts, CROHME's files, and XML that means harm."""

from pathlib import Path

import pytest

from realtime.errors import InkFileError
from realtime.formats.drawing import LabelledDrawing, LabelledStrokes
from realtime.formats.inkml_encoding import decode_trace
from realtime.formats.limits import MalformedInkError
from realtime.formats.reading import InkFormat, read_ink
from realtime.setting_groups import InkFileLimits
from tests.support.files import INK_FILES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "drawing"


def read(file: Path, content: str | bytes) -> list[LabelledDrawing]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    found, drawings = read_ink(file)
    assert found is InkFormat.INKML
    return drawings


def points(drawing: LabelledDrawing) -> list[list[list[float]]]:
    return [trace.points.tolist() for trace in drawing.traces]


def refusal(file: Path, content: str | bytes) -> str:
    """What is said of a file after its name."""
    with pytest.raises(InkFileError) as caught:
        read(file, content)
    return str(caught.value).removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 2, 3 4", [[1, 2], [3, 4]]),
        ("1 2,3 4,", [[1, 2], [3, 4]]),
        ("\n1\t2,\n3 4\n", [[1, 2], [3, 4]]),
        ("-1.5 .5, +2 1e2", [[-1.5, 0.5], [2, 100]]),
        ("1-2, 3-4", [[1, -2], [3, -4]]),
        ("#FF -#1f", [[255, -31]]),
        ("10 20, '1'2, 3 4", [[10, 20], [11, 22], [14, 26]]),
        ("10 20,'1'2,\"1\"-1, 0 0", [[10, 20], [11, 22], [13, 23], [15, 24]]),
        ('10 20, 12 21, "1"1', [[10, 20], [12, 21], [15, 23]]),
        ("10 20, '1 30, ! 5 31, 6 32", [[10, 20], [11, 30], [5, 31], [6, 32]]),
        ("10 20, * 21, '1*", [[10, 20], [10, 21], [11, 21]]),
        ("T F, F T", [[1, 0], [0, 1]]),
        ("", []),
    ],
)
def test_values_of_a_trace(text: str, values: list[list[float]]) -> None:
    assert decode_trace(text, 2).tolist() == values


def test_channels_that_a_point_may_leave_out() -> None:
    values = decode_trace("1 2 T 5, 3 4, 5 6 *, 7 8 ? 9", 2, 2)
    assert [row[:2] for row in values.tolist()] == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert [[v == v for v in row[2:]] for row in values.tolist()] == [
        [True, True],
        [False, False],
        [True, False],
        [False, True],
    ]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("1 2, 3", "point 1", "1 values for 2 channels"),
        ("1 2 3", "point 0", "more than 2 values"),
        ("1 x", "point 0", "'x' is no value"),
        ("'1 2", "point 0", "there is no value before it"),
        ("* 2", "point 0", "there is no value before it"),
        ("1 2, 3 nan", "point 1", "'nan' is no value"),
    ],
)
def test_a_trace_that_cannot_be_read_names_the_point(text: str, place: str, reason: str) -> None:
    with pytest.raises(MalformedInkError) as caught:
        decode_trace(text, 2)
    assert (caught.value.place, caught.value.reason) == (place, reason)


def test_a_file_with_all_that_a_trace_can_have() -> None:
    _, [drawing] = read_ink(INK_FILES / "channels.inkml")
    first, second = drawing.traces
    assert first.points.tolist() == [[1, -1], [2, -2], [4, pytest.approx(-2.6)]]
    assert second.points.tolist() == [[4, 3], [4, pytest.approx(3.1)]]
    assert first.times_ms is not None
    assert second.times_ms is not None
    assert [*first.times_ms, *second.times_ms] == pytest.approx([0, 10, 20, 300, 310])
    assert first.pressure is not None
    assert first.pressure.tolist() == [0.5, 0.5, 0.6]
    assert (drawing.label, drawing.notation, drawing.hz) == ("it", "text", 100)
    assert drawing.segments == (LabelledStrokes("i", (0, 1)),)


def test_an_expression_as_crohme_writes_it() -> None:
    _, [drawing] = read_ink(INK_FILES / "expression.inkml")
    assert (drawing.label, drawing.notation) == ("2 + 75 =", "latex")
    assert (drawing.writer, drawing.source) == ("w7", "2026_expression_1")
    assert drawing.mathml.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><mn')
    assert [(one.label, one.strokes) for one in drawing.segments] == [
        ("2", (0,)),
        ("+", (1, 2)),
        ("7", (3, 4)),
        ("5", (5, 6)),
        ("=", (7, 8)),
    ]
    assert not drawing.has_times


def test_a_canvas_transform_places_points(file: Path) -> None:
    [drawing] = read(
        file,
        """<ink><definitions><context id="c"><canvasTransform>
        <mapping type="affine"><affine>2 0 10, 0 3 20</affine></mapping>
        <mapping type="affine"><affine>.5 0 -5, 0 .33 -6.6</affine></mapping>
        </canvasTransform></context></definitions>
        <trace contextRef="#c">1 2, 3-4</trace></ink>""",
    )
    assert points(drawing) == [[[12, 26], [16, 8]]]


def test_a_canvas_transform_beyond_all_numbers_is_refused(file: Path) -> None:
    affine = "<mapping><affine>1e300 0 0, 0 9 0</affine></mapping>"
    transform = f"<canvasTransform>{affine}</canvasTransform>"
    said = refusal(file, f"<ink>{transform}<trace>1e300 1</trace></ink>")
    assert said == "line 1, <trace>: a coordinate beyond 10000000"


def test_axes_with_units_of_their_own_get_one(file: Path) -> None:
    [drawing] = read(
        file,
        """<ink><context><inkSource>
        <traceFormat><channel name="X"/><channel name="Y"/></traceFormat>
        <channelProperties>
        <channelProperty channel="X" name="resolution" value="1000" units="1/cm"/>
        <channelProperty channel="Y" name="resolution" value="500" units="1/cm"/>
        </channelProperties>
        </inkSource></context><trace>10 10</trace></ink>""",
    )
    assert points(drawing) == [[[10, 20]]]


def test_a_context_holds_for_what_comes_after_it(file: Path) -> None:
    [drawing] = read(
        file,
        """<ink><trace>1 2</trace>
        <context><traceFormat><channel name="Y"/><channel name="X"/></traceFormat></context>
        <trace>1 2</trace></ink>""",
    )
    assert points(drawing) == [[[1, 2]], [[2, 1]]]


def test_force_of_an_unknown_scale_is_no_pressure(file: Path) -> None:
    channels = '<channel name="X"/><channel name="Y"/><channel name="F"{}/>'
    head = f"<ink><traceFormat>{channels}</traceFormat>"
    for bounds, force, pressure in (
        (' max="1024"', "256", 0.25),
        (' min="24" max="1024"', "524", 0.5),
        (' max="100"', "200", 1.0),
        ("", "0.5", 0.5),
        ("", "512", None),
    ):
        [drawing] = read(file, head.format(bounds) + f"<trace>1 2 {force}</trace></ink>")
        column = drawing.traces[0].pressure
        assert (None if column is None else column.tolist()) == (pressure and [pressure])


def test_groups_that_say_what_they_are_are_drawings(file: Path) -> None:
    groups = """<traceGroup><annotation type="truth">a</annotation><trace>1 2</trace></traceGroup>
        <traceGroup><annotation type="label">b</annotation><trace>3 4</trace></traceGroup>"""
    first, second = read(file, f"<ink>{groups}</ink>")
    assert (first.label, points(first), second.label, points(second)) == (
        ("a", [[[1, 2]]], "b", [[[3, 4]]])
    )
    # Where the whole says what it is, they are its segments.
    [whole] = read(file, f'<ink><annotation type="truth">ab</annotation>{groups}</ink>')
    assert whole.segments == (LabelledStrokes("a", (0,)), LabelledStrokes("b", (1,)))


def test_references_that_lead_nowhere_are_passed_over_but_for_contexts(file: Path) -> None:
    [drawing] = read(
        file,
        """<ink><trace id="0">1 2</trace><traceGroup><annotation type="truth">x</annotation>
        <traceView traceDataRef="0"/><traceView traceDataRef="17"/></traceGroup></ink>""",
    )
    assert drawing.segments == (LabelledStrokes("x", (0,)),)
    said = refusal(file, '<ink>\n<trace id="t" contextRef="#c">1 2</trace></ink>')
    assert said == "line 2, <trace id=\"t\">: refers to 'c', which is not there"
    chain = "".join(f'<context id="c{n}" contextRef="c{n + 1}"/>' for n in range(5000))
    assert "by way of more than 50" in refusal(file, f"<ink>{chain}<context id='c5000'/></ink>")
    circle = '<ink><context id="c" contextRef="#c"/><trace contextRef="#c">1 2</trace></ink>'
    assert "in a circle" in refusal(file, circle)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<ink>\n<trace id='9'>1 2, 3</trace></ink>", 'line 2, <trace id="9">, point 1: 1 values'),
        ("<ink><trace>1e9 2</trace></ink>", "a coordinate beyond 10000000"),
        ("<ink><trace>? 2</trace></ink>", "no ink"),
        ("<ink/>", "no ink"),
        ("<ink><trace>1e999 2</trace></ink>", "a coordinate beyond"),
        (f"<ink><trace>#{'F' * 400}-1</trace></ink>", "#FFFFFFFF… is too large"),
        ("<svg/>", "is XML, but no InkML"),
        ("<svg><ink/></svg>", "is no InkML, whose outermost element is <ink>"),
        ("<ink><traceFormat><channel name='X'/></traceFormat></ink>", "has no channel Y"),
        ("<ink>\n<trace>1 2, 3", "line 2: is no XML, or cut short"),
        ("<ink>" * 300, "Excessive depth"),
        (b"<ink>\xff</ink>", "Invalid bytes"),
        ("<?xml version='1.0' encoding='klingon'?><ink/>", "Unsupported encoding"),
    ],
)
def test_what_is_no_ink_is_refused_with_its_place(
    file: Path, content: str | bytes, said: str
) -> None:
    assert said in refusal(file, content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings(file: Path, encoding: str) -> None:
    text = '<ink><annotation type="truth">é</annotation><trace>1 2</trace></ink>'
    assert read(file, text.encode(encoding))[0].label == "é"


def test_an_encoding_that_the_file_names(file: Path) -> None:
    text = """<?xml version="1.0" encoding="ISO-8859-1"?>
        <ink><annotation type="truth">é</annotation><trace>1 2</trace></ink>"""
    assert read(file, text.lstrip().encode("latin-1"))[0].label == "é"


def test_entities_are_neither_expanded_nor_fetched(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("1 2")
    outside = f'<!DOCTYPE ink [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    assert "declares entities" in refusal(file, f"{outside}<ink><trace>&x;</trace></ink>")
    inside = '<!DOCTYPE ink [<!ENTITY x "1 2">]>'
    assert "declares entities" in refusal(file, f"{inside}<ink><trace>&x;</trace></ink>")
    bomb = "".join(f'<!ENTITY e{depth} "{f"&e{depth - 1};" * 10}">' for depth in range(1, 10))
    text = f'<!DOCTYPE ink [<!ENTITY e0 "1 2, ">{bomb}]><ink><trace>&e9;</trace></ink>'
    assert refusal(file, text)
    # A document type that is not loaded does no harm.
    assert read(file, '<!DOCTYPE ink SYSTEM "inkml.dtd"><ink><trace>1 2</trace></ink>')


def test_a_short_file_cannot_name_its_traces_without_end(file: Path) -> None:
    strokes = "<trace>1 2</trace>" * 100
    view = '<annotation type="truth">x</annotation><traceView traceDataRef="#g"/>'
    views = f"<traceView>{view}</traceView>" * 100
    content = f'<ink><traceGroup id="g">{strokes}</traceGroup>{views}</ink>'
    file.write_text(content)
    assert len(read_ink(file, InkFileLimits(file_strokes=11_000))[1][0].segments) == 100
    with pytest.raises(InkFileError, match=r"<traceView>: more than 1000 strokes"):
        read_ink(file, InkFileLimits(file_strokes=1000))
