"""Streams of valid messages as frames, for floods."""

import json
from collections.abc import Iterator

from tests.support.drawing import client_frame, ink_message


def small_messages(count: int) -> Iterator[bytes]:
    """Messages of 80 B as frames."""
    return (
        client_frame(json.dumps({"type": "redo", "seq": seq, "x": "." * 40}))
        for seq in range(1, count + 1)
    )


def large_messages(count: int) -> Iterator[bytes]:
    """Messages of 4 kB as frames."""
    return (
        client_frame(json.dumps(ink_message(seq, [[(i % 300, i * seq % 200) for i in range(270)]])))
        for seq in range(1, count + 1)
    )
