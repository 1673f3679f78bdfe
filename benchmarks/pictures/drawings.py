"""The recordings that show a digit as it was drawn, without a correction."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from realtime.protocol import messages
from realtime.protocol.client_messages import Points
from realtime.protocol.session_file import read_recording
from tests.support.files import RECORDINGS

# Words in the name of a recording with a correction in it.
CORRECTED = {"undo", "clear"}


class Drawing(NamedTuple):
    """A digit and its strokes: float32 arrays of shape (n, 2) on a canvas of 400 × 400."""

    label: str
    strokes: list[PointArray]


def plain_drawings() -> list[Drawing]:
    """Every recorded digit that was drawn without undo or clear."""
    found = []
    for path in RECORDINGS:
        if not path.name[0].isdigit() or CORRECTED & set(path.stem.split("-")):
            continue
        recording = read_recording(path)
        strokes: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
        for _, text in recording.sent:
            message = messages.decode(text)
            if isinstance(message, Points):
                strokes[message.stroke].extend(zip(message.x, message.y, strict=True))
        arrays = [np.array(points, np.float32) for points in strokes.values()]
        found.append(Drawing(str(recording.label), arrays))
    return found
