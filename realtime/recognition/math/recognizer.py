"""The recognizer of formulas: ink becomes calibrated formulas in LaTeX and MathML, or is rejected.

It reads with the network of characters, of which it asks for the labels of formulas alone. What
else is needed lies beside it.
"""

from realtime.recognition.answer import Answer
from realtime.recognition.characters.network import Network
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.math.reader import MathReader
from realtime.recognition.math.scoring import MathScorer
from realtime.recognition.math.weights import MATH_TASK, MathWeights
from realtime.recognition.recognizer import EngineState, InkPicture, ModelInfo, Query


class MathRecognizer:
    """Reads formulas; one for the whole process."""

    def __init__(self, network: Network, weights: MathWeights) -> None:
        card, running = network.card, network.running
        self.model = ModelInfo(
            card.id,
            card.version,
            tuple(card.labels_of(MATH_TASK)),
            reads_lines=True,
            # Of exponents and limits in one line.
            unwritten=" ^_",
            file=running.file,
            pass_us=running.pass_us,
        )
        self.runs_in_place = network.runs_in_place
        self.scorer = MathScorer(network, weights)
        self._characters = CharacterRecognizer(network, MATH_TASK)

    @property
    def engine(self) -> EngineState | None:
        """The engine that runs its network; see `Recognizer`."""
        return self.scorer.network.engine

    def reader(self) -> MathReader:
        """A reader for one formula, which keeps what it read of its signs."""
        return MathReader(self.scorer)

    def recognize_picture(self, picture: InkPicture, query: Query) -> Answer:
        """The answer for a picture of one sign; see `Recognizer`."""
        return self._characters.recognize_picture(picture, query)
