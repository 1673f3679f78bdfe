"""Tests of lines over the stream `/ws`, with the client of another implementation."""

import pytest

from tests.support.drawing import SEVEN, Client, Json, open_session
from tests.support.line_ink import written_points
from tests.support.server import Server


def configure(client: Client, **fields: object) -> None:
    client.send({"type": "config", "recognize": "line", **fields})


def test_ready_names_the_recognizers(server: Server) -> None:
    with open_session(server.ws) as client:
        ready = client.ready
    assert ready["recognizers"]["digit"] == ready["model"]
    line = ready["recognizers"]["line"]
    assert line.keys() == ready["model"].keys()
    assert set("0123456789") <= set(line["labels"])


def test_a_line_is_answered_stroke_by_stroke(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, top=5, canvas={"width": 800, "height": 300})
        texts: list[str] = []
        answer: Json = {}
        for number, stroke in enumerate(written_points("2075")):
            answer = client.draw([stroke], first_stroke=number)
            texts.append(answer["text"])
    assert texts[0] == "2"
    assert texts[-1] == "2075"
    assert not answer["rejected"]
    assert 0.5 < answer["p"] <= 1
    assert answer["alternatives"][0] == {"text": "2075", "p": answer["p"]}
    assert answer["top"][0] == {"label": "2075", "p": answer["p"]}
    assert len(answer["alternatives"]) == 5
    assert [one["label"] for one in answer["segments"]] == list("2075")
    assert [one["strokes"] for one in answer["segments"]] == [[0], [1], [2, 3], [4, 5]]
    for segment in answer["segments"]:
        assert segment["top"][0] == {"label": segment["label"], "p": segment["p"]}
        assert len(segment["top"]) == 5
        left, top, right, bottom = segment["box"]
        assert left < right
        assert top < bottom


def test_the_strokes_keep_the_numbers_that_the_client_gave_them(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client)
        first, second = written_points("20")
        client.draw([second], first_stroke=40)
        answer = client.draw([first], first_stroke=7)
    assert [one["strokes"] for one in answer["segments"]] == [[7], [40]]


def test_labels_restrict_a_line(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, labels=["1", "7"], top=4)
        answer = client.draw(written_points("20"))
    assert set(answer["text"]) <= set("17")
    assert all({c["label"] for c in one["top"]} <= set("17") for one in answer["segments"])
    with open_session(server.ws) as client:
        configure(client, labels=["1", "no label"])
        error = client.receive()
    assert (error["code"], error["field"], error["fatal"]) == ("bad_message", "labels", False)


def test_what_the_server_cannot_read_is_refused(server: Server) -> None:
    with open_session(server.ws) as client:
        client.send({"type": "config", "recognize": "poem"})
        error = client.receive()
        assert (error["code"], error["field"]) == ("bad_message", "recognize")
        assert "digit line" in error["message"]
        assert not error["fatal"]
        assert client.draw(SEVEN)["top"][0]["label"] == "7"


@pytest.mark.parametrize("fields", [{}, {"recognize": "digit"}])
def test_a_client_of_digits_sees_no_difference(server: Server, fields: Json) -> None:
    with open_session(server.ws) as client:
        client.send({"type": "config", **fields})
        answer = client.draw(SEVEN)
    assert answer.keys() == {
        *("type", "seq", "final", "empty", "rejected", "top", "strokes", "us"),
    }
