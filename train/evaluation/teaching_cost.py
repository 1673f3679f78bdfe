"""`python -m train.evaluation.teaching_cost`: what examples of a hand cost a session.

In process, on one thread: messages are decoded, applied, answered and encoded as the service does
it, in two sessions in turn, one of them with as many examples as a session may have. The digits are
made up, so that this needs no data.
"""

import argparse
import gc
import json
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from realtime.ink.stroke import PointArray
from realtime.protocol import messages
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.model_card import Precision
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import DrawingLimits
from train.data import allographs

SEED = 5
DRAWINGS = 200
ROUNDS = 31
EXAMPLES_A_MESSAGE = 50


class Cost(NamedTuple):
    """What was measured.

    Attributes:
        without_us: µs of an answer to a whole digit without examples; of each digit the least of
            all rounds, since other work only ever adds to it.
        ratio: the same with examples, as a multiple of that.
        kib: memory that a session takes more with examples.
        learning_ms: time to learn all examples.
        longest_step_ms: of the steps of that, between which others are served.
    """

    without_us: float
    ratio: float
    kib: float
    learning_ms: float
    longest_step_ms: float


class _Client:
    """A session, and the messages that it is sent."""

    def __init__(self, recognizer: CharacterRecognizer) -> None:
        self._session = Session({DEFAULT_TASK: recognizer}, DrawingLimits())
        self._seq = 0

    def text(self, kind: str, **fields: object) -> str:
        """The next message, as JSON."""
        self._seq += 1
        return json.dumps({"type": kind, "seq": self._seq, **fields})

    def take(self, text: str) -> Iterator[None]:
        """Take a message, and answer it in steps if an answer is due."""
        if self._session.apply(messages.decode(text)) is PendingReply.FINAL:
            answer = yield from self._session.answer_in_steps(time.perf_counter_ns(), final=True)
            messages.encode(answer)


def measure(recognizer: CharacterRecognizer) -> Cost:
    """Measure what the examples of a session cost."""
    rng = np.random.default_rng(SEED)
    drawn = [allographs.write(rng) for _ in range(DRAWINGS)]
    taught = [allographs.write(rng) for _ in range(DrawingLimits().examples)]
    plain, pupil = _Client(recognizer), _Client(recognizer)
    steps_s: list[float] = []
    gc.collect()
    tracemalloc.start()
    _teach(_Client(recognizer), taught[:1], [])
    before, _ = tracemalloc.get_traced_memory()
    _teach(pupil, taught, [])
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    _teach(_Client(recognizer), taught, steps_s)
    clients = (plain, pupil)
    least_s = np.full((2, DRAWINGS), np.inf)
    for turn in range(ROUNDS):
        # In turn for each drawing, since other work slows whole milliseconds; and either of them
        # first as often, since the second finds the drawing in the processor's cache.
        for number, (strokes, _) in enumerate(drawn):
            for place in (turn % 2, 1 - turn % 2):
                took_s = _draw(clients[place], strokes)
                least_s[place, number] = min(least_s[place, number], took_s)
    without_us, with_us = least_s.mean(axis=1) * 1e6
    return Cost(
        float(without_us),
        float(with_us / without_us),
        (after - before) / 1024,
        sum(steps_s) * 1e3,
        max(steps_s) * 1e3,
    )


def _teach(
    client: _Client, taught: Sequence[tuple[tuple[PointArray, ...], int]], steps_s: list[float]
) -> None:
    for first in range(0, len(taught), EXAMPLES_A_MESSAGE):
        examples = [
            {
                "label": str(digit),
                "strokes": [dict(zip("xy", stroke.T.tolist(), strict=True)) for stroke in strokes],
            }
            for strokes, digit in taught[first : first + EXAMPLES_A_MESSAGE]
        ]
        steps = client.take(client.text("examples", examples=examples))
        started = time.perf_counter()
        for _ in steps:
            steps_s.append(time.perf_counter() - started)
            started = time.perf_counter()
        steps_s.append(time.perf_counter() - started)


def _draw(client: _Client, strokes: Sequence[PointArray]) -> float:
    """Draw a digit on a clear canvas; seconds that its last stroke takes until it is answered."""
    texts = [client.text("clear")]
    for number, stroke in enumerate(strokes):
        x, y = stroke.T.tolist()
        t = [16 * n for n in range(len(x))]
        texts.append(client.text("points", stroke=number, x=x, y=y, t=t, end=True))
    for text in texts[:-1]:
        for _ in client.take(text):
            pass
    started = time.perf_counter()
    for _ in client.take(texts[-1]):
        pass
    return time.perf_counter() - started


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluation.teaching_cost",
        description="Measure what examples of a hand cost a session.",
    )
    parser.add_argument(
        "--weights", type=Path, default=Path("weights/digits"), help="default: %(default)s"
    )
    options = parser.parse_args()
    precisions: tuple[Precision, ...] = ("int8", "float32")
    print("| file | µs of an answer without | with 200 examples | KiB | to learn them, ms | step |")
    print("|---|---|---|---|---|---|")
    for precision in precisions:
        recognizer = CharacterRecognizer.load(options.weights, precision=precision)
        cost = measure(recognizer)
        print(
            f"| `{recognizer.model.file}` | {cost.without_us:.0f} | × {cost.ratio:.3f} "
            f"| {cost.kib:.0f} | {cost.learning_ms:.0f} | {cost.longest_step_ms:.1f} |"
        )


if __name__ == "__main__":
    main()
