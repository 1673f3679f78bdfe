"""Tests of texts over the stream `/ws`: `recognize: "text"`."""

import pytest

from tests.support.drawing import Client, Json, open_session, point_columns
from tests.support.letter_ink import joined_points, written_points
from tests.support.server import Server


def configure(client: Client, **fields: object) -> None:
    client.send({"type": "config", "recognize": "text", **fields})


def draw_one_by_one(client: Client, text: str) -> list[Json]:
    return [
        client.draw([stroke], first_stroke=number)
        for number, stroke in enumerate(written_points(text))
    ]


def test_ready_names_texts_and_their_labels(server: Server) -> None:
    with open_session(server.ws) as client:
        recognizers = client.ready["recognizers"]
    assert set("aZ0.'") < set(recognizers["text"]["labels"])
    assert "∑" not in recognizers["text"]["labels"]
    assert recognizers["text"].keys() == recognizers["character"].keys()


def test_words_are_answered_stroke_by_stroke(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, top=4, canvas={"width": 900, "height": 300})
        answers = draw_one_by_one(client, "no Hotot")
    answer = answers[-1]
    assert answer["text"] == "no Hotot"
    assert not answer["rejected"]
    assert "reason" not in answer
    assert 0 < answer["p"] <= 1
    assert answer["alternatives"][0] == {"text": "no Hotot", "p": answer["p"]}
    assert len(answer["alternatives"]) == 4
    assert "".join(one["label"] for one in answer["segments"]) == "noHotot"
    assert [one["text"] for one in answers[:2]] == ["n", "no"]
    assert all(one["text"].startswith("no Ho") for one in answers[5:])


def test_segments_name_their_place_and_their_points(server: Server) -> None:
    strokes = written_points("it on")
    with open_session(server.ws) as client:
        configure(client)
        answer = client.draw(strokes, first_stroke=7)
    assert answer["text"] == "it on"
    assert [one["at"] for one in answer["segments"]] == [0, 1, 3, 4]
    assert [one["strokes"] for one in answer["segments"]] == [[7, 8], [9, 10], [11], [12]]
    assert [one["ranges"] for one in answer["segments"]] == [
        [[7, 0, len(strokes[0])], [8, 0, len(strokes[1])]],
        [[9, 0, len(strokes[2])], [10, 0, len(strokes[3])]],
        [[11, 0, len(strokes[4])]],
        [[12, 0, len(strokes[5])]],
    ]


def test_bars_and_dots_may_come_last(server: Server) -> None:
    strokes = written_points("tilt")  # bars and the dot are 1, 3 and 6
    with open_session(server.ws) as client:
        configure(client)
        client.draw([strokes[at] for at in (0, 2, 4, 5)])
        answer = client.draw([strokes[at] for at in (3, 6, 1)], first_stroke=4)
    assert answer["text"] == "tilt"
    assert [one["strokes"] for one in answer["segments"]] == [[0, 6], [1, 4], [2], [3, 5]]


def test_an_interim_answer_comes_while_the_pen_moves(server: Server) -> None:
    first, second = written_points("lo")
    with open_session(server.ws) as client:
        configure(client)
        client.draw([first])
        half = client.ask("points", stroke=1, **point_columns(second[: len(second) // 2]))
        assert not half["final"]
        assert half["text"]
        assert half["strokes"] == 2


@pytest.mark.parametrize("is_on", [True, False])
def test_the_language_model_can_be_off(server: Server, is_on: bool) -> None:
    strokes = written_points("tooth")
    with open_session(server.ws) as client:
        configure(client, language_model=is_on)
        answer = client.draw(strokes)
    with open_session(server.ws) as client:
        configure(client)
        default = client.draw(strokes)
    assert answer["text"] == default["text"] == "tooth"
    assert (answer["p"] == default["p"]) is is_on


@pytest.mark.parametrize("value", ["yes", 1, None, [True]])
def test_a_bad_value_is_refused_with_its_field(server: Server, value: object) -> None:
    with open_session(server.ws) as client:
        configure(client, language_model=value)
        error = client.receive()
        assert (error["code"], error["field"]) == ("bad_message", "language_model")
        assert not error["fatal"]
        # The session goes on as if it had not been said.
        assert client.draw(written_points("l"))["top"]


def test_corrections_are_taken_for_certain(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client)
        assert client.draw(written_points("lot"))["text"] == "lot"
        answer = client.ask("correct", strokes=[1], label="a")
        assert answer["text"] == "lat"
        assert [one.get("pinned", False) for one in answer["segments"]] == [False, True, False]
        assert client.ask("correct", strokes=[1], label=None)["text"] == "lot"
        refused = client.ask("correct", strokes=[1], label="∑")
        assert (refused["type"], refused["field"]) == ("error", "label")


def test_labels_are_limited(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, labels=["I", "N", "0", "L"], top=5)
        answer = client.draw(written_points("lion"))
    assert set(answer["text"]) <= set("IN0L ")
    assert all({c["label"] for c in one["top"]} <= set("IN0L") for one in answer["segments"])
    with open_session(server.ws) as client:
        configure(client, labels=["a", " "])
        assert client.receive()["field"] == "labels"


def test_joined_letters_are_rejected_and_named(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client)
        answer = client.draw(joined_points())
        assert answer["rejected"]
        assert answer["reason"] == "joined"
        client.ask("clear")
        answer = client.draw(written_points("lot"))
        assert not answer["rejected"]
        assert "reason" not in answer


def test_undo_redo_and_erasing_read_what_is_left(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client)
        assert client.draw(written_points("lot"))["text"] == "lot"
        assert client.ask("undo")["segments"][-1]["strokes"] == [2]
        assert client.ask("redo")["text"] == "lot"
        assert client.ask("erase", stroke=0)["text"].lower() == "ot"
        assert client.ask("clear")["empty"]
