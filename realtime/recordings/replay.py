"""Replays session files in process, and compares final answers with those recorded."""

import sys
import time
from typing import NamedTuple

import msgspec

from realtime.moved_command import run_moved
from realtime.protocol import messages
from realtime.protocol.server_messages import Prediction
from realtime.protocol.session_file import Recording
from realtime.recognition.recognizer import Recognizers
from realtime.sessions.session import PendingReply, Session
from realtime.setting_groups import DrawingLimits

# Files of ink from elsewhere have spaces in the labels of these, where they mean nothing.
_SPACELESS = ("line", "math")


class Difference(NamedTuple):
    """What a replay answers otherwise than it should.

    Attributes:
        place: which answer: that to the message of a number, "seq 3", or the last one.
        what: of the answer, such as "latex"; empty for its label or text.
        now: what it is now.
        expected: what it should be.
        because: who says so: what was "recorded", or what was "drawn".
    """

    place: str
    what: str
    now: str
    expected: str
    because: str

    def __str__(self) -> str:
        now = " ".join(filter(None, [self.what, self.now]))
        return f"{self.place}: {now}, {self.because} was {self.expected}"


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


def is_comparable(recording: Recording) -> bool:
    """Whether a recording says what its answers should be: by final answers, or by its label."""
    return bool(recording.finals) or recording.label is not msgspec.UNSET


def differences(recording: Recording, replayed: dict[int, Prediction]) -> list[Difference]:
    """Where a replay's final answers differ from those recorded.

    Also whether the last answer is the label of the drawing, where the recording has one. Of one
    without any final answer, such as ink that was imported, that is all.
    """
    found = []
    recorded = recording.finals
    for seq in sorted(recorded.keys() | replayed.keys()) if recorded else ():
        place, then, now = f"seq {seq}", recorded.get(seq), replayed.get(seq)
        if then is None or now is None:
            given, expected = "no" if now is None else "a", "no" if then is None else "one"
            found.append(Difference(place, "", f"{given} final answer", expected, "recorded"))
        elif verdict(then) != verdict(now):
            found.append(Difference(place, "", str(verdict(now)), str(verdict(then)), "recorded"))
        else:
            recorded_findings = _findings(then)
            found += [
                Difference(place, name, str(one), str(recorded_findings[name]), "recorded")
                for name, one in _findings(now).items()
                if one != recorded_findings[name]
            ]
    last = replayed[max(replayed)] if replayed else None
    if recording.label is not msgspec.UNSET and not _is_label(last, recording):
        found.append(
            Difference("last answer", "", str(verdict(last)), str(recording.label), "drawn")
        )
    return found


def _is_label(answer: Prediction | None, recording: Recording) -> bool:
    """Whether an answer is the label of its recording; of a formula in one line, or in LaTeX."""
    label, found = recording.label, verdict(answer)
    if answer is None or found is None or not isinstance(label, str):
        return found == label
    if recording.recognize not in _SPACELESS:
        return found == label
    spaceless = "".join(label.split())
    return spaceless in {"".join(one.split()) for one in (found, answer.latex or found)}


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


if __name__ == "__main__":
    run_moved("realtime.recordings.replay", "replay", sys.argv[1:])
