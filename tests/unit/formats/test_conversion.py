"""Conversion: what is written where, under which name, and what is guessed of foreign ink."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from realtime.errors import InkFileError
from realtime.formats.conversion import convert, import_sessions, likely_task
from realtime.formats.drawing import LabelledDrawing, LabelledStrokes, Trace, fitted
from realtime.formats.reading import InkFormat, read_ink
from realtime.formats.writing import format_of_name, write_ink
from tests.support.files import INK_FILES, RECORDINGS

DOT = (Trace(np.array([[3.0, 4.0]])),)


def drawing(*points: tuple[float, float], label: str | None = None) -> LabelledDrawing:
    return LabelledDrawing(traces=(Trace(np.array(points, np.float64)),), label=label)


@pytest.mark.parametrize(
    ("name", "ink_format"),
    [
        ("a.ndjson", InkFormat.NDJSON),
        ("a.jsonl.gz", InkFormat.NDJSON),
        ("a.INKML", InkFormat.INKML),
        ("a.b.unp", InkFormat.UNIPEN),
        ("a.json", InkFormat.SESSION),
    ],
)
def test_the_name_says_the_format(name: str, ink_format: InkFormat) -> None:
    assert format_of_name(Path(name)) is ink_format


@pytest.mark.parametrize("name", ["a.png", "a", "a.gz", "json"])
def test_a_name_of_no_format_is_refused(name: str) -> None:
    with pytest.raises(InkFileError, match=r"has to end with one of \.ndjson, \.jsonl, \.inkml"):
        format_of_name(Path(name))


def test_several_files_become_one(tmp_path: Path) -> None:
    sources = [INK_FILES / "words.unp", INK_FILES / "expression.inkml", RECORDINGS[0]]
    result = convert(sources, tmp_path / "all.inkml")
    assert [count for _, _, count in result.read] == [2, 1, 1]
    assert not result.skipped
    labels = [one.label for one in read_ink(tmp_path / "all.inkml")[1]]
    assert labels == ["it", None, "2 + 75 =", "0"]
    assert [path.name for path in tmp_path.iterdir()] == ["all.inkml"]


def test_each_drawing_becomes_a_file_in_a_folder(tmp_path: Path) -> None:
    sources = [INK_FILES / "words.unp", INK_FILES / "signature.json"]
    result = convert(sources, tmp_path, ink_format=InkFormat.SESSION)
    names = ["words-1.json", "words-2.json", "signature.json"]
    assert [path.name for path in result.written] == names
    [word] = read_ink(tmp_path / "words-1.json")[1]
    assert (word.label, len(word.traces), len(word.segments)) == ("it", 3, 2)


def test_no_file_is_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    sources = [tmp_path / "a.unp", tmp_path / "elsewhere" / "a.dat"]
    for source in sources:
        write_ink(source, [drawing((1, 2), label=source.name)], InkFormat.UNIPEN)
    result = convert(sources, tmp_path, ink_format=InkFormat.INKML)
    assert [path.name for path in result.written] == ["a.inkml", "a_2.inkml"]
    assert read_ink(tmp_path / "a_2.inkml")[1][0].label == "a.dat"
    content = sources[0].read_bytes()
    for target in (tmp_path, sources[0]):
        [said] = convert(sources[:1], target, ink_format=InkFormat.UNIPEN).skipped
        assert str(said) == f"{sources[0]}: was read, and is not written over"
    assert sources[0].read_bytes() == content


def test_a_session_file_has_one_drawing(tmp_path: Path) -> None:
    target = tmp_path / "all.json"
    result = convert([INK_FILES / "words.unp"], target)
    assert str(result.skipped[0]) == (
        f"{target}: 2 drawings; a session file has one, name a folder for more"
    )
    assert not target.exists()


def test_what_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "old.unp"
    target.write_text("what was there")
    with pytest.raises(InkFileError, match="a zero byte"):
        write_ink(target, [drawing((1, 2), label="a\0b")], InkFormat.UNIPEN)
    with pytest.raises(InkFileError, match="cannot be written: No such file or directory"):
        write_ink(tmp_path / "none" / "new.unp", [drawing((1, 2))], InkFormat.UNIPEN)
    assert target.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("label", ["\0", "a\x08b", "\ufffe"])
def test_characters_that_xml_cannot_have_are_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(InkFileError, match="truth: a character that XML cannot have"):
        write_ink(tmp_path / "a.inkml", [drawing((1, 2), label=label)], InkFormat.INKML)


def test_coordinates_beyond_the_protocol_need_a_canvas(tmp_path: Path) -> None:
    far = [drawing((0, 0), (200_000, 100_000))]
    with pytest.raises(InkFileError, match="stroke 0: a coordinate beyond 100000; fit"):
        write_ink(tmp_path / "far.json", far, InkFormat.SESSION)
    write_ink(tmp_path / "far.ndjson", far, InkFormat.NDJSON)
    result = import_sessions([tmp_path / "far.ndjson"], tmp_path)
    assert [path.name for path in result.written] == ["far.json"]
    [fit] = read_ink(tmp_path / "far.json")[1]
    assert fit.canvas == (800, 400)
    assert fit.traces[0].points.tolist() == [[80, 40], [720, 360]]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"canvas": (1e6, 1.0)}, "is no session file: canvas.width"),
        ({"task": "x" * 101}, "message 0 that was sent: recognize"),
        ({"segments": (LabelledStrokes("x" * 101, (0,)),)}, "message 2 that was sent: label"),
    ],
)
def test_what_the_protocol_cannot_say_is_refused(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    ink = replace(drawing((1, 2), (3, 4)), **fields)
    with pytest.raises(InkFileError, match=said):
        write_ink(tmp_path / "a.json", [ink], InkFormat.SESSION)
    assert not list(tmp_path.iterdir())


def test_ink_is_fitted_into_the_middle_of_a_canvas() -> None:
    wide = fitted(drawing((0, 0), (100, 0)), 800, 400)
    assert wide.traces[0].points.tolist() == [[80, 200], [720, 200]]
    dot = fitted(LabelledDrawing(traces=DOT), 800, 400)
    assert dot.traces[0].points.tolist() == [[400, 200]]


@pytest.mark.parametrize(
    ("label", "notation", "task"),
    [
        (None, "text", ""),
        ("", "text", ""),
        ("7", "text", "digit"),
        ("a", "text", "character"),
        ("+", "text", "character"),
        ("2075", "text", "line"),
        ("2+3=", "text", "line"),
        ("hello", "text", "text"),
        (r"\frac{1}{2}", "latex", "math"),
    ],
)
def test_the_task_that_a_label_suggests(label: str | None, notation: str, task: str) -> None:
    is_latex = notation == "latex"
    ink = LabelledDrawing(traces=DOT, label=label, notation="latex" if is_latex else "text")
    assert likely_task(ink) == task
