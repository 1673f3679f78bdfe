"""Measures of texts that were read: character error rate, rejection, calibration."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.answer import Answer
from realtime.recognition.recognizer import InkReader, Query
from train.data.lines import LabelledLine
from train.evaluation.line_measures import calibration_error


@dataclass(frozen=True)
class ReadText:
    """A text, and the answer to it."""

    line: LabelledLine
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether the text is right as a whole."""
        return self.answer.text == self.line.text

    @property
    def probability(self) -> float:
        """That of the best text; 0 where there is none."""
        return self.answer.alternatives[0].probability if self.answer.alternatives else 0.0

    def errors(self, *, folds_case: bool = False, with_spaces: bool = True) -> int:
        """How many characters have to be put in, left out or changed to make it right."""
        texts = self.answer.text, self.line.text
        if folds_case:
            texts = texts[0].lower(), texts[1].lower()
        if not with_spaces:
            texts = texts[0].replace(" ", ""), texts[1].replace(" ", "")
        return edit_distance(*texts)


def read_text(reader: InkReader, line: LabelledLine, query: Query) -> ReadText:
    """Read a text at once."""
    return ReadText(line, reader.recognize(FinishedInk.of_points(line.strokes), query))


def edit_distance(one: str, other: str) -> int:
    """Insertions, deletions and substitutions that make one text of another (Levenshtein, 1966)."""
    before = list(range(len(other) + 1))
    for place, character in enumerate(one, 1):
        row = [place]
        for at, another in enumerate(other, 1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (character != another)))
        before = row
    return before[-1]


def character_error_rate(
    read: Iterable[ReadText], *, folds_case: bool = False, with_spaces: bool = True
) -> float:
    """Errors as a share of the characters that were written; NaN of none.

    What was refused counts as if nothing was read.
    """
    errors = characters = 0
    for one in read:
        errors += one.errors(folds_case=folds_case, with_spaces=with_spaces)
        text = one.line.text
        characters += len(text if with_spaces else text.replace(" ", ""))
    return errors / characters if characters else float("nan")


def share_right(read: Sequence[ReadText]) -> float:
    """The share of texts that are right as a whole; NaN of none."""
    return float(np.mean([one.right for one in read])) if read else float("nan")


def share_rejected(read: Sequence[ReadText], reason: str | None = None) -> float:
    """The share of texts that are rejected, for any reason or for one; NaN of none."""
    if not read:
        return float("nan")
    return float(
        np.mean(
            [
                one.answer.rejected and (reason is None or one.answer.reason == reason)
                for one in read
            ]
        )
    )


def text_error(read: Sequence[ReadText]) -> float:
    """The calibration error of whole texts; see `calibration_error`."""
    return calibration_error([one.probability for one in read], [one.right for one in read])
