"""Session files: what a page recorded, played again in process or over a real socket.

    python -m realtime.recording FILE … [--url ws://localhost:8000/ws] [--real-time]

plays recordings and compares each final answer with the one that was recorded. PROTOCOL.md describes the format.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import simple_websocket

from realtime import messages
from realtime.config import Config
from realtime.messages import Error, Prediction
from realtime.recognizer import Recognizer
from realtime.session import Owed, Session


class Entry(msgspec.Struct, frozen=True):
    """One message and when it went, in milliseconds since the connection opened."""

    at: float
    send: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    recv: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A session file. `label` is what was drawn, None for ink that has to be rejected; not there where nobody has said it."""

    format: Literal["ink-session"]
    v: Literal[1]
    label: str | msgspec.UnsetType | None = msgspec.UNSET
    canvas: messages.Canvas | msgspec.UnsetType = msgspec.UNSET
    messages: list[Entry]

    @property
    def sent(self) -> list[tuple[float, bytes]]:
        """What the client sent: (ms, JSON)."""
        return [(entry.at, bytes(entry.send)) for entry in self.messages if not isinstance(entry.send, msgspec.UnsetType)]

    @property
    def finals(self) -> dict[int, Prediction]:
        """The final answers as recorded, by `seq`."""
        return finals(bytes(entry.recv) for entry in self.messages if not isinstance(entry.recv, msgspec.UnsetType))


def read(path: Path) -> Recording:
    """Read a session file.

    Raises:
        OSError: it cannot be read.
        msgspec.DecodeError: it is no session file.
    """
    return msgspec.json.decode(path.read_bytes(), type=Recording)


def finals(texts: Iterator[bytes]) -> dict[int, Prediction]:
    """The final answers among server messages, by `seq`."""
    answers = (messages.decode_answer(text) for text in texts)
    return {answer.seq: answer for answer in answers if isinstance(answer, Prediction) and answer.final}


def verdict(answer: Prediction | None) -> str | None:
    """The label an answer settles on; None where there is no ink or it looks like no label."""
    if answer is None or answer.empty or answer.rejected:
        return None
    return answer.top[0].label


def differences(recording: Recording, replayed: dict[int, Prediction]) -> list[str]:
    """Where a replay's final answers are not those recorded, or the last is not the drawing's label; one sentence each."""
    found = []
    recorded = recording.finals
    for seq in sorted(recorded.keys() | replayed.keys()):
        then, now = recorded.get(seq), replayed.get(seq)
        if then is None or now is None:
            found.append(f"seq {seq}: {'no' if now is None else 'a'} final answer, recorded was {'no' if then is None else 'one'}")
        elif verdict(then) != verdict(now):
            found.append(f"seq {seq}: {verdict(now)}, recorded was {verdict(then)}")
    last = replayed[max(replayed)] if replayed else None
    if recording.label is not msgspec.UNSET and verdict(last) != recording.label:
        found.append(f"the last answer is {verdict(last)}, drawn was {recording.label}")
    return found


def replay_in_process(recording: Recording, recognizer: Recognizer, limits: Config) -> dict[int, Prediction]:
    """Play a recording without a server; its final answers by `seq`."""
    session = Session(recognizer, limits)
    answers = {}
    for _, text in recording.sent:
        session.apply(messages.decode(text))
        if session.owed is Owed.FINAL:
            answer = session.answer(time.perf_counter_ns())
            answers[answer.seq] = answer
    return answers


def replay(
    recording: Recording, send: Callable[[str], object], receive: Callable[[], str | bytes], *, real_time: bool = False
) -> dict[int, Prediction]:
    """Play a recording over an open WebSocket, and wait for each final answer that was recorded.

    Args:
        recording: what to play.
        send: sends one text message.
        receive: waits for the next message; has to raise when none comes.
        real_time: keep the recorded times; else as fast as it goes.

    Raises:
        RuntimeError: the server refused a message; the error's own words.
    """
    start = time.monotonic()
    for at, text in recording.sent:
        if real_time:
            time.sleep(max(0.0, start + at / 1000 - time.monotonic()))
        send(text.decode())
    answers: dict[int, Prediction] = {}
    due = set(recording.finals)
    while due:
        answer = messages.decode_answer(receive())
        if isinstance(answer, Error):
            raise RuntimeError(f"{answer.code}: {answer.message}")
        if isinstance(answer, Prediction) and answer.final:
            answers[answer.seq] = answer
            due.discard(answer.seq)
    return answers


def _over_the_wire(recording: Recording, url: str, real_time: bool) -> dict[int, Prediction]:
    socket = simple_websocket.Client.connect(url)

    def receive() -> str | bytes:
        message: str | bytes | None = socket.receive(timeout=10)
        if message is None:
            raise RuntimeError("no answer within 10 s")
        return message

    try:
        return replay(recording, socket.send, receive, real_time=real_time)
    finally:
        socket.close()


def main() -> None:
    """Play the files named on the command line; exit with 1 if any answer differs."""
    parser = argparse.ArgumentParser(prog="python -m realtime.recording", description="Play session files and compare the final answers.")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--url", help="play over this WebSocket; without it, in process")
    parser.add_argument("--real-time", action="store_true", help="at the recorded speed (with --url)")
    options = parser.parse_args()
    config = Config.from_environment()
    recognizer = None if options.url else Recognizer.load(Path(config.weights))
    failed = 0
    for path in options.files:
        recording = read(path)
        answers = (
            replay_in_process(recording, recognizer, config) if recognizer else _over_the_wire(recording, options.url, options.real_time)
        )
        found = differences(recording, answers)
        failed += bool(found)
        print(f"{'differs' if found else 'same   '}  {path}" + "".join(f"\n         {sentence}" for sentence in found))
    print(f"{len(options.files) - failed} same, {failed} differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
