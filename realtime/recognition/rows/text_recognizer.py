"""The recognizer of texts on pictures: a line in print letters becomes calibrated texts."""

import time
from collections.abc import Generator

from realtime.recognition.answer import Alternative, Answer, Timings
from realtime.recognition.characters.network import Network
from realtime.recognition.lines.lattice import TooManyWaysError
from realtime.recognition.lines.layout import has_rows, is_pile
from realtime.recognition.lines.reading import likeliest_texts, log_likeness, segments_of
from realtime.recognition.recognizer import InkPicture, Query, finish
from realtime.recognition.rows.pieces import parts_of
from realtime.recognition.rows.text_reader import FittedTexts, TextRowReader
from realtime.recognition.text.reading import placed_in_text, spell


class PictureTextRecognizer:
    """A `RowRecognizer` of texts, one character alone among them; one for the whole process."""

    def __init__(self, network: Network, fitted: FittedTexts) -> None:
        self.reader = TextRowReader(network, fitted)
        self._reject_below = fitted.rows.reject_below

    def recognize_row(self, picture: InkPicture, query: Query) -> Answer | None:
        """The answer for a text; see `RowRecognizer`."""
        return finish(self.row_steps(picture, query))

    def row_steps(self, picture: InkPicture, query: Query) -> Generator[None, None, Answer | None]:
        """The answer for a text, one character alone among them; None where it is none."""
        started_ns = time.perf_counter_ns()
        parts = parts_of(picture)
        boxes = [part.box for part in parts.pieces]
        if has_rows(boxes):
            return Answer(rejected=True, reason="rows")
        if is_pile(boxes):
            return None
        try:
            steps = self.reader.steps(parts, has_letters=query.language_model)
            lattice, _ = yield from steps
        except TooManyWaysError:
            return None
        yield
        names = self.reader.scorer.names
        texts, best = likeliest_texts(
            lattice, names, query.top, spell=lambda reading: spell(reading, names)
        )
        segments = segments_of(best, lattice.probabilities(), names, query.top)
        return Answer(
            tuple([Alternative(*one) for one in texts]),
            rejected=log_likeness(best) < self._reject_below,
            timings=Timings(inference_us=(time.perf_counter_ns() - started_ns) // 1000),
            segments=placed_in_text(segments, best.groups),
        )
