"""What a session refuses: messages that break a rule of the protocol or of the drawing.

Each check raises `MessageError`, which names the field at fault and the limit, before anything has
changed.
"""

from realtime.config import DrawingLimits, setting_name
from realtime.errors import MessageError, VersionError
from realtime.ink.drawing import Drawing
from realtime.protocol.client_messages import (
    PROTOCOL_VERSION,
    Config,
    Erase,
    InkMessage,
    Points,
)
from realtime.recognition.recognizer import Recognizers


def check_config(config: Config, recognizers: Recognizers, *, has_begun: bool) -> None:
    """Refuse a configuration that cannot be met, or that comes when the session has begun."""
    if config.v != PROTOCOL_VERSION:
        reason = f"this server speaks version {PROTOCOL_VERSION} of the protocol, not {config.v}"
        raise VersionError(code="version", message=reason, field="v", limit=PROTOCOL_VERSION)
    if has_begun:
        reason = "config has to be the first message"
        raise MessageError(code="bad_order", message=reason, field="type")
    if config.recognize not in recognizers:
        known = " ".join(recognizers)
        reason = f"recognize: {config.recognize!r} is not one of what this server reads, {known}"
        raise MessageError(code="bad_message", message=reason, field="recognize")
    labels = recognizers[config.recognize].model.labels
    for label in config.labels or ():
        if label not in labels:
            known = " ".join(labels)
            reason = f"labels: {label!r} is not one of the model's, {known}"
            raise MessageError(code="bad_message", message=reason, field="labels")


def check_seq(seq: int, newest: int) -> None:
    """Refuse a message whose number does not follow the newest one."""
    if seq <= newest:
        reason = f"seq has to grow, {seq} came after {newest}"
        raise MessageError(code="bad_order", message=reason, field="seq", limit=newest, seq=seq)


class DrawingRules:
    """What may be done to a drawing as it is now."""

    def __init__(self, drawing: Drawing, limits: DrawingLimits) -> None:
        self._drawing = drawing
        self._limits = limits

    def check_points(self, message: Points) -> None:
        """Refuse points that do not continue the open stroke, open none, or are too many."""
        stroke, seq = self._drawing.open, message.seq
        if stroke and stroke.number != message.stroke:
            reason = f"stroke {stroke.number} has to end before stroke {message.stroke} begins"
            raise MessageError(code="bad_order", message=reason, field="stroke", seq=seq)
        if not stroke and self._drawing.has(message.stroke):
            reason = f"stroke {message.stroke} has ended already; take a new number"
            raise MessageError(code="unknown_stroke", message=reason, field="stroke", seq=seq)
        if not stroke and not message.x:
            reason = "x: a stroke has to begin with a point"
            raise MessageError(code="bad_message", message=reason, field="x", seq=seq)
        points, limit = len(message.x), self._limits.message_points
        if points > limit:
            raise MessageError(
                code="limit",
                message=f"x: a message may have {limit} points; this has {points}",
                field="x",
                limit=limit,
                seq=seq,
                setting=setting_name(DrawingLimits.message_points),
            )
        self._check_room(seq, self._drawing.size + points, len(self._drawing.finished) + 1)

    def check_erase(self, message: Erase) -> None:
        """Refuse to erase a stroke that is not there."""
        drawing, number = self._drawing, message.stroke
        is_open = drawing.open is not None and drawing.open.number == number
        if not is_open and not drawing.has(number):
            raise _unknown_stroke(number, "stroke", message.seq)

    def check_ink(self, message: InkMessage) -> None:
        """Refuse ink that is more than a drawing may have."""
        strokes = message.strokes
        self._check_room(message.seq, sum(len(stroke.x) for stroke in strokes), len(strokes))

    def _check_room(self, seq: int, points: int, strokes: int) -> None:
        """Refuse a drawing of so many points and strokes where that is more than there may be."""
        limits = self._limits
        if points > limits.session_points:
            setting = setting_name(DrawingLimits.session_points)
            field, count, limit = "points", points, limits.session_points
        elif strokes > limits.session_strokes:
            setting = setting_name(DrawingLimits.session_strokes)
            field, count, limit = "strokes", strokes, limits.session_strokes
        else:
            return
        reason = f"a drawing may have {limit} {field}; this would make {count}"
        raise MessageError(
            code="limit", message=reason, field=field, limit=limit, seq=seq, setting=setting
        )


def _unknown_stroke(number: int, field: str, seq: int) -> MessageError:
    reason = f"there is no stroke {number}"
    return MessageError(code="unknown_stroke", message=reason, field=field, seq=seq)
