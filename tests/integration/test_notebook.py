"""Tests that the notebook runs from top to bottom against the real service, and is kept clean."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.files import ROOT
from tests.support.notebook import read_notebook, run_notebook
from tests.support.samples import HIGH_RATE_LIMITS, export_store
from tests.support.server import serve


def test_it_is_valid_and_has_no_output() -> None:
    import nbformat

    notebook = read_notebook()
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in cells] == [([], None)] * len(cells)
    assert "widgets" not in notebook.metadata


@pytest.mark.skipif(not find_spec("tensorflow"), reason="there is no TensorFlow for this Python")
def test_its_cells_run_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept.db"
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with serve(tmp_path / "log", environment={"INK_KEPT": str(kept), **HIGH_RATE_LIMITS}) as server:
        monkeypatch.setenv("INK_SERVICE", server.http)
        printed = run_notebook(tmp_path)
        assert "Traceback" not in server.log, server.log
    before, after = map(int, re.findall(r"(\d+) of \d+ are read right", printed["teach"]))
    assert before < after, printed["teach"]
    before, after = map(int, re.findall(r"(\d+) of \d+ are read right", printed["retrain"]))
    assert before < after, printed["retrain"]
    samples = [json.loads(line) for line in (tmp_path / "mine.ndjson").read_text().splitlines()]
    assert (tmp_path / "mine.keras").stat().st_size > 0
    given = [json.loads(line) for line in export_store(kept).splitlines()]
    assert [one["label"] for one in given] == [one["label"] for one in samples]
