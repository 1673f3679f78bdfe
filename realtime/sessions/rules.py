"""What a session refuses: messages that break a rule of the protocol or of the drawing.

Each check raises `MessageError`, which names the field at fault and the limit, before anything has
changed.
"""

from collections.abc import Collection, Container, Sequence

from msgspec import UNSET

from realtime.config import setting_name
from realtime.errors import MessageError, VersionError
from realtime.ink.drawing import Drawing
from realtime.protocol.client_messages import (
    PROTOCOL_VERSION,
    Config,
    Correct,
    Erase,
    Examples,
    InkMessage,
    Points,
    Teach,
    TeachingMessage,
)
from realtime.recognition.recognizer import Recognizers, default_task
from realtime.sessions.lessons import Lessons
from realtime.setting_groups import DrawingLimits


def check_config(config: Config, recognizers: Recognizers, *, has_begun: bool) -> None:
    """Refuse a configuration that cannot be met, or that comes when the session has begun."""
    if config.v != PROTOCOL_VERSION:
        reason = f"this server speaks version {PROTOCOL_VERSION} of the protocol, not {config.v}"
        raise VersionError(code="version", message=reason, field="v", limit=PROTOCOL_VERSION)
    if has_begun:
        reason = "config has to be the first message"
        raise MessageError(code="bad_order", message=reason, field="type")
    task = default_task(recognizers) if config.recognize is UNSET else config.recognize
    if task not in recognizers:
        known = " ".join(recognizers)
        reason = f"recognize: {task!r} is not one of what this server reads, {known}"
        raise MessageError(code="bad_message", message=reason, field="recognize")
    labels = recognizers[task].model.labels
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
            raise _unknown_stroke(f"stroke {number}", "stroke", message.seq)

    def check_ink(self, message: InkMessage, pinnable: Collection[str]) -> None:
        """Refuse ink that is more than a drawing may have, or pins that do not fit it."""
        seq, strokes = message.seq, message.strokes
        self._check_room(seq, sum(len(stroke.x) for stroke in strokes), len(strokes))
        if message.pins:
            _check_takes_pins(seq, "pins", pinnable)
        pinned: set[int] = set()
        for place, pin in enumerate(message.pins):
            path = f"pins[{place}]."
            self._check_pin(seq, pin.strokes, range(len(strokes)), path)
            _check_label(seq, pin.label, f"{path}label", pinnable)
            if twice := pinned.intersection(pin.strokes):
                field = f"{path}strokes"
                reason = f"{field}: stroke {min(twice)} is in another pin, too"
                raise MessageError(code="bad_message", message=reason, field=field, seq=seq)
            pinned.update(pin.strokes)

    def check_correct(self, message: Correct, pinnable: Collection[str]) -> None:
        """Refuse to pin strokes that are not there, that are too many, or to no label."""
        seq = message.seq
        _check_takes_pins(seq, "type", pinnable)
        finished = {stroke.number for stroke in self._drawing.finished}
        self._check_pin(seq, message.strokes, finished, "")
        if message.label is not None:
            _check_label(seq, message.label, "label", pinnable)

    def _check_pin(
        self, seq: int, numbers: Sequence[int], known: Container[int], path: str
    ) -> None:
        """Refuse too many strokes for one pin, and those that are not among the known ones."""
        count, limit = len(numbers), self._limits.pin_strokes
        if count > limit:
            raise MessageError(
                code="limit",
                message=f"{path}strokes: a character may have {limit} strokes; this has {count}",
                field=f"{path}strokes",
                limit=limit,
                seq=seq,
                setting=setting_name(DrawingLimits.pin_strokes),
            )
        for place, number in enumerate(numbers):
            if number not in known:
                raise _unknown_stroke(f"finished stroke {number}", f"{path}strokes[{place}]", seq)

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


class TeachingRules:
    """What may be taught of a drawing as it is now.

    Args:
        drawing: the session's.
        lessons: what was taught in it.
        limits: how much may be taught.
    """

    def __init__(self, drawing: Drawing, lessons: Lessons, limits: DrawingLimits) -> None:
        self._drawing = drawing
        self._lessons = lessons
        self._limits = limits

    def check(self, message: TeachingMessage, teachable: Collection[str]) -> None:
        """Refuse what cannot be taught.

        Args:
            message: what is to be learnt or forgotten.
            teachable: the labels that ink can be said to be; none where the recognizer learns
                nothing.
        """
        if not teachable:
            reason = "type: the recognizer of this session does not learn"
            raise MessageError(code="bad_order", message=reason, field="type", seq=message.seq)
        match message:
            case Teach():
                self._check_teach(message, teachable)
            case Examples():
                self._check_examples(message, teachable)

    def _check_teach(self, message: Teach, teachable: Collection[str]) -> None:
        drawing, seq = self._drawing, message.seq
        if drawing.open:
            reason = f"type: stroke {drawing.open.number} has to end before its drawing is taught"
            raise MessageError(code="bad_order", message=reason, field="type", seq=seq)
        if not drawing.finished:
            reason = "type: there is no ink to teach"
            raise MessageError(code="bad_order", message=reason, field="type", seq=seq)
        _check_label(seq, message.label, "label", teachable)
        if not self._lessons.replaces(drawing.finished):
            self._check_room(seq, 1)

    def _check_examples(self, message: Examples, teachable: Collection[str]) -> None:
        seq, limit = message.seq, self._limits.example_points
        for place, example in enumerate(message.examples):
            path = f"examples[{place}]"
            _check_label(seq, example.label, f"{path}.label", teachable)
            points = sum(len(stroke.x) for stroke in example.strokes)
            if points > limit:
                field = f"{path}.strokes"
                raise MessageError(
                    code="limit",
                    message=f"{field}: an example may have {limit} points; this has {points}",
                    field=field,
                    limit=limit,
                    seq=seq,
                    setting=setting_name(DrawingLimits.example_points),
                )
        self._check_room(seq, len(message.examples))

    def _check_room(self, seq: int, more: int) -> None:
        count, limit = self._lessons.count + more, self._limits.examples
        if count > limit:
            raise MessageError(
                code="limit",
                message=f"examples: a session may have {limit}; this would make {count}",
                field="examples",
                limit=limit,
                seq=seq,
                setting=setting_name(DrawingLimits.examples),
            )


def _check_takes_pins(seq: int, field: str, pinnable: Collection[str]) -> None:
    if not pinnable:
        reason = f"{field}: only the characters of a line can be corrected (config.recognize)"
        raise MessageError(code="bad_order", message=reason, field=field, seq=seq)


def _check_label(seq: int, label: str, field: str, pinnable: Collection[str]) -> None:
    if label not in pinnable:
        reason = f"{field}: {label!r} is not one of those to choose among, {' '.join(pinnable)}"
        raise MessageError(code="bad_message", message=reason, field=field, seq=seq)


def _unknown_stroke(stroke: str, field: str, seq: int) -> MessageError:
    reason = f"there is no {stroke}"
    return MessageError(code="unknown_stroke", message=reason, field=field, seq=seq)
