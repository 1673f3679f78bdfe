"""The recorded digits that benchmarks draw."""

from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import DEFAULT_TASK
from tests.support.files import RECORDINGS


def digit_recordings() -> list[Recording]:
    """The recordings of a single digit that say which it is."""
    every = map(read_recording, RECORDINGS)
    return [one for one in every if one.label and one.recognize == DEFAULT_TASK]
