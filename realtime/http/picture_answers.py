"""What `POST /predict` answers, from what recognizers say of the ink: one character, or several."""

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import cv2
from msgspec import UNSET, UnsetType

from realtime.images.foreground import FoundInk
from realtime.images.parts import Content
from realtime.protocol.picture_messages import PictureAnswer, PictureCharacter
from realtime.protocol.server_messages import Candidate
from realtime.recognition.answer import Alternative, Answer
from realtime.recognition.recognizer import (
    DEFAULT_TASK,
    Query,
    Recognizer,
    Recognizers,
    RowRecognizer,
    RowRecognizers,
)

# Who sends a picture gets one answer and draws no further, so one that is less likely than this is
# given as a rejected one. It concerns one in two hundred of MNIST's digits, a quarter of which are
# read wrongly.
LEAST_CERTAIN = 0.85
# The same for a row: one in fifteen of those with paper between their digits, a third of which are
# read wrongly, as is one in a hundred of the others.
LEAST_CERTAIN_ROW = 0.7
# Of letters many have the shape of another (c C, o O 0, l I 1 |), so that even what is read rightly
# is seldom certain; what is less likely than this is wrong as a rule.
LEAST_CERTAIN_CHARACTER = 0.4
LEAST_CERTAIN_TEXT = 0.3


class PictureReader(NamedTuple):
    """What pictures can be read as.

    Attributes:
        content: what is sought on them.
        answer: reads the ink that was found, and returns what is answered.
    """

    content: Content
    answer: Callable[[FoundInk], PictureAnswer]


# Finishes an answer that is made in steps, and lets others have their turn between these.
FinishRow = Callable[[Generator[None, None, Answer | None]], Answer | None]


def picture_readers(
    recognizers: Recognizers, rows: RowRecognizers, most_parts: int, finish: FinishRow
) -> Mapping[str, PictureReader]:
    """What pictures can be read as, by task: one character, or several in a row.

    Args:
        recognizers: those of ink.
        rows: those of rows on pictures.
        most_parts: the connected parts that ink may be in to be read as a row.
        finish: does the steps of a row's answer.
    """
    readers: dict[str, PictureReader] = {}
    for task, recognizer in recognizers.items():
        row = rows.get(task)
        if task == DEFAULT_TASK:
            read = partial(_read_digits, recognizer, row, most_parts)
            readers[task] = PictureReader("digits", read)
        elif not recognizer.model.reads_lines:
            readers[task] = PictureReader("characters", partial(_read_character, recognizer))
        elif row is not None:
            readers[task] = PictureReader(
                "characters", partial(_read_text, row, most_parts, finish)
            )
    return readers


def _read_digits(
    recognizer: Recognizer, row: RowRecognizer | None, most_parts: int, ink: FoundInk
) -> PictureAnswer:
    """One digit, or several where there is who reads them."""
    doubt = ink.doubt_as_one
    if row is not None:
        if ink.parts > most_parts:
            doubt = _too_many(ink.parts, most_parts)
        elif (answer := row.recognize_row(ink.picture, Query())) is not None:
            reason = _why_no_row(answer, ink, LEAST_CERTAIN_ROW, "digits")
            return _picture_answer(answer, reason, digit=None, digits=_characters(answer, ink))
    answer = recognizer.recognize_picture(ink.picture, Query())
    reason = doubt or _why_rejected(answer, LEAST_CERTAIN, "a digit")
    return _picture_answer(answer, reason, digit=answer.value, digits=[_whole(answer, ink)])


def _read_character(recognizer: Recognizer, ink: FoundInk) -> PictureAnswer:
    answer = recognizer.recognize_picture(ink.picture, Query())
    reason = ink.doubt_as_one or _why_rejected(answer, LEAST_CERTAIN_CHARACTER, "a character")
    return _picture_answer(answer, reason, characters=[_whole(answer, ink)])


def _read_text(
    row: RowRecognizer, most_parts: int, finish: FinishRow, ink: FoundInk
) -> PictureAnswer:
    """A line of characters; one alone is one, too."""
    answer, reason = None, None
    if ink.parts > most_parts:
        reason = _too_many(ink.parts, most_parts)
    else:
        answer = finish(row.row_steps(ink.picture, Query()))
    if answer is None:
        answer, reason = Answer(rejected=True), reason or "this does not look like a line of print"
    else:
        reason = _why_no_row(answer, ink, LEAST_CERTAIN_TEXT, "characters")
    return _picture_answer(answer, reason, characters=_characters(answer, ink))


def _too_many(parts: int, most: int) -> str:
    return f"the ink is in many small pieces: {parts}, and a row may have {most}"


def _picture_answer(
    answer: Answer,
    reason: str | None,
    *,
    digit: int | UnsetType | None = UNSET,
    digits: list[PictureCharacter] | UnsetType = UNSET,
    characters: list[PictureCharacter] | UnsetType = UNSET,
) -> PictureAnswer:
    certain = answer.alternatives[0].probability if answer.alternatives else 0.0
    return PictureAnswer(
        text=answer.text,
        confidence=round(certain, 4),
        rejected=reason is not None,
        reason=reason,
        top=_ranked(answer.alternatives),
        digit=digit,
        digits=digits,
        characters=characters,
    )


def _whole(answer: Answer, ink: FoundInk) -> PictureCharacter:
    """All of the ink as one character."""
    left, top, width, height = cv2.boundingRect(ink.picture)
    box = float(left), float(top), float(left + width), float(top + height)
    return _character(answer.alternatives[0], answer.alternatives, box, ink)


def _characters(answer: Answer, ink: FoundInk) -> list[PictureCharacter]:
    """The characters of a row, from left to right."""
    return [
        _character(
            Alternative(segment.label, segment.probability),
            segment.alternatives,
            segment.box,
            ink,
            UNSET if segment.place is None else segment.place,
        )
        for segment in answer.segments
    ]


def _character(
    best: Alternative,
    alternatives: Sequence[Alternative],
    box: tuple[float, float, float, float],
    ink: FoundInk,
    at: int | UnsetType = UNSET,
) -> PictureCharacter:
    left, top, right, bottom = (round(share, 4) for share in ink.placement.shares(box))
    return PictureCharacter(
        label=best.text,
        p=round(best.probability, 4),
        box=(left, top, right, bottom),
        top=_ranked(alternatives),
        at=at,
    )


def _ranked(alternatives: Sequence[Alternative]) -> list[Candidate]:
    return [Candidate(one.text, round(one.probability, 4)) for one in alternatives]


def _why_no_row(answer: Answer, ink: FoundInk, least: float, what: str) -> str | None:
    """Why a row should not be relied on, in words; None where it may be."""
    if ink.doubt is not None:
        return ink.doubt
    if answer.reason:
        return "there are lines one under the other"
    if answer.rejected:
        return f"not all of it looks like {what}"
    return _why_rejected(answer, least, what)


def _why_rejected(answer: Answer, least: float, what: str) -> str | None:
    """Why an answer should not be relied on, in words; None where it may be."""
    if answer.rejected:
        return f"this does not look like {what}"
    best, *others = answer.alternatives
    if best.probability < least and others:
        return f"it may be {best.text} or {others[0].text}"
    return None
