"""The models of a process: each is loaded and checked before the workers are forked."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from realtime.errors import WeightsError
from realtime.prefork import PreforkCache
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recognition.model_card import (
    MODEL_CARD,
    ModelCard,
    Precision,
    read_model_card,
)
from realtime.recognition.recognizer import Recognizer, RowRecognizer
from realtime.recognition.rows.recognizer import PictureRowRecognizer

# The task of a session that asks for none.
DEFAULT_TASK = "digit"

# Who loads a model of each task.
_LOADERS: Mapping[str, Callable[[Path, ModelCard, Precision], Recognizer]] = MappingProxyType(
    {"digit": DigitRecognizer.load}
)


class ModelSource(NamedTuple):
    """The folder of models, and which file of a network is to answer."""

    folder: Path
    precision: Precision = "fastest"


class ModelRegistry:
    """The recognizers of a process, by task; immutable.

    Attributes:
        rows: who reads rows of digits on pictures; None where nothing was fitted for them.
    """

    def __init__(
        self, recognizers: Mapping[str, Recognizer], rows: RowRecognizer | None = None
    ) -> None:
        self._recognizers = dict(recognizers)
        self.rows = rows

    @classmethod
    def load(cls, source: ModelSource) -> "ModelRegistry":
        """Load and check every model in a folder that has one in each of its folders.

        Raises:
            WeightsError: there is none for the default task, two are for the same, a task is
                unknown, or a model cannot be loaded.
        """
        folder, precision = source
        recognizers: dict[str, Recognizer] = {}
        rows: RowRecognizer | None = None
        for path in sorted(folder.glob(f"*/{MODEL_CARD}")):
            card = read_model_card(path.parent)
            if card.task not in _LOADERS:
                known = ", ".join(_LOADERS)
                raise WeightsError(str(path), f"is for task {card.task!r}; known are {known}")
            if card.task in recognizers:
                raise WeightsError(str(path), f"is a second model for task {card.task!r}")
            recognizer = recognizers[card.task] = _LOADERS[card.task](path.parent, card, precision)
            if isinstance(recognizer, DigitRecognizer):
                rows = PictureRowRecognizer.beside(recognizer.network, path.parent)
        if DEFAULT_TASK not in recognizers:
            expected = f"{folder.name}/<model>/{MODEL_CARD}"
            reason = f"holds no model for task {DEFAULT_TASK!r}, which is sought as {expected}"
            raise WeightsError(str(folder), reason)
        return cls(recognizers, rows)

    @property
    def default(self) -> Recognizer:
        """The recognizer of a session that asks for no task."""
        return self._recognizers[DEFAULT_TASK]

    @property
    def all(self) -> tuple[Recognizer, ...]:
        """All recognizers."""
        return tuple(self._recognizers.values())


# gunicorn's master fills it before it forks; workers only read it.
shared_models = PreforkCache(ModelRegistry.load)
