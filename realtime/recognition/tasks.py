"""The tasks: what ink can be read as, with which network, and who reads it.

A new task is one entry of `TASKS`; loading, sessions, `ready`, `/predict`, engines, metrics and the
setting of what is loaded go by it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from realtime.recognition.characters.network import Network
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import read_line_weights
from realtime.recognition.model_card import ModelCard
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizer, RowRecognizer
from realtime.recognition.rows.recognizer import PictureRowRecognizer
from realtime.recognition.rows.weights import find_row_weights
from realtime.recognition.text.letters import read_letter_model
from realtime.recognition.text.recognizer import TextRecognizer
from realtime.recognition.text.weights import TEXT_TASK, find_text_weights

LINE_TASK = "line"
# Its network is that of texts and formulas, too.
CHARACTER_TASK = "character"

# Makes a recognizer that reads with a network: that of this process, or one that an engine runs.
MakeRecognizer = Callable[[Network], Recognizer]
MakeRowRecognizer = Callable[[Network], RowRecognizer]


def _nothing(folder: Path, card: ModelCard) -> None:
    """What is there of a task that has no rows on pictures."""


class Task(NamedTuple):
    """What ink can be read as.

    Attributes:
        network: the task in the model card of the network that it is read with; several tasks may
            share one, which is then loaded once.
        ink: reads what was fitted to the network for this task, from the network's folder, and
            returns what makes the recognizer. None where that is not there: then the task is not.
        rows: the same for several characters beside each other on a picture.

    Both raise WeightsError where what was fitted cannot be read, or was fitted to another network.
    """

    network: str
    ink: Callable[[Path, ModelCard], MakeRecognizer | None]
    rows: Callable[[Path, ModelCard], MakeRowRecognizer | None] = _nothing


def _digit(folder: Path, card: ModelCard) -> MakeRecognizer:  # noqa: ARG001
    return CharacterRecognizer


def _digit_rows(folder: Path, card: ModelCard) -> MakeRowRecognizer | None:
    if (weights := find_row_weights(folder, card)) is None:
        return None
    return lambda network: PictureRowRecognizer(network, weights)


def _line(folder: Path, card: ModelCard) -> MakeRecognizer:
    weights = read_line_weights(folder, card)
    return lambda network: LineRecognizer(network, weights)


def _character(folder: Path, card: ModelCard) -> MakeRecognizer:  # noqa: ARG001
    return lambda network: CharacterRecognizer(network, CHARACTER_TASK)


def _text(folder: Path, card: ModelCard) -> MakeRecognizer | None:
    if (weights := find_text_weights(folder, card)) is None:
        return None
    letters = read_letter_model(folder)
    return lambda network: TextRecognizer(network, weights, letters)


# In the order in which clients are told of them.
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        DEFAULT_TASK: Task(DEFAULT_TASK, _digit, _digit_rows),
        LINE_TASK: Task(LINE_TASK, _line),
        CHARACTER_TASK: Task(CHARACTER_TASK, _character),
        TEXT_TASK: Task(CHARACTER_TASK, _text),
    }
)
