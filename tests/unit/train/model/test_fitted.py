"""Tests of how commands fit weights, and of the files that they write."""

import sys
from pathlib import Path

import msgspec
import pytest

from train.model.fitted import fit_by_command, write_fitted


class Weights(msgspec.Struct):
    """Some weights."""

    label: float
    shares: tuple[float, ...]


def fit(folder: Path, data: Path) -> Weights:
    """Fit as a command with these folders."""
    weights = Weights(len(list(data.iterdir())), (0.5, 0.25))
    write_fitted(folder / "some.json", weights)
    return weights


def test_a_command_fits_to_the_folders_that_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    named = ["--data", str(tmp_path / "data"), "--weights", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["some", *named])
    weights = fit_by_command("train.some", "Fit.", "weights/some", fit)
    written = (tmp_path / "some.json").read_text()
    assert msgspec.json.decode(written, type=Weights) == weights
    assert '"shares": [0.5, 0.25]' in written, "numbers of a list stand in one line"


def test_a_command_without_data_ends_and_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["some", "--data", str(tmp_path / "nothing")])
    with pytest.raises(SystemExit, match="nothing"):
        fit_by_command("train.some", "Fit.", "weights/some", fit)
