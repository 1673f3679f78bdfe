"""Predictions: a recognizer's answer as the message that tells it."""

import base64
from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from realtime.protocol.server_messages import (
    Candidate,
    LineSegment,
    LineText,
    Microseconds,
    Prediction,
)
from realtime.recognition.answer import Alternative, Answer, Segment

# Decimal places of probabilities on the wire.
_PLACES = 6


def prediction_of(
    answer: Answer, *, seq: int, final: bool, strokes: int, wait_us: int
) -> Prediction:
    """The message that tells an answer.

    Args:
        answer: of the recognizer.
        seq: of the newest message that the answer knows.
        final: whether it is final.
        strokes: how many it saw.
        wait_us: from receipt of the message to the start of the work, in microseconds.
    """
    png = answer.picture_png
    top = _candidates(answer.alternatives)
    prediction = Prediction(
        seq,
        final,
        empty=answer.empty,
        rejected=answer.rejected,
        top=top,
        strokes=strokes,
        us=Microseconds(
            wait=wait_us,
            raster=answer.timings.preparation_us,
            infer=answer.timings.inference_us,
        ),
        image=UNSET if png is None else _data_url(png),
        learnt=answer.learnt or UNSET,
    )
    if not answer.is_line:
        return prediction
    return msgspec.structs.replace(
        prediction,
        text=answer.text,
        p=top[0].p if top else 0.0,
        alternatives=[_line_text(one) for one in answer.alternatives],
        segments=[_segment(one) for one in answer.segments],
        value=_given(answer.result),
        latex=_given(answer.latex),
        mathml=_given(answer.mathml),
        reason=answer.reason or UNSET,
    )


def _candidates(alternatives: Iterable[Alternative]) -> list[Candidate]:
    return [
        Candidate(alternative.text, round(alternative.probability, _PLACES))
        for alternative in alternatives
    ]


def _line_text(alternative: Alternative) -> LineText:
    return LineText(
        alternative.text,
        round(alternative.probability, _PLACES),
        _given(alternative.latex),
        _given(alternative.mathml),
        # Of a line of characters it is told once, of the likeliest text.
        UNSET if alternative.latex is None else _given(alternative.result),
    )


def _given(text: str | None) -> str | UnsetType:
    return UNSET if text is None else text


def _segment(segment: Segment) -> LineSegment:
    return LineSegment(
        segment.label,
        round(segment.probability, _PLACES),
        list(segment.strokes),
        _candidates(segment.alternatives),
        segment.box,
        segment.pinned or UNSET,
        UNSET if segment.place is None else segment.place,
        [(one.stroke, one.first, one.end) for one in segment.ranges] or UNSET,
    )


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
