"""The models of a process: each is loaded and checked before the workers are forked."""

from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from realtime.errors import WeightsError
from realtime.prefork import PreforkCache
from realtime.recognition.digits.network import DigitNetwork
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import read_line_weights
from realtime.recognition.model_card import (
    MODEL_CARD,
    Precision,
    read_model_card,
)
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizer, Recognizers, RowRecognizer
from realtime.recognition.rows.recognizer import PictureRowRecognizer

LINE_TASK = "line"
_TASKS = (DEFAULT_TASK, LINE_TASK)


class ModelSource(NamedTuple):
    """The folder of models, and which file of a network is to answer."""

    folder: Path
    precision: Precision = "fastest"


class ModelRegistry:
    """The recognizers of a process; immutable.

    Attributes:
        by_task: those of ink.
        rows: who reads rows of digits on pictures; None where nothing was fitted for them.
    """

    def __init__(self, recognizers: Recognizers, rows: RowRecognizer | None = None) -> None:
        self.by_task: Recognizers = MappingProxyType(dict(recognizers))
        self.rows = rows

    @classmethod
    def load(cls, source: ModelSource) -> "ModelRegistry":
        """Load and check every model in a folder that has one in each of its folders.

        A folder without a model of lines reads none.

        Raises:
            WeightsError: there is none for the default task, two are for the same, a task is
                unknown, or a model cannot be loaded.
        """
        folder, precision = source
        networks: dict[str, tuple[Path, DigitNetwork]] = {}
        for path in sorted(folder.glob(f"*/{MODEL_CARD}")):
            card = read_model_card(path.parent)
            if card.task not in _TASKS:
                known = ", ".join(_TASKS)
                raise WeightsError(str(path), f"is for task {card.task!r}; known are {known}")
            if card.task in networks:
                raise WeightsError(str(path), f"is a second model for task {card.task!r}")
            network = DigitNetwork.load(path.parent, card, precision=precision)
            networks[card.task] = path.parent, network
        if DEFAULT_TASK not in networks:
            expected = f"{folder.name}/<model>/{MODEL_CARD}"
            reason = f"holds no model for task {DEFAULT_TASK!r}, which is sought as {expected}"
            raise WeightsError(str(folder), reason)
        digit_folder, digit_network = networks[DEFAULT_TASK]
        recognizers: dict[str, Recognizer] = {DEFAULT_TASK: DigitRecognizer(digit_network)}
        if LINE_TASK in networks:
            line_folder, line_network = networks[LINE_TASK]
            weights = read_line_weights(line_folder, line_network.card)
            recognizers[LINE_TASK] = LineRecognizer(line_network, weights)
        return cls(recognizers, PictureRowRecognizer.beside(digit_network, digit_folder))

    @property
    def default(self) -> Recognizer:
        """The recognizer of a session that asks for no task."""
        return self.by_task[DEFAULT_TASK]


# gunicorn's master fills it before it forks; workers only read it.
shared_models = PreforkCache(ModelRegistry.load)
