"""Here labelled ink is read as people give it: every stroke point of it goes through the rules of a drawing once more.

What is kept is what came through, written anew: fields that nobody knows are gone, and so are the server's messages but for its final
answers. `ready` among them has the session's name, which stands beside an address in the log.
"""

import hashlib
from typing import Annotated, TypeVar

import gevent
import msgspec
from msgspec import UNSET, Meta, Raw, Struct

from realtime import messages
from realtime.complaint import understand
from realtime.config import Config
from realtime.errors import MessageError, PieceError
from realtime.kept import Piece
from realtime.messages import Prediction
from realtime.recognizer import Recognizer
from realtime.recording import Entry, Recording
from realtime.session import Session

# Somebody else may be answered after so many messages, which take a millisecond at most.
MESSAGES_AT_ONCE = 20
# No label is longer.
LABEL_LENGTH = 100

# Who gives is known by a secret that their page has made up, such as two random UUIDs or one.
Giver = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{32,64}\Z")]
_Kind = TypeVar("_Kind")


class Given(Struct, frozen=True):
    """A piece of labelled ink on its way; `label` is None for ink that is no digit, `drawing` tells this one from the giver's others."""

    giver: Giver
    drawing: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}\Z")]
    label: Annotated[str, Meta(max_length=LABEL_LENGTH)] | None
    session: Recording


class Farewell(Struct, frozen=True):
    """A giver who wants all of it deleted."""

    giver: Giver


def read_piece(body: bytes, recognizer: Recognizer, config: Config) -> Piece:
    """Read and check labelled ink; others are answered in between.

    Raises:
        PieceError: it is malformed, of no label that the model has, without ink, or more than a drawing may have.
    """
    given = _decode(body, Given)
    labels = recognizer.card.labels
    if given.label is not None and given.label not in labels:
        message = f"label: {given.label!r} is not one of the model's, {' '.join(labels)}, nor null"
        raise PieceError(code="bad_message", message=message, field="label")
    session = Session(recognizer, config)
    entries: list[Entry] = []
    for number, entry in enumerate(given.session.messages):
        entries += _taken(entry, session, f"session.messages[{number}]")
        if number % MESSAGES_AT_ONCE == MESSAGES_AT_ONCE - 1:
            gevent.sleep(0)
    if not session.strokes:
        raise PieceError(code="no_ink", message="session: there is no ink at its end", field="session")
    whole = msgspec.structs.replace(given.session, label=given.label, messages=entries)
    return Piece(
        giver=giver_hash(given.giver),
        drawing=given.drawing,
        label=given.label,
        strokes=msgspec.json.encode([stroke.coordinates for stroke in session.strokes]).decode(),
        session=msgspec.json.encode(whole).decode(),
    )


def read_farewell(body: bytes) -> bytes:
    """The hash of a giver who wants to be forgotten.

    Raises:
        PieceError: it is malformed.
    """
    return giver_hash(_decode(body, Farewell).giver)


def giver_hash(giver: str) -> bytes:
    """What is stored of a giver's secret, 32 bytes: with it nobody can delete in their place."""
    return hashlib.sha256(giver.encode()).digest()


def _taken(entry: Entry, session: Session, place: str) -> list[Entry]:
    """What is kept of one message of a session, applied to `session`."""
    taken = []
    if entry.send is not UNSET:
        try:
            message = messages.decode(bytes(entry.send))
            session.apply(message)
        except MessageError as error:
            field = f"{place}.send" + (f".{error.field}" if error.field else "")
            message_text = f"{place}.send: {error.message}"
            raise PieceError(code=error.code, message=message_text, field=field, limit=error.limit, setting=error.setting) from error
        taken.append(Entry(entry.at, send=Raw(msgspec.json.encode(message))))
    if entry.recv is not UNSET:
        try:
            answer = messages.decode_answer(bytes(entry.recv))
        except (msgspec.DecodeError, RecursionError) as error:
            field = f"{place}.recv"
            raise PieceError(code="bad_message", message=f"{field}: this is no message of the server", field=field) from error
        if isinstance(answer, Prediction) and answer.final:
            taken.append(Entry(entry.at, recv=Raw(messages.encode(msgspec.structs.replace(answer, image=UNSET)))))
    return taken


def _decode(body: bytes, kind: type[_Kind]) -> _Kind:
    try:
        # As text, since msgspec does not look into what it skips.
        return msgspec.json.decode(body.decode(), type=kind)
    except msgspec.ValidationError as error:
        complaint = understand(str(error), {})
        raise PieceError(code="bad_message", message=complaint.message, field=complaint.field, limit=complaint.limit) from error
    except RecursionError as error:
        raise PieceError(code="bad_message", message="the body is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PieceError(code="bad_json", message=f"the body is not JSON: {error}") from error
