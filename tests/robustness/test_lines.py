"""Tests of ink that is no line, over the wire: nothing is lost, and nobody is held up."""

import json
import threading
from pathlib import Path

import pytest

from tests.support.bad_lines import BAD_LINES, BadLine
from tests.support.drawing import Client, Json, client_frame, ink_message, open_session
from tests.support.line_ink import written_points
from tests.support.noisy_neighbour import running_bystander
from tests.support.raw_websocket import in_batches, open_raw_websocket, send_and_drain
from tests.support.robustness_table import RobustnessTable
from tests.support.server import Server, serve

LINE = {"type": "config", "recognize": "line"}
STROKES = 500  # of a drawing


def send_ink(client: Client, strokes: list) -> Json:
    client.seq += 1
    client.send(ink_message(client.seq, strokes))
    return client.receive()


def check(answer: Json, bad: BadLine) -> None:
    """The answer is a text, or says why there is none."""
    assert answer["type"] == "prediction"
    assert answer.get("reason") in bad.reasons
    if "reason" in answer:
        assert answer["rejected"]
        assert (answer["text"], answer["p"], answer["segments"], answer["top"]) == ("", 0, [], [])
    else:
        assert answer["text"] == "".join(one["label"] for one in answer["segments"])


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_ink_is_answered_or_refused(server: Server, name: str) -> None:
    """Stroke by stroke, all at once, and taken back."""
    bad = BAD_LINES[name]
    drawn = bad.strokes[:STROKES]
    with open_session(server.ws) as client:
        client.send(LINE)
        first = client.draw(written_points("207"))
        assert first["text"] == "207"
        client.ask("clear")
        last: Json = {}
        for number, stroke in enumerate(drawn):
            last = client.draw([stroke], first_stroke=number)
            assert last["strokes"] == number + 1
        check(last, bad)
        for number, stroke in enumerate(bad.strokes[STROKES : STROKES + 3], STROKES):
            refused = client.draw([stroke], first_stroke=number)
            assert (refused["code"], refused["field"], refused["limit"]) == (
                "limit",
                "strokes",
                500,
            )
        assert client.ask("redo")["strokes"] == len(drawn)
        # All at once it is the same.
        whole = send_ink(client, drawn)
        for field in ("text", "p", "segments", "rejected"):
            assert whole[field] == last[field]
        if len(bad.strokes) > STROKES:
            assert send_ink(client, bad.strokes)["code"] == "limit"
        # It is there until it is removed, and a line after it is read.
        assert client.ask("undo")["strokes"] == len(drawn) - 1
        client.ask("clear")
        assert client.ask("undo")["strokes"] == len(drawn) - 1
        assert send_ink(client, written_points("207"))["text"] == "207"


@pytest.mark.parametrize("gap", [10, 13])
def test_long_lines_hold_nobody_up(
    tmp_path: Path, scale: float, robustness: RobustnessTable, gap: int
) -> None:
    """Each takes the worker a fifth of a second, and the next one is there already."""
    bars = [[(gap * place, 0), (gap * place + 1, 100)] for place in range(100)]
    tried = max(50, int(200 * scale))
    frames = (client_frame(json.dumps(ink_message(seq, bars))) for seq in range(1, tried + 1))
    parts = [client_frame(json.dumps(LINE)), *in_batches(frames)]
    with (
        serve(tmp_path / "log") as server,
        running_bystander(server) as bystander,
    ):
        connection = open_raw_websocket(server)
        answered: list[int] = []
        flood = threading.Thread(
            target=lambda: answered.append(
                send_and_drain(connection, iter(parts)).count(b'"final":true')
            )
        )
        flood.start()
        p99_s = bystander.take_p99_s()
        assert flood.is_alive(), "the flood was over before the bystander was asked"
        flood.join()
        happened = bystander.assert_undisturbed(scale)
    # In one piece, each would have taken longer than this, even on a busy machine.
    assert p99_s < max(0.06, 10 * bystander.baseline_s)
    assert answered == [tried]
    robustness.add(
        "Flow",
        f"lines of a hundred strokes at once, {gap} apart",
        tried,
        f"all answered; {happened}",
    )
