"""What is drawn in each task, where the cost of its model is measured."""

import json

from benchmarks.models.drawings import drawings_of_tasks
from realtime.protocol import messages
from realtime.protocol.client_messages import Config, Points
from realtime.recognition.tasks import TASKS


def test_there_are_drawings_of_every_task() -> None:
    drawings = drawings_of_tasks()
    assert drawings.keys() >= TASKS.keys()
    for task, recordings in drawings.items():
        assert len(recordings) >= 5, task
        for recording in recordings:
            times = [at for at, _ in recording.sent]
            assert times == sorted(times)
            # As they are sent, numbered anew.
            said = [
                messages.decode(json.dumps({**json.loads(text), "seq": 1}))
                for _, text in recording.sent
            ]
            points = [one for one in said if isinstance(one, Points)]
            assert points
            assert points[-1].end
            assert all(
                one.recognize == task for one in said if isinstance(one, Config) and task != "digit"
            )


def test_a_fraction_has_its_bar_between_what_is_above_and_below() -> None:
    *_, last = drawings_of_tasks()["math"]
    strokes: dict[int, list[float]] = {}
    for _, text in last.sent:
        message = json.loads(text)
        strokes.setdefault(message["stroke"], []).extend(message["y"])
    [bar] = [y for y in strokes.values() if max(y) - min(y) < 1]
    assert any(max(y) < bar[0] for y in strokes.values())
    assert any(min(y) > bar[0] for y in strokes.values())
