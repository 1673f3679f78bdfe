"""A folder of models is loaded whole, or refused with the file at fault."""

import json
import shutil
from pathlib import Path

import pytest

from realtime.errors import WeightsError
from realtime.prefork import PreforkCache
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LINE_WEIGHTS
from realtime.recognition.math.weights import MATH_WEIGHTS
from realtime.recognition.model_card import MODEL_CARD, Precision
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recognition.rows.weights import ROW_WEIGHTS
from tests.support.files import DIGIT_MODEL, LINE_MODEL, WEIGHTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the project's models."""
    shutil.copytree(DIGIT_MODEL, tmp_path / "weights" / "digits")
    shutil.copytree(LINE_MODEL, tmp_path / "weights" / "lines")
    return tmp_path / "weights"


def set_task(folder: Path, task: str) -> None:
    card = json.loads((folder / MODEL_CARD).read_text())
    (folder / MODEL_CARD).write_text(json.dumps({**card, "task": task}))


def refusal(folder: Path) -> WeightsError:
    with pytest.raises(WeightsError) as caught:
        ModelRegistry.load(ModelSource(folder))
    return caught.value


def test_the_models_of_the_project_are_loaded() -> None:
    models = ModelRegistry.load(ModelSource(WEIGHTS))
    assert models.by_task.keys() >= {"digit", "line", "character", "math"}
    assert models.by_task["digit"] is models.default
    assert models.default.model.labels == tuple("0123456789")


def test_lines_are_read_with_a_network_of_their_own(folder: Path) -> None:
    models = ModelRegistry.load(ModelSource(folder))
    digit, line = models.by_task["digit"], models.by_task["line"]
    assert isinstance(digit, CharacterRecognizer)
    assert isinstance(line, LineRecognizer)
    assert set(digit.model.labels) < set(line.model.labels)
    assert line.model.reads_lines
    assert not digit.model.reads_lines


def test_a_folder_without_a_model_for_lines_reads_none(folder: Path) -> None:
    shutil.rmtree(folder / "lines")
    assert ModelRegistry.load(ModelSource(folder)).by_task.keys() == {"digit"}


def test_a_network_for_lines_needs_their_weights(folder: Path) -> None:
    (folder / "lines" / LINE_WEIGHTS).unlink()
    assert refusal(folder).path.endswith(f"lines/{LINE_WEIGHTS}")


@pytest.mark.parametrize("precision", ["fastest", "float32", "int8"])
def test_weights_for_lines_serve_each_file_of_their_network(
    folder: Path, precision: Precision
) -> None:
    models = ModelRegistry.load(ModelSource(folder, precision))
    for task in ("digit", "line"):
        assert precision == "fastest" or precision in models.by_task[task].model.file


def test_weights_for_lines_of_another_network_are_refused(folder: Path) -> None:
    path = folder / "lines" / LINE_WEIGHTS
    path.write_text(json.dumps({**json.loads(path.read_text()), "network": "0" * 64}))
    error = refusal(folder)
    assert error.path == str(path)
    assert "0" * 64 in error.reason
    assert "python -m train.model.line_weights" in error.reason


def test_a_folder_without_a_model_says_where_one_is_sought(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert error.path == str(tmp_path)
    assert f"{tmp_path.name}/<model>/{MODEL_CARD}" in error.reason


def test_two_models_for_one_task_are_refused(folder: Path) -> None:
    shutil.copytree(folder / "digits", folder / "more-digits")
    error = refusal(folder)
    assert error.path.endswith(f"more-digits/{MODEL_CARD}")
    assert "second model for task 'digit'" in error.reason


def test_a_model_for_an_unknown_task_is_refused(folder: Path) -> None:
    shutil.copytree(folder / "digits", folder / "poems")
    set_task(folder / "poems", "poem")
    error = refusal(folder)
    assert error.path.endswith(f"poems/{MODEL_CARD}")
    assert "'poem'" in error.reason


def test_every_model_is_checked_also_one_that_does_not_answer(folder: Path) -> None:
    broken = shutil.copytree(folder / "digits", folder / "broken")
    (broken / MODEL_CARD).write_text("{")
    assert refusal(folder).path.endswith(f"broken/{MODEL_CARD}")


def test_a_reload_reads_anew_and_keeps_the_old_models_where_the_new_are_no_good(
    folder: Path,
) -> None:
    shared, source = PreforkCache(ModelRegistry.load), ModelSource(folder)
    first = shared.get(source)
    assert shared.get(source) is first
    card = json.loads((folder / "digits" / MODEL_CARD).read_text())
    (folder / "digits" / MODEL_CARD).write_text(json.dumps({**card, "version": "newer"}))
    second = shared.get(source, reload=True)
    assert second.default.model.version == "newer"
    (folder / "digits" / MODEL_CARD).write_text("{")
    with pytest.raises(WeightsError):
        shared.get(source, reload=True)
    assert shared.get(source) is second


def test_without_weights_for_rows_one_digit_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    assert ModelRegistry.load(ModelSource(folder)).rows is not None
    (folder / DIGIT_MODEL.name / ROW_WEIGHTS).write_text("{}")
    with pytest.raises(WeightsError, match=ROW_WEIGHTS):
        ModelRegistry.load(ModelSource(folder))
    (folder / DIGIT_MODEL.name / ROW_WEIGHTS).unlink()
    assert ModelRegistry.load(ModelSource(folder)).rows is None


def test_formulas_need_what_was_fitted_for_them(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS, tmp_path / "weights")
    path = tmp_path / "weights" / "characters" / MATH_WEIGHTS
    fitted = json.loads(path.read_text())
    path.write_text(json.dumps({**fitted, "network": "f" * 64}))
    assert "fit it again (python -m train.model.math_weights)" in str(refusal(tmp_path / "weights"))
    path.write_text(json.dumps({**fitted, "follows": []}))
    assert "its fields contradict each other" in str(refusal(tmp_path / "weights"))
    path.unlink()
    models = ModelRegistry.load(ModelSource(tmp_path / "weights"))
    assert "math" not in models.by_task
    assert "character" in models.by_task
