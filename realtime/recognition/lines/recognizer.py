"""The line recognizer: ink of several characters becomes calibrated texts, or is rejected.

It reads with a network of single characters. Which characters there are, the network's model card
says; what else is needed for lines lies beside it.
"""

from pathlib import Path

from realtime.recognition.answer import Answer
from realtime.recognition.characters.network import CharacterNetwork, Network
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.lines.group_scorer import GroupScorer
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.lines.weights import LineWeights, read_line_weights
from realtime.recognition.model_card import ModelCard, Precision
from realtime.recognition.recognizer import EngineState, InkPicture, ModelInfo, Query


class LineRecognizer:
    """Reads lines; one for the whole process."""

    def __init__(self, network: Network, weights: LineWeights) -> None:
        card, running = network.card, network.running
        self.model = ModelInfo(
            card.id,
            card.version,
            tuple(card.labels),
            reads_lines=True,
            file=running.file,
            pass_us=running.pass_us,
        )
        # A stroke has two groups on average, and a group takes 0.1 ms in this process.
        self.runs_in_place = network.runs_in_place
        self.scorer = GroupScorer(network, weights)
        self._characters = CharacterRecognizer(network)

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

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs its network; see `Recognizer`."""
        return self.scorer.network.engine

    def reader(self) -> LineReader:
        """A reader for one line, which keeps what it read of groups of finished strokes."""
        return LineReader(self.scorer)

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture of one character; see `Recognizer`."""
        return self._characters.recognize_picture(picture, query)
