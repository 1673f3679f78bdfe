"""Measures of lines that were read: strings and groups right, calibration, kinds of faults."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from realtime.ink.stroke import FinishedInk
from realtime.recognition.answer import Answer
from realtime.recognition.lines.reader import LineReader
from realtime.recognition.recognizer import Query
from train.data.lines import LabelledLine
from train.evaluation.measures import CALIBRATION_BINS


@dataclass(frozen=True)
class ReadLine:
    """A line, and the answer to it."""

    line: LabelledLine
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether the string is right as a whole."""
        return self.answer.text == self.line.label

    @property
    def probability(self) -> float:
        """That of the best text; 0 where there is none."""
        return self.answer.alternatives[0].probability if self.answer.alternatives else 0.0

    @property
    def fault(self) -> str:
        """What is wrong with a wrong answer."""
        label, strokes = self.line.label, self.line.strokes
        if not self.answer.alternatives:
            return "refused"
        if len(self.answer.text) == len(label):
            return "character"
        if len(label) > len(strokes):
            return "grouping, joined strokes"
        return "grouping"


def read_line(reader: LineReader, line: LabelledLine) -> ReadLine:
    """Read a line at once, with a new reader."""
    return ReadLine(line, reader.recognize(FinishedInk.of_points(line.strokes), Query()))


def share_right(read: Iterable[ReadLine]) -> float:
    """The share of strings that are right as a whole; NaN of none."""
    right = [one.right for one in read]
    return float(np.mean(right)) if right else float("nan")


def share_rejected(read: Iterable[ReadLine]) -> float:
    """The share of lines that are rejected; NaN of none."""
    rejected = [one.answer.rejected for one in read]
    return float(np.mean(rejected)) if rejected else float("nan")


def group_score(read: Iterable[ReadLine]) -> float:
    """The F score of groups of strokes, over the lines of which they are known."""
    found = true = right = 0
    for one in read:
        if one.line.groups is None:
            continue
        groups = [tuple(sorted(segment.strokes)) for segment in one.answer.segments]
        found += len(groups)
        true += len(one.line.groups)
        right += len(set(groups) & set(one.line.groups))
    return 2 * right / (found + true) if true else float("nan")


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error (Naeini, Cooper, Hauskrecht, 2015), 0 to 1."""
    confidence, is_right = np.array(confidences), np.array(right, float)
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    error = 0.0
    for number in range(CALIBRATION_BINS):
        members = bins == number
        if members.any():
            error += abs(float((confidence[members] - is_right[members]).sum()))
    return error / len(confidence) if len(confidence) else float("nan")


def string_error(read: Sequence[ReadLine]) -> float:
    """The calibration error of strings."""
    return calibration_error([one.probability for one in read], [one.right for one in read])


def character_error(read: Sequence[ReadLine]) -> float:
    """The calibration error of characters: of each segment of the answers."""
    confidences, right = list[float](), list[bool]()
    for one in read:
        confidences += [segment.probability for segment in one.answer.segments]
        right += characters_right(one)
    return calibration_error(confidences, right)


def characters_right(one: ReadLine) -> list[bool]:
    """For each segment of an answer whether it is right.

    Where the groups are not known the text is aligned with the label.
    """
    segments, line = one.answer.segments, one.line
    if line.groups is not None:
        known = dict(zip(line.groups, line.label, strict=True))
        return [known.get(tuple(sorted(part.strokes))) == part.label for part in segments]
    right = [False] * len(segments)
    matcher = SequenceMatcher(None, one.answer.text, line.label, autojunk=False)
    for start, _, length in matcher.get_matching_blocks():
        right[start : start + length] = [True] * length
    return right
