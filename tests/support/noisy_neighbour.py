"""Measures whether a noisy neighbour disturbs a bystander, who draws on the same worker."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator

import numpy as np

from tests.support.drawing import SEVEN, Json, client_frame, ink_message
from tests.support.processes import private_bytes
from tests.support.raw_websocket import open_raw_websocket
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.server import Server, wait_until

PAUSE_S = 0.01
# The time in which the bystander's latency without a noisy neighbour is measured.
BASELINE_S = 2.0
# The growth of the worker's memory that a noisy neighbour may cause.
MAX_GROWTH_MB = 20
# The latency that a noisy neighbour may cause on a machine that has nothing else to do, to which
# `make robustness` holds, and the latency that is a stall on any machine.
MAX_P99_S, STALL_S = 0.05, 0.5
MEGABYTE = 1024 * 1024


class Bystander:
    """A user who asks for one answer after the other; notes the latency and checks each."""

    def __init__(self, server: Server) -> None:
        self.latencies_s: list[float] = []
        self.wrong_answers = 0
        self.baseline_s = 0.0
        self._server = server
        self._socket = open_raw_websocket(server)
        self._seq = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._draw)
        self._received = b""
        self._receive()
        self._bytes_before = self._worker_bytes()

    def start(self) -> None:
        """Begin to draw, and measure the latency without a noisy neighbour."""
        self._thread.start()
        time.sleep(BASELINE_S)
        self.baseline_s = self.take_p99_s()

    def stop(self) -> None:
        """Stop drawing and disconnect."""
        self._stopping.set()
        self._thread.join()
        self._socket.close()

    def take_p99_s(self) -> float:
        """The 99th percentile of the latencies since the last call, of a hundred or more."""
        wait_until(lambda: len(self.latencies_s) >= 100)
        p99_s = float(np.percentile(self.latencies_s, 99))
        self.latencies_s.clear()
        return p99_s

    def assert_undisturbed(self, scale: float) -> str:
        """Assert that answers came in time and the worker did not grow; return the figures.

        Only a run with the full number of tries (`scale` 1) is held to the latency of a machine
        that has nothing else to do.
        """
        p99_s, growth_mb = self.take_p99_s(), self._growth_mb()
        on_idle_machine = max(MAX_P99_S, 2 * self.baseline_s)
        on_any_machine = max(STALL_S, 5 * self.baseline_s)
        assert p99_s < (on_idle_machine if scale == 1 else on_any_machine)
        assert growth_mb < MAX_GROWTH_MB
        latency = f"{p99_s * 1e3:.1f} ms ({self.baseline_s * 1e3:.1f} without)"
        return f"another user's p99 {latency}, memory {growth_mb:+.1f} MB"

    def _draw(self) -> None:
        while not self._stopping.is_set():
            self._seq += 1
            message = client_frame(json.dumps(ink_message(self._seq, SEVEN)))
            start = time.perf_counter()
            self._socket.sendall(message)
            answer = self._receive()
            self.latencies_s.append(time.perf_counter() - start)
            is_right = answer["seq"] == self._seq and answer["top"][0]["label"] == "7"
            self.wrong_answers += not is_right
            time.sleep(PAUSE_S)

    def _receive(self) -> Json:
        while True:
            # Answers are longer than 125 and shorter than 65,536 bytes.
            if len(self._received) >= 4:
                end = int.from_bytes(self._received[2:4], "big") + 4
                if len(self._received) >= end:
                    text, self._received = self._received[4:end], self._received[end:]
                    RECEIVED_MESSAGES.check(text)
                    answer: Json = json.loads(text)
                    return answer
            self._received += self._socket.recv(65_536)

    def _worker_bytes(self) -> int:
        return private_bytes(self._server)[1]

    def _growth_mb(self) -> float:
        return (self._worker_bytes() - self._bytes_before) / MEGABYTE


@contextlib.contextmanager
def running_bystander(server: Server) -> Iterator[Bystander]:
    """A bystander who draws until the block ends.

    Raises:
        AssertionError: some of its answers were wrong.
    """
    bystander = Bystander(server)
    bystander.start()
    try:
        yield bystander
    finally:
        bystander.stop()
    if bystander.wrong_answers:
        raise AssertionError(f"{bystander.wrong_answers} answers of the bystander were wrong")
