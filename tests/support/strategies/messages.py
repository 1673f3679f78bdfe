"""Hypothesis strategies for messages, most of them with one thing wrong."""

import copy
import json

from hypothesis import strategies as st

from tests.support.drawing import Json
from tests.support.strategies.corpus import (
    CONFIGS,
    MALFORMED_VALUES,
    MESSAGE_SEQUENCES,
    REMOVED,
    RENAMED,
    REPEATED,
    UNEXPECTED_VALUES,
    VALID_MESSAGES,
)
from tests.support.strategies.fuzz_input import PROTOCOL_VIOLATIONS, FuzzInput, text_input
from tests.support.strategies.splice import splice

# Stands for the mutated value until its text takes the place.
_HOLE = "<hole>"


def batches() -> st.SearchStrategy[list[FuzzInput]]:
    """Batches of some fifty inputs."""
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8)
    )
    values = st.recursive(
        scalars,
        lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=4), one),
        max_leaves=4,
    )
    # Hypothesis takes a tenth of a millisecond for each draw, so that all choices are one draw.
    return st.builds(
        _batch,
        st.binary(min_size=400, max_size=400),
        st.lists(values.map(json.dumps), min_size=1, max_size=3),
    )


def _batch(choices: bytes, literals: list[str]) -> list[FuzzInput]:
    # A `config` message is accepted only as the first.
    config = [text_input(CONFIGS[choices[-2] % len(CONFIGS)])] if choices[-1] % 2 else []
    return config + [
        fuzz_input
        for start in range(0, len(choices), 8)
        for fuzz_input in _inputs_for(choices[start : start + 8], literals)
    ]


def _inputs_for(choice: bytes, literals: list[str]) -> list[FuzzInput]:
    # `kind` is below 256. Two of three messages have one thing wrong, and one of twenty is no
    # message or ends the connection.
    kind, which, where, how, pieces, *cuts = choice
    message, literal = VALID_MESSAGES[which % len(VALID_MESSAGES)], literals[how % len(literals)]
    text = text_input(message).payload
    if kind >= 253:
        return [
            text_input(message)
            for message in list(MESSAGE_SEQUENCES.values())[which % len(MESSAGE_SEQUENCES)]
        ]
    if kind >= 250:
        return [PROTOCOL_VIOLATIONS[how % len(PROTOCOL_VIOLATIONS)]]
    if kind >= 245:
        return [FuzzInput(literal.encode() if kind > 245 else choice)]
    if kind >= 241:
        text = splice(text, 4 * where, pieces % 4, bytes(cuts[: how % 4]))
    elif kind >= 64:
        text = _mutate(
            message,
            where,
            MALFORMED_VALUES[how % len(MALFORMED_VALUES)]
            if kind >= 236
            else literal
            if kind >= 216
            else UNEXPECTED_VALUES[how % len(UNEXPECTED_VALUES)],
        )
    return [FuzzInput(text, cuts=tuple(100 * cut for cut in cuts) if pieces % 4 == 0 else ())]


def _mutable_positions(value: object) -> list[tuple[Json, str]]:
    """Container and key of each value within a message; a list is typed as a dictionary."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [place for key, item in inside for place in [(value, key), *_mutable_positions(item)]]  # type: ignore[misc]


def _mutate(message: Json, where: int, how: str) -> bytes:
    """A message with one value changed, perhaps one of an unknown field."""
    message = {**copy.deepcopy(message), "more": None}
    container, key = (places := _mutable_positions(message))[where % len(places)]
    if how == REMOVED:
        del container[key]
    elif how == RENAMED and isinstance(container, dict):
        container[f"{key}s"] = container.pop(key)
    elif how == REPEATED and isinstance(container, list):
        container.append(container[key])
    else:
        container[key] = _HOLE
    return (
        json.dumps(message, ensure_ascii=False)
        .replace(f'"{_HOLE}"', how)
        .encode("utf-8", "surrogateescape")
    )
