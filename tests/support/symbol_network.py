"""A folder of models in which lines have a network of their own, which reads symbols, too.

It is the network of the digits under other labels: what is written as a 5 is a plus, and a 7 is the
sign of equality.
"""

import json
import shutil
from pathlib import Path

from realtime.recognition.lines.weights import LINE_WEIGHTS
from realtime.recognition.model_card import MODEL_CARD
from tests.support.files import DIGIT_MODEL

LABELS = ["0", "1", "2", "3", "÷", "+", "6", "=", "8", "9"]
# What has to be written to be read as such.
WRITTEN_AS = {"÷": "4", "+": "5", "=": "7"}


def write_models(folder: Path) -> None:
    """Make the folder."""
    digits, lines = folder / "digits", folder / "lines"
    shutil.copytree(DIGIT_MODEL, digits)
    (digits / LINE_WEIGHTS).unlink()
    shutil.copytree(DIGIT_MODEL, lines)
    card = json.loads((lines / MODEL_CARD).read_text())
    card |= {"id": "lines", "task": "line", "labels": LABELS}
    (lines / MODEL_CARD).write_text(json.dumps(card))


def written_as(text: str) -> str:
    """The digits that are read as this text."""
    return "".join(WRITTEN_AS.get(character, character) for character in text)
