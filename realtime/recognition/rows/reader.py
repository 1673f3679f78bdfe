"""Reads the digits beside each other on a picture, with the lattice of lines of strokes."""

from realtime.recognition.characters.network import Network
from realtime.recognition.lines.lattice import Lattice
from realtime.recognition.recognizer import finish
from realtime.recognition.rows.picture_groups import PictureGroupReader
from realtime.recognition.rows.pieces import InkPieces
from realtime.recognition.rows.scoring import RowScorer
from realtime.recognition.rows.weights import RowWeights


class RowReader:
    """Makes the lattice of a picture's ink; one for the whole process."""

    def __init__(self, network: Network, weights: RowWeights) -> None:
        self._scorer = RowScorer(weights, network.card.labels)
        self._reader = PictureGroupReader(network, self._scorer.allowed)

    def lattice(self, parts: InkPieces) -> Lattice:
        """The lattice of all ways to read the parts of a picture, at least one.

        Raises:
            TooManyWaysError: there are more than is worth looking at.
            RecognitionError: the network failed.
        """
        pieces, groups = self._reader.read(parts)
        for group in groups:
            self._scorer.score(group)
        return finish(Lattice.build(pieces.pieces, groups, self._scorer))
