"""What `POST /predict` answers, from what recognizers say of the ink: one digit, or a row."""

from collections.abc import Mapping, Sequence

import cv2

from realtime.images.foreground import FoundInk
from realtime.recognition.answer import Alternative, Answer

# Who sends a picture gets one answer and draws no further, so one that is less likely than this is
# given as a rejected one. It concerns one in two hundred of MNIST's digits, a quarter of which are
# read wrongly.
LEAST_CERTAIN = 0.85
# The same for a row: one in fifteen of those with paper between their digits, a third of which are
# read wrongly, as is one in a hundred of the others.
LEAST_CERTAIN_ROW = 0.7

JSONObject = dict[str, object]


def digit_answer(answer: Answer, ink: FoundInk, doubt: str | None) -> JSONObject:
    """What is answered to one digit, which the recognizer is given as all of the ink."""
    reason = doubt or _why_rejected(answer, LEAST_CERTAIN)
    best = answer.alternatives[0]
    left, top, width, height = cv2.boundingRect(ink.picture)
    box = float(left), float(top), float(left + width), float(top + height)
    character = _character(best, answer.alternatives, box, ink)
    return {"digit": answer.value, **_common(answer, reason), "digits": [character]}


def row_answer(answer: Answer, ink: FoundInk) -> JSONObject:
    """What is answered to several digits in a row, or to what may not be read as one."""
    reason = ink.doubt
    if reason is None and answer.reason:
        reason = "there are lines one under the other"
    elif reason is None and answer.rejected:
        reason = "not all of it looks like digits"
    reason = reason or _why_rejected(answer, LEAST_CERTAIN_ROW)
    characters = [
        _character(
            Alternative(segment.label, segment.probability),
            segment.alternatives,
            segment.box,
            ink,
        )
        for segment in answer.segments
    ]
    return {"digit": None, **_common(answer, reason), "digits": characters}


def _common(answer: Answer, reason: str | None) -> JSONObject:
    certain = answer.alternatives[0].probability if answer.alternatives else 0.0
    return {
        "text": answer.text,
        "confidence": round(certain, 4),
        "rejected": reason is not None,
        "reason": reason,
        "top": _ranked(answer.alternatives),
    }


def _character(
    best: Alternative,
    alternatives: Sequence[Alternative],
    box: tuple[float, float, float, float],
    ink: FoundInk,
) -> Mapping[str, object]:
    return {
        "label": best.text,
        "p": round(best.probability, 4),
        "box": [round(share, 4) for share in ink.placement.shares(box)],
        "top": _ranked(alternatives),
    }


def _ranked(alternatives: Sequence[Alternative]) -> list[JSONObject]:
    return [{"label": one.text, "p": round(one.probability, 4)} for one in alternatives]


def _why_rejected(answer: Answer, least: float) -> str | None:
    """Why an answer should not be relied on, in words; None where it may be."""
    if answer.rejected:
        return "this does not look like a digit"
    best, *others = answer.alternatives
    if best.probability < least and others:
        return f"it may be {best.text} or {others[0].text}"
    return None
