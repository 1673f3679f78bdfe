"""Measures of the reading of formulas: exact formulas, signs that are cut right, and certainty."""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from realtime.ink.drawing import Drawing
from realtime.ink.stroke import FinishedInk, PointArray
from realtime.recognition.math.notation import latex_of
from realtime.recognition.math.reader import MathReader
from realtime.recognition.math.reading import Reading, likeliest_formulas
from realtime.recognition.math.recognizer import MathRecognizer
from realtime.recognition.math.tree import Fraction as FractionOf
from realtime.recognition.math.tree import Function, Root, Row
from realtime.recognition.recognizer import Query
from train.data.characters import label_of
from train.data.lines import LabelledLine
from train.evaluation.latex_forms import normal_form, signs_in

# Formulas of arithmetic have these signs and what is above each other, and no letters.
ARITHMETIC = frozenset("0123456789+-/=<>()[].,%|:") | frozenset(
    [r"\times", r"\div", r"\cdot", r"\neq", r"\leq", r"\geq", r"\pm", r"\{", r"\}", r"\pi"]
)
TWO_DIMENSIONS = frozenset(["^", r"\frac", r"\sqrt"])
_STRUCTURE = TWO_DIMENSIONS | frozenset(["{", "}", "[root", "root]"])
_BINS = 10


class ReadFormula(NamedTuple):
    """A formula and how it was read.

    Attributes:
        line: the formula, with its ink.
        form: what is right.
        forms: what it was read as, the best first.
        probability: of the best.
        cut: how many signs were cut right, how many there are in the reading and in truth.
    """

    line: LabelledLine
    form: tuple[str, ...]
    forms: Sequence[tuple[str, ...]]
    probability: float
    cut: tuple[int, int, int]

    @property
    def is_right(self) -> bool:
        """Whether the best reading is right as a whole."""
        return self.forms[:1] == [self.form]


def read_all(
    recognizer: MathRecognizer, lines: Iterable[LabelledLine]
) -> tuple[list[ReadFormula], int]:
    """Read the formulas whose signs are all known; second is how many are left out."""
    labels = set(recognizer.model.labels)
    temperature = recognizer.scorer.weights.parse.temperature
    found, left_out = [], 0
    for line in lines:
        try:
            form = normal_form(line.label)
        except ValueError:
            left_out += 1
            continue
        if not all(label_of(sign) in labels or sign == r"\cdot" for sign in signs_in(form)):
            left_out += 1
            continue
        readings = recognizer.reader().readings(FinishedInk.of_points(line.strokes), Query())
        if not readings:
            found.append(ReadFormula(line, form, [], 0.0, (0, 0, len(line.groups or ()))))
            continue
        best, _ = likeliest_formulas(readings, temperature, 1)
        forms = [normal_form(latex_of(one.row)) for one in readings]
        forms = list(dict.fromkeys(forms))
        cut = _cut(readings[0], line)
        found.append(ReadFormula(line, form, forms, best[0].probability, cut))
    return found, left_out


def _cut(reading: Reading, line: LabelledLine) -> tuple[int, int, int]:
    """Names of functions are one sign each, as the formulas' authors have it."""
    if not line.groups or sum(map(len, line.groups)) != len(line.strokes):
        return 0, 0, 0
    truth = {frozenset(group) for group in line.groups}
    mine = {frozenset(group.stroke_numbers) for group in reading.groups}
    # Names may be noted as one sign, or letter by letter: either is right.
    for signs in _names(reading.row):
        together = frozenset(one for ids in signs for one in ids)
        if together in truth:
            mine -= {frozenset(ids) for ids in signs}
            mine.add(together)
    return len(mine & truth), len(mine), len(truth)


def _names(row: Row) -> Iterable[list[tuple[int, ...]]]:
    """The strokes of the letters of each name; a stroke's id is its place in a formula at once."""
    for base, sub, sup in row:
        if isinstance(base, Function):
            yield [sign.ids for sign in base.signs]
        elif isinstance(base, FractionOf):
            yield from _names(base.over)
            yield from _names(base.under)
        elif isinstance(base, Root):
            yield from _names(base.inside)
        yield from _names(sub)
        yield from _names(sup)


def kinds_of(form: tuple[str, ...]) -> list[str]:
    """The kinds of formulas that one is of, by which they are counted."""
    signs = set(form)
    kinds = ["all"]
    if signs <= ARITHMETIC:
        kinds.append("arithmetic in one line")
    if signs & TWO_DIMENSIONS:
        kinds.append("with fractions, powers, roots")
        if signs <= ARITHMETIC | _STRUCTURE:
            kinds.append("arithmetic with fractions, powers, roots")
    return kinds


def segmentation_f(read: Iterable[ReadFormula]) -> float:
    """The F measure of signs that are cut right."""
    right, found, there = np.array([one.cut for one in read]).sum(axis=0)
    return float(2 * right / max(found + there, 1))


def calibration_error(read: Sequence[ReadFormula]) -> float:
    """The expected calibration error of the best formulas' probabilities."""
    probabilities = np.array([one.probability for one in read])
    right = np.array([one.is_right for one in read], float)
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == one).sum() * abs(right[bins == one].mean() - probabilities[bins == one].mean())
            for one in np.unique(bins)
        )
        / len(read)
    )


def stroke_costs(reader: MathReader, strokes: Sequence[PointArray]) -> list[tuple[int, float]]:
    """The CPU milliseconds of the answer after each stroke, and how many strokes there were."""
    drawing = Drawing(history_points=1_000_000)
    found = []
    for number, stroke in enumerate(strokes):
        drawing.extend(number, *stroke.T.tolist())
        drawing.finish()
        started = time.thread_time_ns()
        reader.recognize(drawing, Query())
        found.append((number + 1, (time.thread_time_ns() - started) / 1e6))
    return found
