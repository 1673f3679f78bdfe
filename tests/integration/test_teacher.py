"""The command that measures the teacher beside the small network."""

import json
import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from realtime.recognition.model_card import ModelCard
from tests.support.files import WEIGHTS
from tests.support.ink_folder import write_ink_folder

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_it_calibrates_the_teacher_and_compares_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from train import teacher as measuring
    from train.model.engine_card import ENGINE_CARD, facts_of

    data, docs = tmp_path / "data", tmp_path / "docs"
    data.mkdir()
    docs.mkdir()
    write_ink_folder(data)
    teacher = Path(shutil.copytree(WEIGHTS / "teacher", tmp_path / "teacher"))
    (teacher / ENGINE_CARD).unlink()
    command = ["train.teacher", "--data", str(data), "--small", str(WEIGHTS / "digits")]
    monkeypatch.setattr(sys, "argv", [*command, "--teacher", str(teacher), "--docs", str(docs)])
    measuring.main()
    printed = capsys.readouterr().out
    card = msgspec.json.decode((teacher / ENGINE_CARD).read_bytes(), type=ModelCard)
    assert card.files == facts_of(teacher / "teacher.keras")
    assert card.final.temperature != 1.0
    small, large = json.loads((docs / "teacher.json").read_text())["networks"]
    assert small["parameters"] < large["parameters"]
    for network in (small, large):
        assert f"{network['accuracy']['unipen-digits']:.2%}" in printed
