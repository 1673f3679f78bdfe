"""The recognizer of texts: ink of several words becomes calibrated texts, or is rejected.

It reads with the network of single characters, and with what was fitted for texts beside it.
"""

from pathlib import Path

from realtime.errors import WeightsError
from realtime.recognition.characters.network import CharacterNetwork, Network
from realtime.recognition.lines.group_recognizer import GroupRecognizer
from realtime.recognition.model_card import Precision
from realtime.recognition.text.letters import LetterModel, read_letter_model
from realtime.recognition.text.reader import TextReader
from realtime.recognition.text.scorer import TextScorer
from realtime.recognition.text.weights import (
    TEXT_TASK,
    TEXT_WEIGHTS,
    TextWeights,
    find_text_weights,
)


class TextRecognizer(GroupRecognizer):
    """Reads texts; one for the whole process."""

    def __init__(self, network: Network, weights: TextWeights, letters: LetterModel) -> None:
        super().__init__(network, TEXT_TASK, unwritten=" ")
        self.scorer = TextScorer(network, weights, letters)

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

    def reader(self) -> TextReader:
        """A reader for one text."""
        return TextReader(self.scorer)
