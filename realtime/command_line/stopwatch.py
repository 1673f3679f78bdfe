"""Times of answers to strokes, of this process or of a server."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from msgspec import UNSET

from realtime.client.sync import Client
from realtime.command_line.models_here import load_models
from realtime.config import Settings
from realtime.errors import RealtimeError
from realtime.protocol.client_messages import Canvas, Clear, ClientMessage, Config, Points
from realtime.sessions.session import Session

_Stroke = Sequence[tuple[float, float]]

CANVAS = Canvas(400, 200)
POINT_INTERVAL_MS = 20
PERCENTILES = (50, 95, 99, 100)
# The first answers wait for memory, caches and the branch predictor.
_WARM_UP = 5

_SEVEN: Sequence[_Stroke] = [[(60, 30), (95, 30), (130, 30), (108, 70), (85, 110)]]
_SUM: Sequence[_Stroke] = [
    [(40, 40), (40, 80), (40, 120)],
    [(80, 85), (95, 85), (110, 85)],
    [(95, 70), (95, 85), (95, 100)],
    [(140, 40), (175, 40), (210, 40), (188, 80), (165, 120)],
    [(250, 70), (280, 70), (310, 70)],
    [(250, 95), (280, 95), (310, 95)],
]
_LIT: Sequence[_Stroke] = [
    [(40, 40), (40, 90), (40, 140), (70, 140), (100, 140)],
    [(140, 40), (140, 90), (140, 140)],
    [(180, 40), (220, 40), (260, 40)],
    [(220, 40), (220, 90), (220, 140)],
]
# What is drawn for each task: "7", "1+7=" and "LIT".
INK: Mapping[str, Sequence[_Stroke]] = MappingProxyType(
    {"digit": _SEVEN, "line": _SUM, "character": _SEVEN, "text": _LIT, "math": _SUM}
)


class AnswerTimes(NamedTuple):
    """How long answers took: milliseconds at each of `PERCENTILES`."""

    task: str
    answers: int
    percentiles_ms: Sequence[float]


class _LocalSession:
    """A session of this process that is drawn in."""

    def __init__(self, session: Session, task: str) -> None:
        self._session, self._seq = session, 0
        session.apply(_config(task))

    def draw(self, number: int, stroke: _Stroke) -> None:
        x, y = (list(column) for column in zip(*stroke, strict=True))
        times_ms = list(range(0, POINT_INTERVAL_MS * len(stroke), POINT_INTERVAL_MS))
        self._answer(Points(seq=self._next(), stroke=number, x=x, y=y, t=times_ms, end=True))

    def clear(self) -> None:
        self._answer(Clear(seq=self._next()))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _answer(self, message: ClientMessage) -> None:
        self._session.apply(message)
        self._session.answer(time.perf_counter_ns(), final=True)


class UnknownTaskError(RealtimeError):
    """Nobody there reads what is asked for."""


def measure_here(settings: Settings, tasks: Sequence[str], count: int) -> list[AnswerTimes]:
    """The times of the networks of this process.

    Raises:
        WeightsError: they cannot be loaded.
        UnknownTaskError: one that is asked for is not among them.
    """
    recognizers = load_models(settings).by_task
    found = []
    for task in _chosen(tasks, recognizers):
        session = _LocalSession(Session(recognizers, settings.drawing), task)
        found.append(_measure(task, count, session.draw, session.clear))
    return found


def measure_server(url: str, token: str, tasks: Sequence[str], count: int) -> list[AnswerTimes]:
    """The times of a server, from sending a stroke until its answer is there.

    Raises:
        ClientConnectionError, ReportedError: there is no answer.
        UnknownTaskError: it does not read what is asked for.
    """
    with Client(url, token=token, reconnect=False) as client:
        there = tuple(client.ready.recognizers)
    found = []
    for task in _chosen(tasks, there):
        with Client(url, _config(task), token=token, reconnect=False) as client:

            def draw(_: int, stroke: _Stroke, client: Client = client) -> None:
                client.draw(stroke)

            found.append(_measure(task, count, draw, client.clear))
    return found


def _measure(
    task: str, count: int, draw: Callable[[int, _Stroke], None], clear: Callable[[], object]
) -> AnswerTimes:
    """Draw again and again, and forget the first times."""
    times_ms: list[float] = []
    number = 0
    for _ in range(_WARM_UP + count):
        clear()
        for stroke in INK[task]:
            started_ns = time.perf_counter_ns()
            draw(number, stroke)
            times_ms.append((time.perf_counter_ns() - started_ns) / 1e6)
            number += 1
    times_ms = times_ms[_WARM_UP * len(INK[task]) :]
    percentiles: list[float] = np.percentile(times_ms, PERCENTILES).tolist()
    return AnswerTimes(task, len(times_ms), percentiles)


def _config(task: str) -> Config:
    return Config(canvas=CANVAS, recognize=task or UNSET, interim=False)


def _chosen(wanted: Sequence[str], there: Iterable[str]) -> Sequence[str]:
    known = [task for task in there if task in INK]
    for task in wanted:
        if task not in known:
            raise UnknownTaskError(f"{task!r} is not one of what is read there: {' '.join(known)}")
    return wanted or known
