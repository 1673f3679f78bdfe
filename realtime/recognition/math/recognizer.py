"""The recognizer of formulas: ink becomes calibrated formulas in LaTeX and MathML, or is rejected.

It reads with the network of characters, of which it asks for the labels of formulas alone. What
else is needed lies beside it.
"""

from realtime.recognition.characters.network import Network
from realtime.recognition.lines.group_recognizer import GroupRecognizer
from realtime.recognition.math.reader import MathReader
from realtime.recognition.math.scoring import MathScorer
from realtime.recognition.math.weights import MATH_TASK, MathWeights


class MathRecognizer(GroupRecognizer):
    """Reads formulas; one for the whole process."""

    def __init__(self, network: Network, weights: MathWeights) -> None:
        # A text has exponents and limits in one line.
        super().__init__(network, MATH_TASK, unwritten=" ^_")
        self.scorer = MathScorer(network, weights)

    def reader(self) -> MathReader:
        """A reader for one formula."""
        return MathReader(self.scorer)
