"""The models of a process: each is loaded and checked before the workers are forked."""

from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from realtime.errors import WeightsError
from realtime.prefork import PreforkCache
from realtime.recognition.characters.network import CharacterNetwork, Network
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.recognizer import LineRecognizer
from realtime.recognition.lines.weights import LineWeights, read_line_weights
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.math.weights import MATH_TASK, MathWeights, find_math_weights
from realtime.recognition.model_card import (
    MODEL_CARD,
    Precision,
    read_model_card,
)
from realtime.recognition.recognizer import DEFAULT_TASK, Recognizer, Recognizers, RowRecognizer
from realtime.recognition.rows.recognizer import PictureRowRecognizer
from realtime.recognition.rows.weights import RowWeights, find_row_weights

LINE_TASK = "line"
# Its network is that of texts and formulas, too.
CHARACTER_TASK = "character"
_TASKS = (DEFAULT_TASK, LINE_TASK, CHARACTER_TASK)


class Models(NamedTuple):
    """The networks of a process, and what was fitted to each."""

    digits: CharacterNetwork
    rows: RowWeights | None = None
    lines: CharacterNetwork | None = None
    line_weights: LineWeights | None = None
    characters: CharacterNetwork | None = None
    math_weights: MathWeights | None = None


class ModelSource(NamedTuple):
    """The folder of models, and which file of a network is to answer."""

    folder: Path
    precision: Precision = "fastest"


class ModelRegistry:
    """The recognizers of a process; immutable.

    Args:
        recognizers: those of ink.
        rows: who reads rows of digits on pictures, if anybody does.
        models: what they were made of, where they may be made anew with other networks.

    Attributes:
        by_task: those of ink.
        rows: who reads rows of digits on pictures; None where nothing was fitted for them.
    """

    def __init__(
        self,
        recognizers: Recognizers,
        rows: RowRecognizer | None = None,
        models: "Models | None" = None,
    ) -> None:
        self.models = models
        self.by_task: Recognizers = MappingProxyType(dict(recognizers))
        self.rows = rows

    @classmethod
    def load(cls, source: ModelSource) -> "ModelRegistry":
        """Load and check every model in a folder that has one in each of its folders.

        A folder without a model of lines reads none, and one without characters no letters.

        Raises:
            WeightsError: there is none for the default task, two are for the same, a task is
                unknown, or a model cannot be loaded.
        """
        folder, precision = source
        networks: dict[str, tuple[Path, CharacterNetwork]] = {}
        for path in sorted(folder.glob(f"*/{MODEL_CARD}")):
            card = read_model_card(path.parent)
            if card.task not in _TASKS:
                known = ", ".join(_TASKS)
                raise WeightsError(str(path), f"is for task {card.task!r}; known are {known}")
            if card.task in networks:
                raise WeightsError(str(path), f"is a second model for task {card.task!r}")
            network = CharacterNetwork.load(path.parent, card, precision=precision)
            networks[card.task] = path.parent, network
        if DEFAULT_TASK not in networks:
            expected = f"{folder.name}/<model>/{MODEL_CARD}"
            reason = f"holds no model for task {DEFAULT_TASK!r}, which is sought as {expected}"
            raise WeightsError(str(folder), reason)
        digit_folder, digits = networks[DEFAULT_TASK]
        models = Models(digits, find_row_weights(digit_folder, digits.card))
        if LINE_TASK in networks:
            line_folder, lines = networks[LINE_TASK]
            weights = read_line_weights(line_folder, lines.card)
            models = models._replace(lines=lines, line_weights=weights)
        if CHARACTER_TASK in networks:
            character_folder, characters = networks[CHARACTER_TASK]
            models = models._replace(
                characters=characters,
                math_weights=find_math_weights(character_folder, characters.card),
            )
        return cls.of(models)

    @classmethod
    def of(
        cls,
        models: Models,
        *,
        digits: Network | None = None,
        rows: Network | None = None,
        lines: Network | None = None,
    ) -> "ModelRegistry":
        """The recognizers that some networks make.

        Args:
            models: those of this process.
            digits: runs in the place of theirs, for single digits.
            rows: the same for rows of digits on pictures.
            lines: the same for lines.
        """
        recognizers: dict[str, Recognizer] = {
            DEFAULT_TASK: CharacterRecognizer(digits or models.digits)
        }
        if models.lines is not None and models.line_weights is not None:
            recognizers[LINE_TASK] = LineRecognizer(lines or models.lines, models.line_weights)
        if models.characters is not None:
            recognizers[CHARACTER_TASK] = CharacterRecognizer(models.characters, CHARACTER_TASK)
            if models.math_weights is not None:
                recognizers[MATH_TASK] = MathRecognizer(models.characters, models.math_weights)
        row_recognizer = None
        if models.rows is not None:
            row_recognizer = PictureRowRecognizer(rows or models.digits, models.rows)
        return cls(recognizers, row_recognizer, models)

    @property
    def default(self) -> Recognizer:
        """The recognizer of a session that asks for no task."""
        return self.by_task[DEFAULT_TASK]


# gunicorn's master fills it before it forks; workers only read it.
shared_models = PreforkCache(ModelRegistry.load)
