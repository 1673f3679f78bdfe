"""The recognizer of texts: ink of several words becomes calibrated texts, or is rejected.

It reads with the network of single characters, and with what was fitted for texts beside it.
"""

from pathlib import Path

from realtime.errors import WeightsError
from realtime.recognition.answer import Answer
from realtime.recognition.characters.network import CharacterNetwork, Network
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.model_card import Precision
from realtime.recognition.recognizer import EngineState, InkPicture, ModelInfo, Query
from realtime.recognition.text.letters import LetterModel, read_letter_model
from realtime.recognition.text.reader import TextReader
from realtime.recognition.text.scorer import TextScorer
from realtime.recognition.text.weights import (
    TEXT_TASK,
    TEXT_WEIGHTS,
    TextWeights,
    find_text_weights,
)


class TextRecognizer:
    """Reads texts; one for the whole process."""

    def __init__(self, network: Network, weights: TextWeights, letters: LetterModel) -> None:
        card, running = network.card, network.running
        self.model = ModelInfo(
            card.id,
            card.version,
            tuple(card.labels_of(TEXT_TASK)),
            reads_lines=True,
            file=running.file,
            pass_us=running.pass_us,
        )
        self.runs_in_place = network.runs_in_place
        self.scorer = TextScorer(network, weights, letters)
        self._characters = CharacterRecognizer(network, TEXT_TASK)

    @classmethod
    def load(cls, folder: Path, precision: Precision | None = None) -> "TextRecognizer":
        """Load and warm the network in a folder, and what was fitted for texts beside it.

        Raises:
            WeightsError: see `CharacterNetwork.load`, `find_text_weights`, `read_letter_model`; or
                nothing was fitted.
        """
        network = CharacterNetwork.load(folder, precision=precision)
        weights = find_text_weights(folder, network.card)
        if weights is None:
            raise WeightsError(str(folder / TEXT_WEIGHTS), "is missing")
        return cls(network, weights, read_letter_model(folder))

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs its network; see `Recognizer`."""
        return self.scorer.network.engine

    def reader(self) -> TextReader:
        """A reader for one text, which keeps what it read of groups of finished strokes."""
        return TextReader(self.scorer)

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture of one character; see `Recognizer`."""
        return self._characters.recognize_picture(picture, query)
