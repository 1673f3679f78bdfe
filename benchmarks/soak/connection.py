"""One connection of the soak: what was sent, which answers are due, and how it ends."""

import contextlib
import socket
import struct
import time
from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np
from websockets.frames import Frame, Opcode

from benchmarks.service.client import RECEIVE_BYTES, LoadClient
from benchmarks.soak.drawings import CANVAS_SIZE, ExpectedAnswer, PreparedMessage
from realtime.protocol.messages import decode_answer
from realtime.protocol.server_messages import Error, Prediction, Ready
from tests.support.drawing import client_frame

# The number of faults that are described. A run with more has failed anyway.
MAX_FAULTS = 20

# Messages that are refused and change nothing, and the error's code. No stroke has such a number,
# and no `seq` grows to 0.
REFUSED_MESSAGES = (
    (b'{"type":"points","seq":0,"stroke":0,"x":[1],"y":["ink"],"t":[0]}', "bad_message"),
    (b'{"type":"points","seq":0,"stroke":0,"x":[1,2],"y":[1],"t":[0]}', "bad_message"),
    (b'{"type":"dance","seq":0}', "bad_message"),
    (b'{"type":"clear","seq":0}', "bad_order"),
)
# Frames that end a connection, the error's code and the close code.
FATAL_FRAMES = (
    (client_frame(b"{"), "bad_json", 1007),
    (client_frame(b"\xff\xfe"), "bad_json", 1007),
    (client_frame(b"\0", opcode=Opcode.BINARY), "not_text", 1003),
    # The head of a message that is too large is enough.
    (b"\x81\xff" + struct.pack("!QL", 1 << 20, 0), "too_big", 1009),
)


@dataclass
class Tally:
    """Counts of what happened on all connections."""

    visits: int = 0
    strokes: int = 0
    messages: int = 0
    # Final answers: due, right, and due to a user who left without waiting.
    asked: int = 0
    right: int = 0
    abandoned: int = 0
    interim: int = 0
    refused: int = 0
    left: Counter[str] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0

    def summary(self) -> str:
        """The figures in a line."""
        waits = [1e3 * wait for wait in np.percentile(self.latencies_s, [50, 99])]
        return (
            f"{self.strokes:,} strokes, {self.messages:,} messages, {self.visits:,} visits; "
            f"{self.right:,} final answers right, {self.abandoned} abandoned, "
            f"{self.fault_count} faults; p50 {waits[0]:.1f} ms, p99 {waits[1]:.1f} ms; "
            f"{self.interim:,} interim answers, {self.refused:,} refusals"
        )

    def fault(self, sentence: str) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(sentence)


class SoakConnection(LoadClient):
    """A connection that keeps account of pending answers."""

    def __init__(self, url: str, tally: Tally) -> None:
        super().__init__(url)
        self.is_over = False
        self.waiting: dict[int, tuple[ExpectedAnswer, float]] = {}
        self._refusals: deque[str] = deque()
        self._tally = tally
        self._interim = True
        self._seq = 0

    def send_config(self, *, interim: bool, image: bool) -> None:
        """Send the configuration, which comes first."""
        self._interim = interim
        self.send_message(
            PreparedMessage.of(
                {
                    "type": "config",
                    "v": 1,
                    "canvas": CANVAS_SIZE,
                    "interim": interim,
                    "image": image,
                }
            )
        )

    def send_message(self, message: PreparedMessage) -> None:
        """Send a message with the next `seq`."""
        self._seq += 1
        if message.answer:
            self.waiting[self._seq] = message.answer, time.perf_counter()
            self._tally.asked += 1
        self._tally.messages += 1
        self._tally.strokes += message.ends_stroke
        self._send(message.frame(self._seq))

    def send_refused(self, text: bytes, code: str) -> None:
        """Send a message that has to be refused with this code."""
        self._refusals.append(code)
        self._send(client_frame(text))

    def receive_events(self) -> None:
        """Take in what has arrived; the socket has to be readable."""
        try:
            data = self.socket.recv(RECEIVE_BYTES)
        except OSError:
            data = b""
        if not data:
            self.is_over = True
            return
        self.protocol.receive_data(data)
        self._send(b"".join(self.protocol.data_to_send()))
        for event in self.protocol.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._take(bytes(event.data))

    @property
    def close_code(self) -> int | None:
        """The code with which the server has closed."""
        return self.protocol.close_rcvd.code if self.protocol.close_rcvd else None

    def send_close(self) -> None:
        """Send a close frame."""
        self.protocol.send_close(1000)
        self._send(b"".join(self.protocol.data_to_send()))

    def send_fatal(self, data: bytes, code: str) -> None:
        """Send raw bytes that have to end the connection with an error of this code."""
        self._refusals.append(code)
        self._send(data)

    def end(self, way: str) -> None:
        """Close the socket and abandon pending answers."""
        self._tally.left[way] += 1
        self._tally.abandoned += len(self.waiting)
        self.waiting.clear()
        self.socket.close()

    def reset(self) -> None:
        """Have the kernel reset the connection when the socket is closed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def check_settled(self, way: str, close_code: int | None) -> None:
        """Note pending answers and a wrong close code as faults of an ended connection."""
        tally = self._tally
        for seq, (expected, _) in self.waiting.items():
            tally.fault(f"{way}: seq {seq} was not answered: {expected}")
        for code in self._refusals:
            tally.fault(f"{way}: no refusal, {code} was due")
        if not self.is_over or self.close_code != close_code:
            tally.fault(f"{way}: closed with {self.close_code}, due was {close_code}")
        self.waiting.clear()
        self._refusals.clear()

    def _take(self, text: bytes) -> None:
        now, tally = time.perf_counter(), self._tally
        match decode_answer(text):
            case Prediction(final=False):
                tally.interim += 1
                if not self._interim:
                    tally.fault("an interim answer that nobody wants")
            case Prediction(seq) as answer:
                expected, sent = self.waiting.pop(seq, (None, now))
                if ExpectedAnswer.of(answer) == expected:
                    tally.right += 1
                    tally.latencies_s.append(now - sent)
                else:
                    tally.fault(f"answer {answer}, due was {expected}")
            case Error() as refusal:
                tally.refused += 1
                due = self._refusals.popleft() if self._refusals else None
                if refusal.code != due:
                    tally.fault(f"refused {refusal}, due was {due}")
            case Ready():
                pass

    def _send(self, data: bytes) -> None:
        # A closed connection is noticed when nothing more comes.
        with contextlib.suppress(OSError):
            self.socket.sendall(data)
