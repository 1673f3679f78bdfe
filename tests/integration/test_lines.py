"""Tests of lines over the stream `/ws`, with the client of another implementation."""

import json
import re
import shutil
import urllib.request
from pathlib import Path

import pytest

from realtime.recognition.lines.weights import LINE_WEIGHTS
from tests.support.drawing import SEVEN, Client, Json, open_session
from tests.support.files import WEIGHTS
from tests.support.line_ink import written_points
from tests.support.metrics import read_metrics
from tests.support.server import Server, serve, wait_until


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
        assert " ".join(client.ready["recognizers"]) in error["message"]
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


def test_lines_have_a_network_and_labels_of_their_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serve(log, INK_PRECISION="float32") as server:
        with open_session(server.ws) as client:
            ready = client.ready
            assert ready["model"]["labels"] == list("0123456789")
            assert ready["recognizers"]["digit"] == ready["model"]
            assert ready["recognizers"]["line"]["id"] == "lines"
            assert set("0123456789+-=/.:") < set(ready["recognizers"]["line"]["labels"])
            configure(client)
            for text, value in (("12+30=", "42"), ("2/3=", "0.666666666666…"), ("2/0=", None)):
                client.ask("clear")
                answer = client.draw(written_points(text))
                assert answer["text"] == text
                assert answer.get("value") == value
            # Until its end nobody knows that it is a sum.
            assert "value" not in client.ask("undo")
        with open_session(server.ws) as client:
            configure(client, labels=["+"])
            assert client.draw(written_points("5"))["text"] == "+"
        with open_session(server.ws) as client:
            client.send({"type": "config", "labels": ["+"]})
            assert client.receive()["field"] == "labels"
            assert client.draw(written_points("5"))["top"][0]["label"] == "5"
        with urllib.request.urlopen(f"{server.http}/readyz", timeout=30) as response:  # noqa: S310
            state = json.load(response)
        assert {"digit", "line"} <= state["recognizers"].keys()
        assert state["network"] == state["recognizers"]["digit"]["network"]
        assert state["recognizers"]["line"]["network"]["file"] == "lines.float32.tflite"
        wait_until(lambda: server.log.count("session_closed") == 3)
        seen = read_metrics(server)
    answered = [
        name.partition("{")[2]
        for name, count in seen.items()
        if name.startswith("ink_answers_total") and count
    ]
    assert "kind=final}{recognizer=line}" in answered
    assert "kind=final}{recognizer=digit}" in answered
    text = log.read_text()
    assert {"digit", "line"} <= set(re.findall(r"model \w+ \S+ loaded for (\w+)", text))
    assert text.count("recognize=line") == 2


def test_weights_that_do_not_fit_stop_the_start(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS, tmp_path / "weights")
    path = tmp_path / "weights" / "lines" / LINE_WEIGHTS
    path.write_text(json.dumps({**json.loads(path.read_text()), "network": "f" * 64}))
    with (
        pytest.raises(RuntimeError, match="was fitted with a network of SHA-256 ffff") as caught,
        serve(tmp_path / "log", INK_WEIGHTS=str(tmp_path / "weights")),
    ):
        pass
    assert str(path) in str(caught.value)
    assert "Traceback" not in str(caught.value)
