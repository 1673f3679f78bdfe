"""Tests of the curve of networks that were trained alike."""

from pathlib import Path

import pytest

from tests.support.files import ROOT
from train.evaluation import curve


def test_the_documents_table_is_that_of_its_figures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    networks = curve.read(ROOT / "docs")
    document = (ROOT / "docs" / "networks.md").read_text()
    for table in curve.table(networks).split("\n\n"):
        assert table in document
    curve.write(networks, tmp_path)
    assert curve.read(tmp_path) == networks
    curve.draw(networks, tmp_path)
    assert (tmp_path / curve.PICTURE).stat().st_size > 0
