"""Replays session files, in process or over a WebSocket, and compares the final answers.

python -m realtime.recordings.replay FILE … [--url ws://localhost:8000/ws] [--real-time]

A file that cannot be read or replayed is named, and the others are replayed all the same.
"""

import argparse
import io
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from realtime.client.errors import (
    AnswerTimeoutError,
    ClientConnectionError,
    ConnectionLostError,
    HTTPRefusalError,
)
from realtime.config import Settings, variable_name
from realtime.errors import RecordingError, ReportedError, SettingError, WeightsError
from realtime.protocol import messages
from realtime.protocol.server_messages import Prediction
from realtime.protocol.session_file import Recording, read_recording
from realtime.recognition.recognizer import Recognizers
from realtime.recognition.registry import ModelRegistry, ModelSource
from realtime.recordings.replay_client import replay_over_the_wire
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import AccessSettings, DrawingLimits

SAME, DIFFERS, SKIPPED = "same", "differs", "skipped"
# A shell takes 1 for a failed test, and 2 for a command that could not be run.
EXIT_CODES = """exit codes:
  0 all answers are the same
  1 an answer differs
  2 nothing could be replayed: an option, a setting, the weights, the server
  3 no answer differs, but a file could not be read or replayed
"""
Replay = Callable[[Recording], dict[int, Prediction]]


def verdict(answer: Prediction | None) -> str | None:
    """The label or text an answer settles on; None where there is no ink or it looks like none."""
    if answer is None or answer.empty or answer.rejected:
        return None
    return answer.top[0].label


def _findings(answer: Prediction) -> dict[str, str | None]:
    """What an answer settles on beside its label or text, by name; see `verdict`."""
    if verdict(answer) is None:
        return {"reason": answer.reason or None}
    return {"latex": answer.latex or None, "value": answer.value or None}


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
        else:
            recorded_findings = _findings(then)
            found += [
                f"seq {seq}: {name} {one}, recorded was {recorded_findings[name]}"
                for name, one in _findings(now).items()
                if one != recorded_findings[name]
            ]
    last = replayed[max(replayed)] if replayed else None
    if recording.label is not msgspec.UNSET and verdict(last) != recording.label:
        found.append(f"the last answer is {verdict(last)}, drawn was {recording.label}")
    return found


def replay_in_process(
    recording: Recording, recognizers: Recognizers, limits: DrawingLimits
) -> dict[int, Prediction]:
    """Replay a recording without a server; its final answers by `seq`.

    Raises:
        ReportedError: a message cannot be taken, or the recognizer failed.
    """
    session = Session(recognizers, limits)
    answers = {}
    for _, text in recording.sent:
        if session.apply(messages.decode(text)) is PendingReply.FINAL:
            answer = session.answer(time.perf_counter_ns(), final=True)
            answers[answer.seq] = answer
    return answers


def main() -> None:
    """Replay the files named on the command line; the exit code says how that went."""
    options = _options()
    # A file's name need not be text.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        replay = _replay_of(options)
        outcomes = Counter(_replay_file(path, replay) for path in options.files)
    except (SettingError, WeightsError, ClientConnectionError) as error:
        print(f"{error}{_advice(error)}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    skipped = f", {outcomes[SKIPPED]} skipped" if outcomes[SKIPPED] else ""
    print(f"{outcomes[SAME]} same, {outcomes[DIFFERS]} differ{skipped}")
    sys.exit(1 if outcomes[DIFFERS] else 3 if outcomes[SKIPPED] else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m realtime.recordings.replay",
        description="Replay session files and compare the final answers.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--url", help="replay over this WebSocket; without it, in process")
    variable = variable_name(AccessSettings.token)
    parser.add_argument(
        "--token",
        help=f"the server's token; {variable} in the environment keeps it off the process list",
    )
    parser.add_argument(
        "--real-time", action="store_true", help="at the recorded speed (with --url)"
    )
    return parser.parse_args()


def _replay_of(options: argparse.Namespace) -> Replay:
    """What replays a recording as the options say.

    Raises:
        SettingError, WeightsError: a setting or the weights cannot be used.
    """
    token = {} if options.token is None else {variable_name(AccessSettings.token): options.token}
    settings = Settings.from_environment({**os.environ, **token})
    if options.url:
        access = settings.access
        return lambda recording: replay_over_the_wire(
            recording, options.url, token=access.token, real_time=options.real_time
        )
    source = ModelSource(
        Path(settings.server.weights), settings.server.precision, settings.server.models
    )
    recognizers = ModelRegistry.load(source).by_task
    return lambda recording: replay_in_process(recording, recognizers, settings.drawing)


def _advice(error: Exception) -> str:
    is_locked_out = isinstance(error, HTTPRefusalError) and error.status == 401
    return f"; {variable_name(AccessSettings.token)} or --token gives it" if is_locked_out else ""


def _replay_file(path: Path, replay: Replay) -> str:
    """Replay a file and print how that went.

    Returns:
        `SAME`, `DIFFERS` or `SKIPPED`.

    Raises:
        ClientConnectionError: no other file can be replayed either.
    """
    try:
        recording = read_recording(path)
        sentences = differences(recording, replay(recording))
        outcome = DIFFERS if sentences else SAME
    except RecordingError as error:
        outcome, sentences = SKIPPED, [error.reason]
    except (ConnectionLostError, AnswerTimeoutError) as error:
        outcome, sentences = SKIPPED, [str(error)]
    except ReportedError as error:
        outcome, sentences = SKIPPED, [f"{error.code}: {error}"]
    print(f"{outcome:<7}  {path}")
    for sentence in sentences:
        print(f"         {sentence}")
    return outcome


if __name__ == "__main__":
    main()
