"""Tests of the model of letters: as it is served, and as it is made."""

import base64
import math
import zlib
from pathlib import Path

import msgspec
import pytest

from realtime.errors import WeightsError
from realtime.recognition.text.letters import (
    ALPHABET,
    BEGINNING,
    BOUNDARY,
    LETTER_MODEL,
    LetterModel,
    LetterTable,
    read_letter_model,
    symbol_of,
)
from tests.support.files import CHARACTER_MODEL
from train.model.letter_model import build, words_of

# Its bytes in the repository.
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def letters() -> LetterModel:
    return read_letter_model(CHARACTER_MODEL)


def score(letters: LetterModel, word: str) -> float:
    total, context = 0.0, BEGINNING
    for symbol in [*map(symbol_of, word), BOUNDARY]:
        total += letters.score(context, symbol)
        context = letters.after(context, symbol)
    return total


def test_english_is_likelier_than_the_same_letters_in_another_order(letters: LetterModel) -> None:
    for word in ("the", "letter", "writing", "question", "strength", "don't"):
        assert score(letters, word) > score(letters, word[::-1]) + 2
    assert score(letters, "The") == score(letters, "the")


def test_all_that_is_no_letter_ends_a_word(letters: LetterModel) -> None:
    for character in "0 .-%∑é":
        assert symbol_of(character) == BOUNDARY
    context = letters.after(BEGINNING, symbol_of("q"))
    assert letters.after(context, BOUNDARY) == BEGINNING
    assert letters.score(context, symbol_of("u")) > 2


def test_probabilities_of_what_comes_next_add_up_to_one() -> None:
    # Scores are relative to each symbol alone, which are the same for all contexts.
    table = build({"abab": 3.0, "ba": 1.0, "cab": 2.0}, ("a test",))
    model = _model_of(table)
    alone = [math.exp(model.score(1, symbol)) for symbol in range(len(ALPHABET) + 1)]
    assert alone == pytest.approx([1.0] * len(alone), abs=0.06)
    after_c = model.after(BEGINNING, symbol_of("c"))
    best = max(range(len(ALPHABET) + 1), key=lambda symbol: model.score(after_c, symbol))
    assert best == symbol_of("a")


def test_words_are_what_letters_make() -> None:
    assert words_of(["It's 5 o'clock.", "EZ-soft"]) == {"it's", "o'clock", "ez", "soft"}


def test_the_file_is_small() -> None:
    assert (CHARACTER_MODEL / LETTER_MODEL).stat().st_size <= MOST_BYTES


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"nothing",
        msgspec.json.encode(LetterTable("| -", "!", ())),
        msgspec.json.encode(LetterTable("| -", base64.b64encode(zlib.compress(b"1")).decode(), ())),
        msgspec.json.encode(
            LetterTable("a b", base64.b64encode(zlib.compress(b"1" * 56)).decode(), ())
        ),
    ],
)
def test_what_is_no_letter_model_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(WeightsError):
        read_letter_model(tmp_path)
    (tmp_path / LETTER_MODEL).write_bytes(content)
    with pytest.raises(WeightsError):
        read_letter_model(tmp_path)


def _model_of(table: LetterTable) -> LetterModel:
    return LetterModel(table.contexts.split(" "), zlib.decompress(base64.b64decode(table.scores)))
