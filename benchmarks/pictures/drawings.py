"""The recordings that show a digit as it was drawn, without a correction."""

from typing import NamedTuple

import numpy as np

from realtime.config import DrawingLimits
from realtime.ink.stroke import PointArray
from realtime.protocol import messages
from realtime.protocol.session_file import read_recording
from tests.support.files import RECORDINGS


class Drawing(NamedTuple):
    """A digit and its strokes: float32 arrays of shape (n, 2) on a canvas of 400 × 400."""

    name: str
    label: str
    strokes: list[PointArray]


def plain_drawings() -> list[Drawing]:
    """Every recorded digit that was drawn without undo or clear."""
    found = []
    for path in RECORDINGS:
        recording = read_recording(path)
        sent = [messages.decode(text) for _, text in recording.sent]
        if not path.name[0].isdigit() or {"undo", "clear"} & set(path.stem.split("-")):
            continue
        strokes: dict[int, list[tuple[float, float]]] = {}
        for message in sent:
            if isinstance(message, messages.Points):
                strokes.setdefault(message.stroke, []).extend(
                    zip(message.x, message.y, strict=True)
                )
        found.append(
            Drawing(
                path.stem, str(recording.label), [np.array(s, np.float32) for s in strokes.values()]
            )
        )
    return found
