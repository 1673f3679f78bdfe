"""The numbers of strokes: the client's, which stay, and those on the wire, which `ink` counts anew.

Who draws names strokes by the client's numbers, and finds these in answers, whatever connections
came between.
"""

from collections.abc import Iterable

from msgspec import UNSET
from msgspec.structs import replace

from realtime.protocol.server_messages import LineSegment, Prediction


class StrokeNumbers:
    """Which number a stroke has on the wire since the last `ink` message."""

    def __init__(self) -> None:
        self._on_wire: dict[int, int] = {}
        self._of_client: dict[int, int] = {}

    def restart(self, numbers: Iterable[int]) -> None:
        """Count anew, as the server does after an `ink` message of these strokes."""
        self._on_wire.clear()
        self._of_client.clear()
        for number in numbers:
            self.on_wire(number)

    def on_wire(self, number: int) -> int:
        """The number of a stroke on the wire; a stroke that has none yet gets the next."""
        if number not in self._on_wire:
            wire_number = len(self._on_wire)
            self._on_wire[number] = wire_number
            self._of_client[wire_number] = number
        return self._on_wire[number]

    def translated(self, answer: Prediction) -> Prediction:
        """An answer with the client's numbers."""
        if answer.segments is UNSET or not answer.segments:
            return answer
        return replace(answer, segments=[self._segment(one) for one in answer.segments])

    def _segment(self, segment: LineSegment) -> LineSegment:
        of_client = self._of_client
        strokes = [of_client[number] for number in segment.strokes]
        if segment.ranges is UNSET:
            return replace(segment, strokes=strokes)
        ranges = [(of_client[number], first, end) for number, first, end in segment.ranges]
        return replace(segment, strokes=strokes, ranges=ranges)
