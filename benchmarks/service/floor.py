"""The lower bound of any server: raster and forward pass of each stroke, in this process."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.service.servers import on_the_servers_cores
from realtime.ink.stroke import FinishedInk, PointArray
from realtime.protocol import messages
from realtime.protocol.client_messages import Config, Points
from realtime.protocol.session_file import Recording
from realtime.recognition.characters.rasterizer import LiveRaster, rasterize
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.sessions.session import Session
from realtime.setting_groups import DrawingLimits
from train.evaluation.speed import in_turn

InkStrokes = list[PointArray]


@dataclass(frozen=True)
class Floor:
    """CPU seconds a stroke."""

    raster: float
    forward: float

    @property
    def both(self) -> float:
        """Raster and forward pass together."""
        return self.raster + self.forward


def stroke_ends(recordings: Iterable[Recording]) -> list[InkStrokes]:
    """The ink at the end of each stroke."""
    found = []
    for recording in recordings:
        strokes: dict[int, list[PointArray]] = {}
        for _, text in recording.sent:
            message = messages.decode(text)
            if isinstance(message, Points):
                strokes.setdefault(message.stroke, []).append(
                    np.array((message.x, message.y), np.float32).T
                )
                if message.end:
                    found.append([np.concatenate(pieces) for pieces in strokes.values()])
    return found


@on_the_servers_cores()
def measure(
    recognizer: CharacterRecognizer,
    inks: Sequence[InkStrokes],
    *,
    a_second: float = 0.0,
    count: int = 1000,
) -> Floor:
    """CPU time of raster and forward pass.

    Args:
        recognizer: the network.
        inks: taken in turn.
        a_second: how many a second, with sleep in between, as in a server that waits for its
            clients, in which the processor's caches forget meanwhile. Zero for one after another.
        count: how many.
    """
    raster_s = forward_s = 0.0
    for number in range(count):
        if a_second:
            time.sleep(1 / a_second)
        start = time.process_time()
        raster = rasterize(inks[number % len(inks)])
        drawn = time.process_time()
        recognizer.network.local.logits(raster)
        forward_s += time.process_time() - drawn
        raster_s += drawn - start
    return Floor(raster_s / count, forward_s / count)


@on_the_servers_cores()
def kept_raster(inks: Sequence[InkStrokes], *, count: int = 1000) -> float:
    """CPU seconds of a raster whose strokes are all known from the answer before."""
    drawings = [(LiveRaster(), FinishedInk.of_points(ink)) for ink in inks]
    for raster, ink in drawings:
        raster.draw(ink)
    start = time.process_time()
    for number in range(count):
        raster, ink = drawings[number % len(drawings)]
        raster.draw(ink)
    return (time.process_time() - start) / count


@on_the_servers_cores()
def forward_passes(files: Mapping[str, bytes], inks: Sequence[InkStrokes]) -> dict[str, float]:
    """CPU µs of a forward pass of LiteRT files, by name; see `in_turn`."""
    times = in_turn(list(files.values()), np.stack([rasterize(ink) for ink in inks]))
    return dict(zip(files, np.median(times, axis=0).tolist(), strict=True))


@on_the_servers_cores()
def growth(
    recognizer: CharacterRecognizer,
    inks: Sequence[InkStrokes],
    *,
    spread: float,
    drawings: int = 4,
    strokes: int = 100,
) -> float:
    """CPU time of the answer to the hundredth stroke, as a multiple of that to the second.

    Args:
        recognizer: the network.
        inks: whose strokes are drawn, in turn.
        spread: the distance by which each stroke lies to the right of the one before, in canvas
            units; with 0 all lie in one box.
        drawings: how many are drawn.
        strokes: how many a drawing has.
    """
    seconds = np.zeros((drawings, strokes))
    for drawing in range(drawings):
        session = Session({DEFAULT_TASK: recognizer}, DrawingLimits())
        session.apply(Config(interim=False))
        # The first stroke is a frame around all others.
        corners = ([0.0, 400.0, 400.0, 0.0], [0.0, 0.0, 400.0, 400.0])
        for number in range(strokes):
            stroke = inks[(drawing + number) % len(inks)][-1]
            x, y = (
                corners
                if number == 0
                else (np.clip(stroke, 0, 400) + np.array((spread * number, 0))).T.tolist()
            )
            session.apply(Points(seq=number, stroke=number, x=x, y=y, t=[0] * len(x), end=True))
            start = time.process_time()
            session.answer(0, final=True)
            seconds[drawing, number] = time.process_time() - start
    # Strokes differ in length, so that the mean of neighbours is taken.
    return float(seconds[:, -8:].mean() / seconds[:, 1:9].mean())
