"""Whether an engine still answers as it was recorded, for tests that play the recording again."""

import os
from http import HTTPStatus

from realtime.setting_formats import EngineURL
from tests.support.engines.transcripts import NAMES, TRANSCRIPTS, read, record, write


def assert_answers_as_recorded(url: str, name: str) -> None:
    """Each answer has the status, and each success the headers, of the one that is stored.

    With INK_RECORD_ENGINES set (`make engines RECORD=1`) the answers are stored anew.

    Args:
        url: of the digits' model, as `INK_ENGINE` takes it.
        name: of the transcript.
    """
    exchanges = record(EngineURL(url))
    if os.environ.get("INK_RECORD_ENGINES"):
        write(TRANSCRIPTS / name, exchanges)
    for label, new, old in zip(NAMES, exchanges, read(TRANSCRIPTS / name), strict=True):
        assert _status(new.response) == _status(old.response), label
        if _status(old.response) == HTTPStatus.OK:
            assert _header_names(new.response) == _header_names(old.response), label


def _status(response: bytes) -> int:
    return int(response.split(maxsplit=2)[1])


def _header_names(response: bytes) -> set[bytes]:
    lines = response.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return {line.partition(b":")[0].lower() for line in lines}
