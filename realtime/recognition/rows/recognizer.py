"""The row recognizer: the digits beside each other on a picture become calibrated texts."""

import math
import time
from collections.abc import Generator, Mapping
from pathlib import Path

from realtime.recognition.answer import Alternative, Answer, Timings
from realtime.recognition.characters.network import Network
from realtime.recognition.lines.groups import Group
from realtime.recognition.lines.lattice import TooManyWaysError
from realtime.recognition.lines.layout import fault_of_characters, has_rows, is_pile, likeness
from realtime.recognition.lines.reading import likeliest_texts, segments_of
from realtime.recognition.recognizer import InkPicture, Query
from realtime.recognition.rows.layout import is_row
from realtime.recognition.rows.pieces import parts_of
from realtime.recognition.rows.reader import RowReader
from realtime.recognition.rows.weights import RowWeights, find_row_weights

# Ink is one digit where that is more probable than this; and where the network takes it for a digit
# by itself, with a probability of so much, than that. Of MNIST's digits 1 in 1,000 is then read as
# several (hardly one that was not rejected before), and all of the rows of two that are apart are.
LEAST_ONE = 0.3
LIKE_DIGIT = 0.7
LEAST_ONE_LIKE_DIGIT = 0.03


class PictureRowRecognizer:
    """A `RowRecognizer` of digits; one for the whole process."""

    def __init__(self, network: Network, weights: RowWeights) -> None:
        self.reader = RowReader(network, weights)
        self._labels = network.card.labels
        self._reject_below = weights.reject_below

    @classmethod
    def beside(cls, network: Network, folder: Path) -> "PictureRowRecognizer | None":
        """Read with a network, if the weights for rows lie in its folder.

        Raises:
            WeightsError: see `read_row_weights`.
        """
        weights = find_row_weights(folder, network.card)
        return None if weights is None else cls(network, weights)

    def row_steps(self, picture: InkPicture, query: Query) -> Generator[None, None, Answer | None]:
        """The answer for several digits, in one step; see `RowRecognizer`."""
        yield from ()
        return self.recognize_row(picture, query)

    def recognize_row(self, picture: InkPicture, query: Query) -> Answer | None:
        """The answer for several digits; see `RowRecognizer`."""
        started_ns = time.perf_counter_ns()
        parts = parts_of(picture)
        boxes = [part.box for part in parts.pieces]
        if has_rows(boxes):
            return Answer(rejected=True, reason="rows")
        if is_pile(boxes):
            return None
        try:
            lattice = self.reader.lattice(parts)
        except TooManyWaysError:
            return None
        probabilities = lattice.probabilities()
        texts, best = likeliest_texts(lattice, self._labels, query.top)
        if len(best.groups) == 1 or _is_one_digit(probabilities):
            return None
        boxes = [group.box for group in best.groups]
        if fault_of_characters(best.groups) or not is_row(boxes):
            return None
        return Answer(
            tuple([Alternative(*one) for one in texts]),
            rejected=likeness(best.groups) < self._reject_below,
            value=int(texts[0][0]),
            timings=Timings(inference_us=(time.perf_counter_ns() - started_ns) // 1000),
            segments=segments_of(best, probabilities, self._labels, query.top),
        )


def _is_one_digit(probabilities: Mapping[Group, float]) -> bool:
    """Whether the ink is rather one digit than several."""
    pieces = {piece for group in probabilities for piece in group.ids}
    for group, probability in probabilities.items():
        if len(group.ids) == len(pieces):
            looks_so = max(group.log_probabilities) > math.log(LIKE_DIGIT)
            return probability > (LEAST_ONE_LIKE_DIGIT if looks_so else LEAST_ONE)
    return False
