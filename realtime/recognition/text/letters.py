"""A weak model of English letters: how likely a letter comes next, given a few before it.

    context     up to four letters of a word, and its beginning; a state of the model
    symbol      a letter, an apostrophe, or the word's end

An n-gram model of variable length: a finite automaton whose states are those contexts that say more
than a shorter one. Case is folded: what is large, the word's shape decides. Digits and other signs
end a word. It knows no words, and whoever writes names or another language may switch it off.
`python -m train.model.letter_model` makes it.
"""

import base64
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from realtime.errors import WeightsError

LETTER_MODEL = "letters.json"
ALPHABET = "abcdefghijklmnopqrstuvwxyz'"
# The symbol of a word's end, and its mark in contexts: they begin with it where the word does.
BOUNDARY = len(ALPHABET)
BOUNDARY_MARK = "|"
SYMBOLS = BOUNDARY + 1
# The context of a word's beginning is the first, that of nothing known the second.
BEGINNING = 0
# Scores are kept as bytes, in steps of this from the lowest.
SCORE_STEP = 0.05
LOWEST_SCORE = -8.0


class LetterTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The file of a letter model.

    Attributes:
        contexts: separated by spaces, the word's beginning first and the empty one, "-", second.
        scores: of each context and symbol, how much likelier it comes next than it is alone, as a
            logarithm: bytes, compressed by zlib, in base 64.
        trained_on: what it was trained on.
    """

    contexts: str
    scores: str
    trained_on: tuple[str, ...]


class LetterModel:
    """The automaton; immutable but for transitions that it remembers."""

    def __init__(self, contexts: Sequence[str], scores: bytes) -> None:
        """Take contexts and a byte for each of them and each symbol."""
        self._contexts = contexts
        self._number = {context: number for number, context in enumerate(contexts)}
        by_byte = [LOWEST_SCORE + SCORE_STEP * byte for byte in range(256)]
        # Lists of one and the same few hundred floats, eight bytes each.
        self._scores = [
            [by_byte[byte] for byte in scores[at : at + SYMBOLS]]
            for at in range(0, len(scores), SYMBOLS)
        ]
        self._after: list[list[int]] = [[-1] * SYMBOLS for _ in contexts]

    def score(self, context: int, symbol: int) -> float:
        """How much likelier a symbol comes next than it is alone, as a logarithm."""
        return self._scores[context][symbol]

    def after(self, context: int, symbol: int) -> int:
        """The context after one more symbol."""
        known = self._after[context][symbol]
        if known < 0:
            known = self._after[context][symbol] = self._find(context, symbol)
        return known

    def _find(self, context: int, symbol: int) -> int:
        if symbol == BOUNDARY:
            return BEGINNING
        text = self._contexts[context].replace("-", "") + ALPHABET[symbol]
        while text not in self._number:
            text = text[1:]
            if not text:
                return self._number["-"]
        return self._number[text]


def symbol_of(character: str) -> int:
    """The symbol of a character; what is no letter ends a word."""
    at = ALPHABET.find(character.lower())
    return BOUNDARY if at < 0 else at


def read_letter_model(folder: Path) -> LetterModel:
    """Read the letter model in a folder.

    Raises:
        WeightsError: there is none, or it is none.
    """
    path = folder / LETTER_MODEL
    try:
        table = msgspec.json.decode(path.read_bytes(), type=LetterTable)
        scores = zlib.decompress(base64.b64decode(table.scores, validate=True))
    except OSError as error:
        raise WeightsError(str(path), f"cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, ValueError, zlib.error) as error:
        raise WeightsError(str(path), f"is no model of letters: {error}") from error
    contexts = table.contexts.split(" ")
    if contexts[:2] != [BOUNDARY_MARK, "-"] or len(scores) != SYMBOLS * len(contexts):
        raise WeightsError(str(path), "its fields contradict each other (contexts, scores)")
    return LetterModel(contexts, scores)
