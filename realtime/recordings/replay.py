"""Replays session files, in process or over a WebSocket, and compares the final answers.

python -m realtime.recordings.replay FILE … [--url ws://localhost:8000/ws] [--real-time]
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import simple_websocket

from realtime.config import DrawingLimits, Settings
from realtime.protocol import messages
from realtime.protocol.messages import Error, Prediction
from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import Recognizer
from realtime.recognition.registry import ModelRegistry
from realtime.session import PendingReply, Session


def verdict(answer: Prediction | None) -> str | None:
    """The label an answer settles on; None where there is no ink or it looks like no label."""
    if answer is None or answer.empty or answer.rejected:
        return None
    return answer.top[0].label


def differences(recording: Recording, replayed: dict[int, Prediction]) -> list[str]:
    """Where a replay's final answers differ from those recorded, one sentence each.

    Also whether the last answer is the label of the drawing, where the recording has one.
    """
    found = []
    recorded = recording.finals
    for seq in sorted(recorded.keys() | replayed.keys()):
        then, now = recorded.get(seq), replayed.get(seq)
        if then is None or now is None:
            given, expected = "no" if now is None else "a", "no" if then is None else "one"
            found.append(f"seq {seq}: {given} final answer, recorded was {expected}")
        elif verdict(then) != verdict(now):
            found.append(f"seq {seq}: {verdict(now)}, recorded was {verdict(then)}")
    last = replayed[max(replayed)] if replayed else None
    if recording.label is not msgspec.UNSET and verdict(last) != recording.label:
        found.append(f"the last answer is {verdict(last)}, drawn was {recording.label}")
    return found


def replay_in_process(
    recording: Recording, recognizer: Recognizer, limits: DrawingLimits
) -> dict[int, Prediction]:
    """Replay a recording without a server; its final answers by `seq`."""
    session = Session(recognizer, limits)
    answers = {}
    for _, text in recording.sent:
        if session.apply(messages.decode(text)) is PendingReply.FINAL:
            answer = session.answer(time.perf_counter_ns(), final=True)
            answers[answer.seq] = answer
    return answers


def replay(
    recording: Recording,
    send: Callable[[str], object],
    receive: Callable[[], str | bytes],
    *,
    real_time: bool = False,
) -> dict[int, Prediction]:
    """Replay a recording over an open WebSocket, and wait for each final answer recorded.

    Args:
        recording: what to replay.
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


def _over_the_wire(recording: Recording, url: str, *, real_time: bool) -> dict[int, Prediction]:
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
    """Replay the files named on the command line; exit with 1 if any answer differs."""
    parser = argparse.ArgumentParser(
        prog="python -m realtime.recordings.replay",
        description="Replay session files and compare the final answers.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--url", help="replay over this WebSocket; without it, in process")
    parser.add_argument(
        "--real-time", action="store_true", help="at the recorded speed (with --url)"
    )
    options = parser.parse_args()
    settings = Settings.from_environment()
    recognizer = None
    if not options.url:
        recognizer = ModelRegistry.load(Path(settings.server.weights)).default
    failed = 0
    for path in options.files:
        recording = read_recording(path)
        if recognizer:
            answers = replay_in_process(recording, recognizer, settings.drawing)
        else:
            answers = _over_the_wire(recording, options.url, real_time=options.real_time)
        found = differences(recording, answers)
        failed += bool(found)
        print(f"{'differs' if found else 'same   '}  {path}")
        for sentence in found:
            print(f"         {sentence}")
    print(f"{len(options.files) - failed} same, {failed} differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
