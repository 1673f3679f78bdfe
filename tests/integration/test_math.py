"""Tests of formulas over the stream `/ws`, with the client of another implementation."""

from xml.etree import ElementTree as ET

from tests.support.drawing import Client, Json, open_session
from tests.support.formula_ink import (
    EQUALS,
    HALF,
    POWER,
    ROOT,
    SUM_WITH_LIMITS,
    Placed,
    moved,
    points_of,
)
from tests.support.server import Server


def configure(client: Client, **fields: object) -> None:
    client.send(
        {
            "type": "config",
            "recognize": "math",
            "canvas": {"width": 1000, "height": 800},
            **fields,
        }
    )


def answer_to(server: Server, signs: list[Placed]) -> Json:
    with open_session(server.ws) as client:
        configure(client)
        return client.draw(points_of(signs))


def test_ready_names_the_signs_of_formulas(server: Server) -> None:
    with open_session(server.ws) as client:
        math = client.ready["recognizers"]["math"]
    assert set("0123456789abcxyz+-=×÷√∑∫π≤≥≠±") <= set(math["labels"])
    assert not set("#@&$") & set(math["labels"])


def test_a_fraction_is_answered_in_latex_and_mathml(server: Server) -> None:
    answer = answer_to(server, [*HALF])
    assert (answer["latex"], answer["text"], answer["value"]) == (r"\frac{1}{2}", "1/2", "0.5")
    best, *others = answer["alternatives"]
    assert best["latex"] == answer["latex"]
    assert best["mathml"] == answer["mathml"]
    assert best["value"] == "0.5"
    assert len(others) == 2
    assert all(one["latex"] and one["mathml"] and one["p"] <= best["p"] for one in others)
    names = {one["label"]: place for place, one in enumerate(answer["segments"])}
    math = ET.fromstring(answer["mathml"])  # noqa: S314
    tied = {one.get("data-segment"): one.tag.partition("}")[2] for one in math.iter()}
    assert tied[str(names["-"])] == "mfrac"
    assert tied[str(names["1"])] == tied[str(names["2"])] == "mn"


def test_a_power_a_root_and_a_sum_with_limits(server: Server) -> None:
    assert answer_to(server, [*POWER])["latex"] == "2^{3}"
    root = answer_to(server, [*ROOT])
    assert (root["latex"], root["value"]) == (r"\sqrt{9}", "3")
    total = answer_to(server, [*SUM_WITH_LIMITS])
    assert total["latex"] == r"\sum_{2}^{9}4"
    assert "value" not in total


def test_the_value_comes_with_the_equals_sign(server: Server) -> None:
    line: list[Placed] = [
        ("2", 0, -100, 55, 100),
        ("+", 90, -80, 50, 50),
        ("3", 175, -100, 55, 100),
    ]
    with open_session(server.ws) as client:
        configure(client)
        answer = client.draw(points_of(line))
        assert (answer["latex"], "value" in answer) == ("2+3", False)
        answer = client.draw(points_of(moved([EQUALS], 265)), first_stroke=10)
        assert (answer["latex"], answer["value"]) == ("2+3=", "5")
        answer = client.ask("undo")
        assert "value" not in answer


def test_what_is_pinned_stays(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client)
        client.draw(points_of([*POWER]))
        answer = client.ask("correct", strokes=[1], label="8")
        assert answer["latex"] == "2^{8}"
        assert answer["value"] == "256"
        [pinned] = [one for one in answer["segments"] if one.get("pinned")]
        assert (pinned["label"], pinned["strokes"], pinned["p"]) == ("8", [1], 1.0)
        answer = client.ask("undo")
        assert answer["latex"] == "2^{3}"


def test_late_strokes_make_a_fraction(server: Server) -> None:
    over, bar, under = HALF
    with open_session(server.ws) as client:
        configure(client)
        for number, sign in enumerate((under, over)):
            client.draw(points_of([sign]), first_stroke=number)
        answer = client.draw(points_of([bar]), first_stroke=2)
        assert answer["latex"] == r"\frac{1}{2}"
        assert client.ask("undo")["latex"] != r"\frac{1}{2}"
        assert client.ask("redo")["latex"] == r"\frac{1}{2}"


def test_a_sign_that_formulas_lack_is_refused(server: Server) -> None:
    with open_session(server.ws) as client:
        configure(client, labels=["#"])
        error = client.receive()
    assert (error["code"], error["field"], error["fatal"]) == ("bad_message", "labels", False)
