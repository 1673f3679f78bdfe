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
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.math.weights import MATH_TASK, find_math_weights
from realtime.recognition.model_card import ModelCard
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizer, RowRecognizer
from realtime.recognition.rows.recognizer import PictureRowRecognizer
from realtime.recognition.rows.text_reader import FittedTexts
from realtime.recognition.rows.text_recognizer import PictureTextRecognizer
from realtime.recognition.rows.text_weights import find_text_row_weights
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


class Makers(NamedTuple):
    """What makes the recognizers of a task, once what was fitted for it is read.

    Attributes:
        ink: that of ink.
        rows: that of several characters beside each other on a picture, where there is one.
    """

    ink: MakeRecognizer
    rows: MakeRowRecognizer | None = None


class Task(NamedTuple):
    """What ink can be read as.

    Attributes:
        network: the task in the model card of the network that it is read with; several tasks may
            share one, which is then loaded once.
        load: reads what was fitted to the network for this task, from the network's folder; None
            where that is not there: then the task is not. Raises WeightsError where it cannot be
            read, or was fitted to another network.
    """

    network: str
    load: Callable[[Path, ModelCard], Makers | None]


def _digit(folder: Path, card: ModelCard) -> Makers:
    weights = find_row_weights(folder, card)
    if weights is None:
        return Makers(CharacterRecognizer)
    return Makers(CharacterRecognizer, lambda network: PictureRowRecognizer(network, weights))


def _line(folder: Path, card: ModelCard) -> Makers:
    weights = read_line_weights(folder, card)
    return Makers(lambda network: LineRecognizer(network, weights))


def _character(folder: Path, card: ModelCard) -> Makers:  # noqa: ARG001
    return Makers(lambda network: CharacterRecognizer(network, CHARACTER_TASK))


def _text(folder: Path, card: ModelCard) -> Makers | None:
    if (weights := find_text_weights(folder, card)) is None:
        return None
    letters = read_letter_model(folder)

    def of_ink(network: Network) -> TextRecognizer:
        return TextRecognizer(network, weights, letters)

    if (row_weights := find_text_row_weights(folder, card)) is None:
        return Makers(of_ink)
    fitted = FittedTexts(weights, row_weights, letters)
    return Makers(of_ink, lambda network: PictureTextRecognizer(network, fitted))


def _math(folder: Path, card: ModelCard) -> Makers | None:
    if (weights := find_math_weights(folder, card)) is None:
        return None
    return Makers(lambda network: MathRecognizer(network, weights))


# In the order in which clients are told of them.
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        DEFAULT_TASK: Task(DEFAULT_TASK, _digit),
        LINE_TASK: Task(LINE_TASK, _line),
        CHARACTER_TASK: Task(CHARACTER_TASK, _character),
        TEXT_TASK: Task(CHARACTER_TASK, _text),
        MATH_TASK: Task(CHARACTER_TASK, _math),
    }
)
