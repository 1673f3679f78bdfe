"""How likely small letters, capitals, digits and signs follow each other, whatever they are.

    shape   what a word looks like so far: one capital, capitals, small letters, digits, a sign
    class   of a character: small letter, capital, digit, sign; a space; the line's end

A finite automaton reads a text from left to right. After a small letter comes hardly a capital, and
after two capitals hardly a small letter. Which letters these are, it does not look at.
"""

from enum import IntEnum

from realtime.errors import WeightsError


class CharacterClass(IntEnum):
    """What kind of character one is."""

    SMALL = 0
    CAPITAL = 1
    DIGIT = 2
    SIGN = 3
    SPACE = 4
    END = 5


class WordShape(IntEnum):
    """What was read of a word."""

    LINE = 0  # the line begins
    WORD = 1  # a word begins, after a space
    CAPITAL = 2
    CAPITALS = 3
    SMALL = 4
    DIGITS = 5
    SIGN_FIRST = 6
    SIGN_AFTER_CAPITALS = 7
    SIGN_AFTER_SMALL = 8
    SIGN_AFTER_DIGITS = 9


_SIGN_AFTER = {
    WordShape.CAPITAL: WordShape.SIGN_AFTER_CAPITALS,
    WordShape.CAPITALS: WordShape.SIGN_AFTER_CAPITALS,
    WordShape.SMALL: WordShape.SIGN_AFTER_SMALL,
    WordShape.DIGITS: WordShape.SIGN_AFTER_DIGITS,
    WordShape.SIGN_AFTER_CAPITALS: WordShape.SIGN_AFTER_CAPITALS,
    WordShape.SIGN_AFTER_SMALL: WordShape.SIGN_AFTER_SMALL,
    WordShape.SIGN_AFTER_DIGITS: WordShape.SIGN_AFTER_DIGITS,
}
_AFTER_CAPITALS = (WordShape.CAPITAL, WordShape.CAPITALS, WordShape.SIGN_AFTER_CAPITALS)


def class_of(character: str) -> CharacterClass:
    """The class of a character."""
    if character == " ":
        return CharacterClass.SPACE
    if character.isdigit():
        return CharacterClass.DIGIT
    if character.isalpha():
        return CharacterClass.CAPITAL if character.isupper() else CharacterClass.SMALL
    return CharacterClass.SIGN


def shape_after(shape: WordShape, character: CharacterClass) -> WordShape:
    """The shape of a word after one more character, which is not the line's end."""
    match character:
        case CharacterClass.SMALL:
            return WordShape.SMALL
        case CharacterClass.CAPITAL:
            return WordShape.CAPITALS if shape in _AFTER_CAPITALS else WordShape.CAPITAL
        case CharacterClass.DIGIT:
            return WordShape.DIGITS
        case CharacterClass.SIGN:
            return _SIGN_AFTER.get(shape, WordShape.SIGN_FIRST)
        case CharacterClass.SPACE:
            return WordShape.WORD
        case CharacterClass.END:
            raise ValueError("nothing comes after the end")


# For each shape, and each class but the end, the shape after it.
SHAPES_AFTER = [
    [int(shape_after(shape, one)) for one in CharacterClass if one != CharacterClass.END]
    for shape in WordShape
]


def check_follows(path: str, follows: tuple[tuple[float, ...], ...]) -> None:
    """Refuse numbers that are not one for each shape and class.

    Raises:
        WeightsError: they are not.
    """
    if [len(row) for row in follows] != [len(CharacterClass)] * len(WordShape):
        raise WeightsError(path, "`shapes` does not have a number for each shape and class")
