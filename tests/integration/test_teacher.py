"""The command that measures the teacher beside the small network."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from realtime.recognition.model_card import ModelCard
from tests.support.files import ROOT, WEIGHTS
from tests.support.ink_folder import write_ink_folder

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_it_calibrates_the_teacher_and_compares_both(tmp_path: Path) -> None:
    from train.model.engine_card import ENGINE_CARD, facts_of

    data, docs = tmp_path / "data", tmp_path / "docs"
    data.mkdir()
    docs.mkdir()
    write_ink_folder(data)
    teacher = Path(shutil.copytree(WEIGHTS / "teacher", tmp_path / "teacher"))
    (teacher / ENGINE_CARD).unlink()
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "train.teacher", "--data", data),
            *("--teacher", teacher, "--docs", docs),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    card = msgspec.json.decode((teacher / ENGINE_CARD).read_bytes(), type=ModelCard)
    assert card.files == facts_of(teacher / "teacher.keras")
    assert card.final.temperature != 1.0
    small, large = json.loads((docs / "teacher.json").read_text())["networks"]
    assert small["parameters"] < large["parameters"]
    for network in (small, large):
        assert f"{network['accuracy']['unipen-digits']:.2%}" in ran.stdout
