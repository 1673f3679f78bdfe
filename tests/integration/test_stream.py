"""Tests of the stream `/ws`, with the client of another implementation."""

import json

import pytest

from tests.support.drawing import (
    ONE,
    SEVEN,
    Json,
    client_frame,
    ink_message,
    open_session,
    points_message,
)
from tests.support.server import Server


def test_the_server_says_what_it_is(server: Server) -> None:
    with open_session(server.ws) as client:
        ready = client.ready
        assert (ready["type"], ready["v"]) == ("ready", 1)
        assert ready["model"]["labels"] == list("0123456789")
        assert ready["limits"]["message_bytes"] > 0


def test_a_seven_is_answered(server: Server) -> None:
    with open_session(server.ws) as client:
        answer = client.draw(SEVEN)
        assert (answer["type"], answer["seq"], answer["final"], answer["strokes"]) == (
            "prediction",
            1,
            True,
            1,
        )
        assert answer["top"][0]["label"] == "7"
        assert set(answer["us"]) == {"wait", "raster", "infer"}


def test_every_stroke_end_gets_exactly_one_final_answer(server: Server) -> None:
    """A whole burst may arrive at once."""
    with open_session(server.ws) as client:
        finals_due = []
        for seq in range(1, 200):
            end = seq % 4 == 0
            client.send(
                points_message(
                    seq,
                    seq // 4 if not end else seq // 4 - 1,
                    [(seq % 50, seq % 37), (200 - seq, seq)],
                    end=end,
                )
            )
            if end:
                finals_due.append(seq)
        client.send({"type": "undo", "seq": 200})
        answers: list[Json] = []
        while not answers or answers[-1]["seq"] < 200:
            answers.append(client.receive())
        assert [answer["seq"] for answer in answers if answer["final"]] == [*finals_due, 200]
        assert [answer["seq"] for answer in answers] == sorted(
            {answer["seq"] for answer in answers}
        )


def test_moving_ink_is_answered_for_the_newest_only(server: Server) -> None:
    with open_session(server.ws) as client:
        burst = b"".join(
            client_frame(json.dumps(points_message(seq, 0, [(seq, seq * seq % 90)])))
            for seq in range(1, 60)
        )
        client.send_frames(burst)
        answer = client.receive()
        assert (answer["seq"], answer["final"]) == (59, False)


def test_edits_are_answered(server: Server) -> None:
    with open_session(server.ws) as client:
        client.draw(SEVEN)
        client.draw(ONE, first_stroke=1)
        assert client.ask("erase", stroke=1)["top"][0]["label"] == "7"
        assert client.ask("undo")["strokes"] == 2
        assert client.ask("redo")["strokes"] == 1
        assert client.ask("clear")["empty"] is True
        client.seq += 1
        client.send(ink_message(client.seq, SEVEN))
        assert client.receive()["top"][0]["label"] == "7"


def test_a_refusal_leaves_the_drawing_as_it_was(server: Server) -> None:
    with open_session(server.ws) as client:
        before = client.draw(SEVEN)
        error = client.ask("points", stroke=1, x=[1, 2], y=[1], t=[1, 2])
        assert (error["type"], error["code"], error["field"], error["seq"], error["fatal"]) == (
            "error",
            "bad_message",
            "y",
            2,
            False,
        )
        after = client.ask("redo")
        assert (after["top"], after["strokes"]) == (before["top"], 1)


@pytest.mark.parametrize(
    ("frame", "code", "close_code"),
    [
        (client_frame("no json"), "bad_json", 1007),
        (client_frame(b"binary", opcode=2), "not_text", 1003),
        (client_frame(json.dumps({"type": "points", "x": [1] * 400_000})), "too_big", 1009),
        (client_frame(json.dumps({"type": "config", "v": 9})), "version", 1008),
    ],
    ids=["bad_json", "not_text", "too_big", "version"],
)
def test_a_fatal_error_has_a_reason_and_a_close_code(
    server: Server, frame: bytes, code: str, close_code: int
) -> None:
    with open_session(server.ws) as client:
        client.send_frames(frame)
        received, closed = client.until_closed()
        assert [(error["code"], error["fatal"]) for error in received] == [(code, True)]
        assert closed == close_code


def test_messages_before_a_fatal_error_are_answered(server: Server) -> None:
    with open_session(server.ws) as client:
        stroke = json.dumps(points_message(1, 0, SEVEN[0], end=True))
        client.send_frames(client_frame(stroke) + client_frame(b"binary", opcode=2))
        received, closed = client.until_closed()
        assert [message.get("code", message.get("seq")) for message in received] == [1, "not_text"]
        assert closed == 1003


def test_invalid_utf8_is_closed(server: Server) -> None:
    with open_session(server.ws) as client:
        client.send_frames(client_frame(b"\xff\xfe"))
        assert client.until_closed()[1] == 1007


def test_a_ping_inside_a_fragmented_message(server: Server) -> None:
    with open_session(server.ws) as client:
        text = json.dumps({"type": "clear", "seq": 1}).encode()
        frames = (
            client_frame(text[:5], final=False)
            + client_frame(b"hello", opcode=9)
            + client_frame(text[5:], opcode=0)
        )
        client.send_frames(frames)
        assert client.receive()["empty"] is True


def test_an_endless_fragmented_message_is_cut_off(server: Server) -> None:
    with open_session(server.ws) as client:
        client.send_frames(client_frame(b"[" * 60_000, final=False))
        for _ in range(12):
            client.send_frames(client_frame(b"[" * 60_000, opcode=0, final=False))
        received, closed = client.until_closed()
        assert (received[0]["code"], closed) == ("too_big", 1009)
