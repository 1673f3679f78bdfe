"""Tests of what the component learns by `teach`, `forget` and `examples`, and tells the service."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN, Json, point_columns
from tests.support.page import draw, expect_answer, expect_status, ink_of, open_page
from tests.support.pointer import PointingDevice
from tests.support.server import Server, wait_until

STROKES = [point_columns(stroke) for stroke in SEVEN]
LIKE_SEVEN = [point_columns([(92, 92), (305, 92), (182, 370)])]
# As an example of another day has it.
EXAMPLE = {"label": "1", "strokes": [{name: STROKES[0][name] for name in ("x", "y")}]}
OTHER = {"label": "5", "strokes": [{"x": [1000, 0, 900, 100], "y": [0, 400, 500, 1000]}]}


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page with the component as `one`."""
    with open_page(browser, f"{server.http}/embed.html") as page:
        page.evaluate("() => { window.one = document.querySelector('ink-recognizer') }")
        yield page


def show(page: Page, strokes: list[Json], label: str, *, learnt: bool) -> None:
    """Put ink on the pad, and wait for an answer that examples moved, or did not."""
    page.evaluate("strokes => { one.ink = strokes }", strokes)
    expect_reading(page, label, learnt=learnt)


def expect_reading(page: Page, label: str, *, learnt: bool) -> None:
    """Wait for the final answer to what is on the pad."""
    wait_until(
        lambda: (
            page.evaluate("one.answer && [one.answer.label, one.answer.learnt]") == [label, learnt]
        )
    )


def examples_of(page: Page) -> list[dict[str, Any]]:
    """What the component has been taught."""
    found: list[dict[str, Any]] = page.evaluate("one.examples")
    return found


def sent(page: Page) -> list[Json]:
    """What it has told the service of teaching."""
    messages: list[Json] = page.evaluate(
        """one.session.messages.map(({ send }) => send)
            .filter((send) => ["teach", "examples", "forget"].includes(send?.type))"""
    )
    return messages


def kinds(page: Page) -> list[str]:
    """The types of those messages."""
    return [message["type"] for message in sent(page)]


def test_it_is_taught_and_forgets(page: Page) -> None:
    assert page.evaluate("one.teaches")
    show(page, STROKES, "7", learnt=False)
    assert page.evaluate("one.teach('1')")
    expect_reading(page, "1", learnt=True)
    [example] = examples_of(page)
    assert example["label"] == "1"
    assert [*example["strokes"][0]] == ["x", "y"]
    show(page, LIKE_SEVEN, "1", learnt=True)
    page.evaluate("one.forget()")
    expect_reading(page, "7", learnt=False)
    assert examples_of(page) == []
    assert kinds(page) == ["teach", "forget"]
    page.evaluate("one.forget()")
    assert kinds(page) == ["teach", "forget"], "there is nothing to forget"


def test_examples_are_read_as_copies_and_set_whole(page: Page) -> None:
    page.evaluate("examples => { one.examples = examples; examples[0].label = '8' }", [EXAMPLE])
    assert examples_of(page) == [EXAMPLE]
    page.evaluate("one.examples[0].strokes[0].x[0] = 7")
    assert examples_of(page) == [EXAMPLE]
    show(page, STROKES, "1", learnt=True)
    page.evaluate("examples => { one.examples = examples }", [EXAMPLE, OTHER])
    wait_until(lambda: len(sent(page)) == 2)
    assert sent(page)[1]["examples"] == [OTHER], "only what is new is sent"
    page.evaluate("examples => { one.examples = examples }", [OTHER])
    expect_reading(page, "7", learnt=False)
    assert kinds(page) == ["examples", "examples", "forget", "examples"]


@pytest.mark.parametrize(
    ("field", "examples"),
    [
        ("examples", "1"),
        ("examples[0].label", [{**EXAMPLE, "label": 1}]),
        ("examples[1].strokes", [EXAMPLE, {**EXAMPLE, "strokes": []}]),
        ("examples[0].strokes[0].y", [{**EXAMPLE, "strokes": [{"x": [1, 2], "y": [1]}]}]),
    ],
)
def test_what_is_no_example_is_refused_by_field(page: Page, field: str, examples: Any) -> None:  # noqa: ANN401
    page.evaluate("examples => { one.examples = examples }", [EXAMPLE])
    error = page.evaluate(
        """examples => {
        try { one.examples = examples } catch ({ name, values }) { return [name, values.field] }
        }""",
        examples,
    )
    assert error == ["BadSession", field]
    assert examples_of(page) == [EXAMPLE]


def test_it_teaches_nothing_that_is_not_there(page: Page) -> None:
    assert not page.evaluate("one.teach('1')"), "no ink"
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    assert not page.evaluate("one.teach('x')"), "no label of the service's"
    assert examples_of(page) == []
    assert sent(page) == []
    expect_status(page, "open")


def test_a_label_of_another_service_is_kept_to_itself(page: Page) -> None:
    """All examples of a message are refused for one that is unknown."""
    page.evaluate("examples => { one.examples = examples }", [{**OTHER, "label": "+"}, EXAMPLE])
    show(page, STROKES, "1", learnt=True)
    assert [message["examples"] for message in sent(page)] == [[EXAMPLE]]
    assert len(examples_of(page)) == 2


def test_it_learns_while_a_stroke_is_under_way(page: Page) -> None:
    """What is said of the drawing is about the ink that was there."""
    draw(page, *SEVEN)
    expect_answer(page, "final", "7")
    pen = PointingDevice(page)
    pen.down((350, 350))
    pen.move((360, 360))
    assert page.evaluate("one.teach('1')")
    assert kinds(page) == ["examples"], "`teach` would be refused"
    pen.up()
    expect_answer(page, "final")
    assert len(ink_of(page)) == 2
    expect(page.locator("ink-recognizer #notice")).to_have_text("")
    show(page, STROKES, "1", learnt=True)


def test_said_again_of_the_same_ink_it_takes_the_place(page: Page) -> None:
    show(page, STROKES, "7", learnt=False)
    page.evaluate("one.teach('1').then(() => one.teach('9')).then(() => one.teach('7'))")
    expect_reading(page, "7", learnt=False)
    assert [example["label"] for example in examples_of(page)] == ["7"]
    assert kinds(page) == ["teach"] * 3
    # The same ink as another drawing.
    show(page, STROKES, "7", learnt=False)
    assert page.evaluate("one.teach('1')")
    expect_reading(page, "1", learnt=True)
    assert [example["label"] for example in examples_of(page)] == ["1"]


def test_it_keeps_nothing_on_the_device_and_moves_with_what_it_knows(page: Page) -> None:
    show(page, STROKES, "7", learnt=False)
    page.evaluate("one.teach('1')")
    expect_reading(page, "1", learnt=True)
    page.evaluate("document.body.append(one)")
    expect_status(page, "open")
    show(page, LIKE_SEVEN, "1", learnt=True)
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("indexedDB.databases()") == []
    page.reload()
    expect_status(page, "open")
    assert page.evaluate("document.querySelector('ink-recognizer').examples") == []


def test_a_line_is_taught_nothing_and_a_digit_after_it_knows(page: Page) -> None:
    page.evaluate("examples => { one.examples = examples }", [EXAMPLE])
    show(page, STROKES, "1", learnt=True)
    page.evaluate("one.setAttribute('recognize', 'line')")
    wait_until(lambda: page.evaluate("one.text") == "7")
    assert not page.evaluate("one.teaches")
    assert not page.evaluate("one.teach('1')")
    assert sent(page) == []
    page.evaluate("one.removeAttribute('recognize')")
    expect_reading(page, "1", learnt=True)
    assert page.evaluate("one.teaches")


def test_ink_that_is_not_on_the_pad_is_read_with_it(page: Page) -> None:
    read = """async (strokes) => {
        for await (const answer of one.read([strokes])) return [answer.top[0].label, answer.learnt];
    }"""
    assert page.evaluate(read, LIKE_SEVEN) == ["7", False]
    page.evaluate("examples => { one.examples = examples }", [EXAMPLE])
    assert page.evaluate(read, LIKE_SEVEN) == ["1", True]


def test_what_is_set_before_it_is_on_the_page_is_known(browser: Browser, server: Server) -> None:
    with open_page(browser, f"{server.http}/embed.html") as page:
        page.evaluate(
            """examples => {
            const early = document.createElement("ink-recognizer");
            early.examples = examples;
            document.querySelector("ink-recognizer").replaceWith(early);
            window.one = early;
            }""",
            [EXAMPLE],
        )
        expect_status(page, "open")
        draw(page, *SEVEN)
        expect_reading(page, "1", learnt=True)
