"""Ink of other programs: UNIPEN, signature_pad, Excalidraw, and Quick, Draw!."""

import json
from pathlib import Path

import pytest

from realtime.errors import InkFileError
from realtime.formats.drawing import LabelledDrawing, LabelledStrokes
from realtime.formats.reading import InkFormat, read_ink
from realtime.setting_groups import InkFileLimits
from tests.support.files import INK_FILES


def channels(drawing: LabelledDrawing) -> list[tuple[object, object, object]]:
    """Points, times and pressure of each stroke, as lists."""
    return [
        (
            trace.points.tolist(),
            None if trace.times_ms is None else trace.times_ms.tolist(),
            None if trace.pressure is None else trace.pressure.tolist(),
        )
        for trace in drawing.traces
    ]


def test_unipen_with_a_hierarchy() -> None:
    found, [word, rest] = read_ink(INK_FILES / "words.unp")
    assert found is InkFormat.UNIPEN
    assert (word.label, word.writer, word.source, word.hz) == ("it", "anna", "a hand", 100)
    assert channels(word) == [
        ([[10, -200], [10, -100]], [0, 10], [0.5, 0.75]),
        ([[60, -220], [60, -100]], [200, 210], [0.5, 0.5]),
        ([[40, -180], [80, -180]], [300, 310], [0.25, 0.25]),
    ]
    # The movement in the air counts among the components, and is no stroke.
    assert word.segments == (LabelledStrokes("i", (0,)), LabelledStrokes("t", (1, 2)))
    assert (rest.label, rest.writer, channels(rest)) == (None, "", [([[1, 2], [3, 4]], None, None)])


def test_signature_pad() -> None:
    found, [drawing] = read_ink(INK_FILES / "signature.json")
    assert found is InkFormat.SIGNATURE_PAD
    assert (drawing.label, drawing.source) == (None, "signature_pad")
    assert channels(drawing) == [
        ([[20, 80.5], [24, 70], [30, 52]], [0, 16, 33], [0.25, 0.5, 0.5]),
        ([[40, 40]], [250], [0.125]),
    ]


def test_signature_pad_before_it_had_pressure() -> None:
    found, [drawing] = read_ink(INK_FILES / "signature-v2.json")
    assert found is InkFormat.SIGNATURE_PAD
    assert channels(drawing) == [([[20, 80], [24, 70]], [0, 16], None), ([[40, 40]], [250], None)]


def test_excalidraw() -> None:
    found, [drawing] = read_ink(INK_FILES / "scene.excalidraw")
    assert found is InkFormat.EXCALIDRAW
    first, second = drawing.traces
    assert first.points.tolist() == [[100, 50], [110, 55], [120, 60]]
    # A quarter of a turn clockwise about the middle: what pointed right points down.
    assert second.points.ravel().tolist() == pytest.approx([210, 50, 210, 70])
    # Not all strokes have pressure, so none does.
    assert not drawing.has_pressure


def test_excalidraw_with_pressure_and_from_the_clipboard(tmp_path: Path) -> None:
    stroke = {"type": "freedraw", "x": 1, "y": 2, "points": [[0, 0]], "pressures": [0.5]}
    scene = {
        "elements": [{**stroke, "simulatePressure": False}],
        "type": "excalidraw/clipboard",
    }
    (tmp_path / "copied.txt").write_text(json.dumps(scene))
    found, [drawing] = read_ink(tmp_path / "copied.txt")
    assert (found, channels(drawing)) == (InkFormat.EXCALIDRAW, [([[1, 2]], None, [0.5])])


def test_quick_draw() -> None:
    found, [seven, line] = read_ink(INK_FILES / "quickdraw.ndjson")
    assert found is InkFormat.NDJSON
    assert (seven.label, seven.source) == ("seven", "quickdraw")
    assert channels(seven) == [([[10.5, 12], [120, 10], [60, 200.25]], [0, 150, 420], None)]
    assert (line.label, channels(line)) == (
        "line",
        [([[0, 255], [255, 0]], None, None), ([[3, 4]], None, None)],
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        # signature_pad
        ("[]", "no ink"),
        ('[{"points": [{"x": 1}]}]', "[0].points[0].y"),
        ('[{"points": [{"x": 1e12, "y": 0}]}]', "[0].points: a coordinate beyond 10000000"),
        ('[{"points": [{"x": 1, "y": 0, "pressure": 2}]}]', "[0].points[0].pressure"),
        ('[{"points": [', "is cut short"),
        ("[1, 2]", "[0]"),
        ('[{"points": [], "z": ' + "[" * 100_000, "is nested too deeply"),
        # Excalidraw
        ('{"type": "excalidraw", "elements": []}', "no ink: there is no element `freedraw`"),
        ('{"type": "excalidraw", "elements": [{"type": "freedraw"}]}', "elements[0].points"),
        (
            '{"type": "excalidraw", "elements": [{"type": "freedraw", "points": [[0, "a"]]}]}',
            "elements[0].points: [0][1]",
        ),
        (
            '{"type": "excalidraw", "elements": [{"type": "freedraw", "points": FAR, "angle": 1}]}',
            "elements[0]: a coordinate beyond",
        ),
        ('{"type": "excalidraw", "elements": [{"ty', "is cut short"),
        # NDJSON
        ('{"label": "1"}', "line 1: neither `strokes` nor `drawing`"),
        ('{"strokes": [[[1, 2]]]}\n\n{"strokes": [[[1]]]}', "line 3: strokes[0][0]"),
        ('{"strokes": [[[1, 2]]], "t": []}', "line 1: t: 0 lists for 1 strokes"),
        ('{"strokes": [[[1, 2]]], "t": [[1, 2]]}', "line 1: stroke 0: 2 times for 1 points"),
        ('{"strokes": [[[1, 2]]], "p": [[2]]}', "line 1: p[0][0]"),
        (
            '{"strokes": [[[1, 2]]], "symbols": [{"label": "a", "strokes": [1]}]}',
            "symbols[0].strokes: no such stroke",
        ),
        ('{"strokes": [[[1, 2', "line 1: is cut short"),
        ('{"drawing": [[[1, 2], [3]]]}', "line 1: drawing[0]: lists of unequal length"),
        # UNIPEN
        (".PEN_DOWN\n1 2\n3\n", "line 3: no points of X Y"),
        ('.SEGMENT D 0-7 ? "1"\n.PEN_DOWN\n1 2\n', "line 1: .SEGMENT: no such components"),
        (".VERSION 1.0\n", "no ink"),
        # Sessions
        ('{"format": "ink-session", "v": 1, "messages": []}', "there is no ink at its end"),
        ('{"format": "ink-session", "v": 2, "messages": []}', "is no session file: v"),
        ('{"format": "ink-session", "v": 1, "mess', "is cut short"),
        # None of these
        ("hello", "is of no known format (session, ndjson, inkml, unipen, kept"),
        ("\n \n", "is empty"),
        ("", "is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "drawing"
    path.write_text(content.replace("FAR", "[[1e308, 0], [-1e308, 1e308]]"))
    with pytest.raises(InkFileError) as caught:
        read_ink(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "name", ["signature.json", "scene.excalidraw", "quickdraw.ndjson", "words.unp"]
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / "encoded"
    path.write_bytes((INK_FILES / name).read_text().encode(encoding))
    assert read_ink(path) == read_ink(INK_FILES / name)


def test_a_short_file_cannot_name_its_components_without_end(tmp_path: Path) -> None:
    path = tmp_path / "many.unp"
    path.write_text('.SEGMENT D 0-99 ? "x"\n' * 100 + ".PEN_DOWN\n1 2\n" * 100)
    assert len(read_ink(path, InkFileLimits(file_strokes=10_000))[1]) == 100
    with pytest.raises(InkFileError, match=r"line 11: more than 1000 strokes \(INK_FILE_STROKES\)"):
        read_ink(path, InkFileLimits(file_strokes=1000))
