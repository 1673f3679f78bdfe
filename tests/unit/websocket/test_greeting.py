"""Tests of the greeting: what a client is told first."""

from realtime.protocol.client_messages import PROTOCOL_VERSION
from realtime.recognition.recognizer import Recognizers
from realtime.setting_groups import ConnectionLimits, DrawingLimits
from realtime.websocket.greeting import advertised_limits, greeting


def test_it_names_every_recognizer_and_the_default_one_first(recognizers: Recognizers) -> None:
    told = greeting(
        "a1", "digit", recognizers, {"pin_strokes": 3}, stores_samples=True, teaches=False
    )
    assert (told.v, told.session, told.limits) == (PROTOCOL_VERSION, "a1", {"pin_strokes": 3})
    assert (told.keeps, told.teaches) == (True, False)
    assert told.model == told.recognizers["digit"]
    assert {task: one.id for task, one in told.recognizers.items()} == {
        task: one.model.id for task, one in recognizers.items()
    }
    for task, one in told.recognizers.items():
        assert one.labels == list(recognizers[task].model.labels)


def test_the_limits_are_those_that_are_set() -> None:
    drawing = DrawingLimits(session_strokes=7)
    told = advertised_limits(ConnectionLimits(idle_s=5, message_bytes=999), drawing)
    assert (told["idle_s"], told["message_bytes"], told["session_strokes"]) == (5, 999, 7)
