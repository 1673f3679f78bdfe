"""Tests of the automaton that remembers what came before on a line."""

from realtime.recognition.lines.sequence import (
    BEGINNING,
    MOST_DIGITS,
    MOST_OPEN,
    Context,
    Contexts,
)

KINDS = ("0123456789", "+", "/", "(", ")")
PLUS, SLASH, OPENING, CLOSING = range(2, 6)
CONTEXTS = Contexts(KINDS)


def context(text: str) -> Context:
    """What is remembered after a text."""
    state = BEGINNING
    for label in text:
        state = CONTEXTS.after(state, CONTEXTS.kind_of[label])
    return CONTEXTS.every[state]


def test_a_text_begins_with_nothing_remembered() -> None:
    assert context("") == Context(0, 0, 0, repeated=False)


def test_digits_are_counted_from_the_last_sign_up_to_a_limit() -> None:
    assert context("12+345") == Context(PLUS, 3, 0, repeated=False)
    assert context("7" * 20) == Context(0, MOST_DIGITS, 0, repeated=False)


def test_which_digits_they_are_is_not_remembered() -> None:
    assert context("12/34") == context("98/70")


def test_a_sign_like_the_one_before_is_remembered() -> None:
    assert context("01/23/").repeated
    assert context("01/23/45") == Context(SLASH, 2, 0, repeated=True)
    assert not context("1+2/").repeated


def test_open_parentheses_are_counted() -> None:
    assert context("(12").opened == 1
    assert context("(12)").opened == 0
    assert context("((1+2)").opened == 1
    assert context("((((((").opened == MOST_OPEN
    assert context("1)").opened == 0
    assert context("(1)(").sign == OPENING
    assert context("(1)").sign == CLOSING


def test_every_state_has_its_number() -> None:
    assert len(set(CONTEXTS.every)) == len(CONTEXTS.every)
    assert [context("12/3"), context("(")] == [
        CONTEXTS.every[CONTEXTS.every.index(context(text))] for text in ("12/3", "(")
    ]
