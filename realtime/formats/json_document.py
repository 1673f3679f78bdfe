"""A JSON document decoded into a type, with errors that name the field."""

from typing import TypeVar

import msgspec

from realtime.formats.limits import MalformedInkError
from realtime.protocol.validation_error import json_fault, parse_validation_error

_Kind = TypeVar("_Kind")


def decode_document(text: str, kind: type[_Kind]) -> _Kind:
    """Decode a document.

    Raises:
        MalformedInkError: it is no JSON, cut short, or not of the type; names the field.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise MalformedInkError(parse_validation_error(str(error), {}).message) from error
    except msgspec.DecodeError as error:
        raise MalformedInkError(json_fault(error, text)) from error
    except RecursionError as error:
        raise MalformedInkError("is nested too deeply") from error
