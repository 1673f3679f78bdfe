"""Measures `/predict` by kind of paper: `python -m benchmarks.pictures` writes docs/pictures.*.

Each plain recording of a digit is drawn on every kind of paper and read as the route reads an
upload. A digit is right, or rejected, or refused for a reason, or wrong: taken for another.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from benchmarks.pictures.drawings import Drawing, plain_drawings
from realtime.errors import ImageError
from realtime.images.decoding import decode_image
from realtime.images.foreground import find_ink
from realtime.recognition.digits.recognizer import DigitRecognizer
from realtime.recognition.recognizer import Query
from tests.support.files import DIGIT_MODEL, ROOT
from tests.support.papers import PAPERS, paper_file

PIXEL_LIMIT = 16_000_000


def read(recognizer: DigitRecognizer, data: bytes) -> str:
    """What `/predict` makes of an image file: a digit, "rejected", or the code of a refusal."""
    try:
        found = find_ink(decode_image(data, PIXEL_LIMIT))
        picture = found.picture
    except ImageError as refusal:
        return refusal.code
    answer = recognizer.recognize_picture(picture, Query())
    return "rejected" if answer.rejected or found.doubt else answer.text


def measure(kind: str, drawings: list[Drawing], recognizer: DigitRecognizer) -> Counter[str]:
    counts: Counter[str] = Counter()
    for number, drawing in enumerate(drawings):
        found = read(recognizer, paper_file(kind, drawing.strokes, number))
        if found == drawing.label:
            counts["right"] += 1
        elif found.isdigit():
            counts["wrong"] += 1
            print(kind, number, drawing.label, found)
        else:
            counts[found] += 1
    return counts


if __name__ == "__main__":
    import sys

    recognizer = DigitRecognizer.load(DIGIT_MODEL)
    drawings = plain_drawings()
    print(len(drawings))
    for kind in PAPERS:
        if len(sys.argv) > 1 and not any(a in kind for a in sys.argv[1:]):
            continue
        print(f"{kind:28}", dict(measure(kind, drawings, recognizer)))
