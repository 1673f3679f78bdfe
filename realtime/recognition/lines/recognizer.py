"""The line recognizer: ink of several characters becomes calibrated texts, or is rejected.

It reads with a network of single characters. Which characters there are, the network's model card
says; what else is needed for lines lies beside it.
"""

from pathlib import Path

from realtime.recognition.characters.network import CharacterNetwork, Network
from realtime.recognition.lines.group_recognizer import GroupRecognizer
from realtime.recognition.lines.group_scorer import GroupScorer
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.weights import LineWeights, read_line_weights
from realtime.recognition.model_card import ModelCard, Precision


class LineRecognizer(GroupRecognizer):
    """Reads lines; one for the whole process."""

    def __init__(self, network: Network, weights: LineWeights) -> None:
        super().__init__(network)
        self.scorer = GroupScorer(network, weights)

    @classmethod
    def load(
        cls, folder: Path, card: ModelCard | None = None, precision: Precision | None = None
    ) -> "LineRecognizer":
        """Load and warm the network in a folder, and the weights for lines beside it.

        Raises:
            WeightsError: see `CharacterNetwork.load` and `read_line_weights`.
        """
        network = CharacterNetwork.load(folder, card, precision=precision)
        return cls(network, read_line_weights(folder, network.card))

    def reader(self) -> LineReader:
        """A reader for one line."""
        return LineReader(self.scorer)
