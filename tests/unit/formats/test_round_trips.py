"""What is written in a format is read again as it was, up to what the format does not carry."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from realtime.formats.drawing import LabelledDrawing, Trace
from realtime.formats.reading import InkFormat, read_ink
from realtime.formats.writing import SUFFIXES, format_of_name, write_ink
from tests.support.files import RECORDINGS
from tests.support.strategies.drawings import drawings

PROTOCOL_LIMIT = 100_000.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ink")


def again(
    folder: Path, written: list[LabelledDrawing], ink_format: InkFormat, packed: str = ""
) -> list[LabelledDrawing]:
    """The drawings after they were written to a file and read from it."""
    path = folder / f"drawing{SUFFIXES[ink_format][0]}{packed}"
    write_ink(path, written, format_of_name(path))
    found, read = read_ink(path)
    assert found is ink_format
    return read


@settings(deadline=None, max_examples=30)
@given(written=st.lists(drawings(), min_size=1, max_size=3), packed=st.sampled_from(["", ".gz"]))
def test_ndjson_carries_everything(
    folder: Path, written: list[LabelledDrawing], packed: str
) -> None:
    assert again(folder, written, InkFormat.NDJSON, packed) == written


@settings(deadline=None, max_examples=100)
@given(written=st.lists(drawings(), min_size=1, max_size=3))
def test_inkml_carries_all_but_canvas_and_task(
    folder: Path, written: list[LabelledDrawing]
) -> None:
    assert again(folder, written, InkFormat.INKML) == [
        replace(one, canvas=None, task="") for one in written
    ]


@settings(deadline=None, max_examples=100)
@given(written=st.lists(drawings(), min_size=1, max_size=3))
def test_unipen_carries_ink_labels_writer_source_and_rate(
    folder: Path, written: list[LabelledDrawing]
) -> None:
    assert again(folder, written, InkFormat.UNIPEN) == [
        replace(
            one,
            writer=one_line(one.writer),
            source=one_line(one.source),
            notation="text",
            mathml="",
            canvas=None,
            task="",
        )
        for one in written
    ]


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@settings(deadline=None, max_examples=100)
@given(written=drawings(PROTOCOL_LIMIT))
def test_a_session_file_carries_ink_label_pins_task_and_canvas(
    folder: Path, written: LabelledDrawing
) -> None:
    [read] = again(folder, [written], InkFormat.SESSION)
    if written.canvas is None:
        # The server needs one to tell dots by, and is given that of the ink.
        width, height = written.extent
        assume(max(width, height) > 1)
        assert read.canvas == tuple(min(max(side, 1.0), PROTOCOL_LIMIT) for side in (width, height))
    assert replace(read, canvas=None) == replace(
        written,
        traces=in_whole_milliseconds(written.traces),
        segments=tuple(
            replace(one, strokes=tuple(sorted(one.strokes))) for one in written.segments
        ),
        writer="",
        source="",
        hz=None,
        notation="text",
        mathml="",
        canvas=None,
    )


def in_whole_milliseconds(traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """The traces with times as the protocol has them; where all are 0 it has none."""
    times = [np.rint(one.times_ms) for one in traces if one.times_ms is not None]
    if not any(column.any() for column in times):
        return tuple(replace(one, times_ms=None) for one in traces)
    return tuple(replace(one, times_ms=column) for one, column in zip(traces, times, strict=True))


@pytest.mark.parametrize("ink_format", [InkFormat.NDJSON, InkFormat.INKML, InkFormat.UNIPEN])
def test_recorded_sessions_survive_every_format(folder: Path, ink_format: InkFormat) -> None:
    recorded = [drawing for path in RECORDINGS for drawing in read_ink(path)[1]]
    assert len(recorded) == len(RECORDINGS)
    kept = [replace(one, canvas=None, task="") for one in recorded]
    assert again(folder, kept, ink_format) == kept


def test_a_long_stroke_becomes_several_messages(folder: Path) -> None:
    points = np.arange(5000.0).reshape(-1, 2)
    long = LabelledDrawing(traces=(Trace(points, np.arange(2500.0)),), label="1", canvas=(9, 9))
    [read] = again(folder, [long], InkFormat.SESSION)
    assert read == long
    assert (folder / "drawing.json").read_text().count('"type":"points"') == 3
