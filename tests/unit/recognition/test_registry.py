"""A folder of models is loaded whole, or refused with the file at fault."""

import json
import shutil
from pathlib import Path

import pytest

from realtime.errors import UnknownTaskError, WeightsError
from realtime.prefork import PreforkCache
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LINE_WEIGHTS
from realtime.recognition.math.weights import MATH_WEIGHTS
from realtime.recognition.model_card import MODEL_CARD, Precision
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recognition.rows.weights import ROW_WEIGHTS
from realtime.recognition.text.recognizer import TextRecognizer
from realtime.recognition.text.weights import TEXT_WEIGHTS
from tests.support.files import CHARACTER_MODEL, DIGIT_MODEL, LINE_MODEL, WEIGHTS


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
    assert [*models.by_task] == ["digit", "line", "character", "text", "math"]
    assert models.default is models.by_task["digit"]
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


def test_only_the_models_that_are_named_are_loaded(folder: Path) -> None:
    models = ModelRegistry.load(ModelSource(folder, tasks=("line",)))
    assert models.by_task.keys() == {"line"}
    assert models.default is models.by_task["line"]
    assert models.models is not None
    assert models.models.networks.keys() == {"line"}
    assert not models.rows


def test_digits_are_the_default_wherever_they_are_named(folder: Path) -> None:
    models = ModelRegistry.load(ModelSource(folder, tasks=("line", "digit")))
    assert [*models.by_task] == ["line", "digit"]
    assert models.default is models.by_task["digit"]


def test_a_task_that_the_folder_has_no_model_for_is_refused_with_those_that_it_has(
    folder: Path,
) -> None:
    with pytest.raises(UnknownTaskError) as caught:
        ModelRegistry.load(ModelSource(folder, tasks=("digit", "character")))
    assert str(caught.value) == f"{folder}: 'character' is not one of what it reads, digit line"


def test_a_model_that_is_not_loaded_may_be_broken_but_not_its_card(folder: Path) -> None:
    source = ModelSource(folder, tasks=("line",))
    (folder / "digits" / "digits.int8.tflite").write_bytes(b"")
    assert ModelRegistry.load(source).by_task.keys() == {"line"}
    (folder / "digits" / MODEL_CARD).write_text("{")
    with pytest.raises(WeightsError):
        ModelRegistry.load(source)


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


@pytest.fixture
def letters(folder: Path) -> Path:
    """The folder, which has the network of letters and what was fitted to it, too."""
    shutil.copytree(CHARACTER_MODEL, folder / CHARACTER_MODEL.name)
    if not (CHARACTER_MODEL / ROW_WEIGHTS).exists():
        pytest.skip("nothing was fitted for texts on pictures")
    return folder


def test_letters_and_texts_share_a_network(letters: Path) -> None:
    models = ModelRegistry.load(ModelSource(letters, tasks=("character", "text")))
    assert models.models is not None
    [network] = models.models.networks.values()
    character, text = models.by_task["character"], models.by_task["text"]
    assert isinstance(character, CharacterRecognizer)
    assert isinstance(text, TextRecognizer)
    assert character.network is text.scorer.network is network
    assert text.model.reads_lines
    assert models.rows.keys() == {"text"}


def test_a_task_whose_weights_are_not_there_is_not(letters: Path) -> None:
    (letters / CHARACTER_MODEL.name / ROW_WEIGHTS).unlink()
    models = ModelRegistry.load(ModelSource(letters))
    assert "text" in models.by_task
    assert models.rows.keys() == {"digit"}
    (letters / CHARACTER_MODEL.name / TEXT_WEIGHTS).unlink()
    models = ModelRegistry.load(ModelSource(letters))
    assert "text" not in models.by_task
    assert "character" in models.by_task


def test_weights_for_texts_on_pictures_are_checked(letters: Path) -> None:
    path = letters / CHARACTER_MODEL.name / ROW_WEIGHTS
    fitted = json.loads(path.read_text())
    path.write_text(json.dumps({**fitted, "network": "0" * 64}))
    error = refusal(letters)
    assert error.path == str(path)
    assert "python -m train.model.text_row_weights" in error.reason
    shares = {label: one for label, one in fitted["part_shares"].items() if label != "a"}
    path.write_text(json.dumps({**fitted, "part_shares": shares}))
    assert "part_shares" in refusal(letters).reason


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
    assert "digit" in ModelRegistry.load(ModelSource(folder)).rows
    (folder / DIGIT_MODEL.name / ROW_WEIGHTS).write_text("{}")
    with pytest.raises(WeightsError, match=ROW_WEIGHTS):
        ModelRegistry.load(ModelSource(folder))
    (folder / DIGIT_MODEL.name / ROW_WEIGHTS).unlink()
    assert "digit" not in ModelRegistry.load(ModelSource(folder)).rows


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
