"""Submissions: the body of a request becomes a labelled sample, checked like a live session.

What is stored is what the rules of a drawing let through, written anew: unknown fields are gone,
and so are the server's messages but for its final answers. `ready` among them has the session's id,
which the log has beside an address.
"""

import hashlib
from typing import Annotated, TypeVar

import gevent
import msgspec
from msgspec import UNSET, Meta, Raw, Struct

from realtime.errors import ClientError, SampleError
from realtime.protocol import messages
from realtime.protocol.client_messages import Config, Label
from realtime.protocol.server_messages import Prediction
from realtime.protocol.session_file import Entry, Recording
from realtime.protocol.validation_error import parse_validation_error
from realtime.recognition.recognizer import Recognizers
from realtime.samples.store import LabelledSample
from realtime.sessions.session import Session
from realtime.setting_groups import DrawingLimits

# Other sessions are served after so many messages, which take a millisecond at most.
MESSAGES_AT_ONCE = 20

# A donor is known by a secret that their page has made up, such as one or two random UUIDs.
DonorSecret = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{32,64}\Z")]
_Kind = TypeVar("_Kind")


class Submission(Struct, frozen=True):
    """The body of `POST /ink`.

    Attributes:
        giver: a secret that the page makes up once and keeps.
        drawing: tells it from the giver's other drawings.
        label: what was drawn; null for ink that is none of the labels.
        session: the session file of the drawing.
    """

    giver: DonorSecret
    drawing: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}\Z")]
    label: Label | None
    session: Recording


class Deletion(Struct, frozen=True):
    """The body of `DELETE /ink`: all samples of this giver are to be deleted.

    Attributes:
        giver: the secret that came with them.
    """

    giver: DonorSecret


def read_submission(body: bytes, recognizers: Recognizers, limits: DrawingLimits) -> LabelledSample:
    """Read and check a submission; other sessions are served in between.

    Raises:
        SampleError: it is malformed, of no label that the model has, without ink, or more than a
            drawing may have.
    """
    submission = _decode(body, Submission)
    session = Session(recognizers, limits)
    entries: list[Entry] = []
    for number, entry in enumerate(submission.session.messages):
        entries += _accepted(entry, session, f"session.messages[{number}]")
        if number % MESSAGES_AT_ONCE == MESSAGES_AT_ONCE - 1:
            gevent.sleep(0)
    _check_label(submission.label, session)
    if not session.strokes:
        message = "session: there is no ink at its end"
        raise SampleError(code="no_ink", message=message, field="session")
    recording = msgspec.structs.replace(
        submission.session, label=submission.label, messages=entries
    )
    strokes = [stroke.coordinates for stroke in session.strokes]
    return LabelledSample(
        donor=donor_hash(submission.giver),
        drawing=submission.drawing,
        label=submission.label,
        strokes=msgspec.json.encode(strokes).decode(),
        session=msgspec.json.encode(recording).decode(),
    )


def _check_label(label: str | None, session: Session) -> None:
    """Refuse a label that the session's recognizer cannot read."""
    model = session.recognizer.model
    labels = model.labels
    if label is None or label in labels:
        return
    if model.reads_lines and label and set(label) <= {*labels, *model.unwritten}:
        return
    known = " ".join(labels)
    message = f"label: {label!r} is not one of the model's, {known}, nor null"
    raise SampleError(code="bad_message", message=message, field="label")


def read_deletion(body: bytes) -> bytes:
    """The hash of the donor whose samples are to be deleted.

    Raises:
        SampleError: the body is malformed.
    """
    return donor_hash(_decode(body, Deletion).giver)


def donor_hash(secret: str) -> bytes:
    """What is stored of a donor's secret, 32 bytes: nobody can delete in their place with it."""
    return hashlib.sha256(secret.encode()).digest()


def _accepted(entry: Entry, session: Session, path: str) -> list[Entry]:
    """What is stored of one message of a session file, after it was applied to `session`."""
    accepted = []
    if entry.send is not UNSET:
        try:
            message = messages.decode(bytes(entry.send))
            session.apply(message)
            if isinstance(message, Config):
                # Whoever reads it later need not know what this service reads for who asks for
                # nothing.
                message = msgspec.structs.replace(message, recognize=session.task)
        except ClientError as error:
            field = f"{path}.send"
            raise SampleError(
                code=error.code,
                message=f"{field}: {error.message}",
                field=f"{field}.{error.field}" if error.field else field,
                limit=error.limit,
                setting=error.setting,
            ) from error
        accepted.append(Entry(entry.at, send=Raw(msgspec.json.encode(message))))
    if entry.recv is not UNSET:
        try:
            answer = messages.decode_answer(bytes(entry.recv))
        except (msgspec.DecodeError, RecursionError) as error:
            field = f"{path}.recv"
            reason = f"{field}: this is no message of the server"
            raise SampleError(code="bad_message", message=reason, field=field) from error
        if isinstance(answer, Prediction) and answer.final:
            without_image = msgspec.structs.replace(answer, image=UNSET)
            accepted.append(Entry(entry.at, recv=Raw(messages.encode(without_image))))
    return accepted


def _decode(body: bytes, kind: type[_Kind]) -> _Kind:
    try:
        # As text, since msgspec does not look into what it skips.
        return msgspec.json.decode(body.decode(), type=kind)
    except msgspec.ValidationError as error:
        cause = parse_validation_error(str(error), {})
        raise SampleError(
            code="bad_message", message=cause.message, field=cause.field, limit=cause.limit
        ) from error
    except RecursionError as error:
        reason = "the body is nested too deeply"
        raise SampleError(code="bad_message", message=reason) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SampleError(code="bad_json", message=f"the body is not JSON: {error}") from error
