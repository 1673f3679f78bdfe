"""Tests of the page while drawing, and while the service is unreachable."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import SEVEN
from tests.support.page import (
    FOUR,
    SCRIBBLE,
    answer_bar,
    draw,
    expect_answer,
    expect_status,
    ink_of,
    new_visitor,
    open_page,
    positions,
)
from tests.support.pointer import PointingDevice
from tests.support.server import Server, free_port, serve

INK_IS_KEPT = "your ink is kept"
COLLECT_ANNOUNCEMENTS = """() => {
    window.announced = [];
    const { shadowRoot } = document.querySelector("ink-recognizer");
    const announcement = shadowRoot.querySelector("#announcement");
    const note = () => window.announced.push(announcement.textContent);
    new MutationObserver((records) => records.forEach(note))
        .observe(announcement, { childList: true, characterData: true, subtree: true });
}"""


def test_a_seven_is_read_while_it_is_drawn(page: Page) -> None:
    expect_answer(page, "empty")
    expect(page.locator(".caption")).to_have_text("draw something")
    mouse = PointingDevice(page)
    mouse.stroke(SEVEN[0], lift=False)
    expect_answer(page, "interim", "7")
    expect(page.locator(".digit")).to_have_text("7")
    # An interim answer is faded.
    expect(answer_bar(page)).to_have_css("opacity", "0.55")
    faded = page.locator(".digit").evaluate("(digit) => getComputedStyle(digit).color")
    mouse.up()
    expect_answer(page, "final", "7")
    expect(answer_bar(page)).to_have_css("opacity", "1")
    expect(page.locator(".digit")).not_to_have_css("color", faded)
    expect(page.locator(".caption")).to_have_text("")


def test_the_top_three_and_their_bars(page: Page) -> None:
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    rows = page.locator(".answer")
    shares = [float(rows.nth(i).get_attribute("data-p") or "nan") for i in range(3)]
    assert shares == sorted(shares, reverse=True)
    assert 0.9 < shares[0] < 1
    assert len({rows.nth(i).get_attribute("data-label") for i in range(3)}) == 3
    expect(rows.first.locator(".share")).to_have_text(re.compile(r"^(>99|9\d)%$"))
    # A bar moves by a transition to its probability.
    assert (
        answer_bar(page).evaluate("(bar) => getComputedStyle(bar).transitionDuration")
        == "0.2s, 0.2s"
    )
    answer_bar(page).evaluate(
        "(bar) => Promise.all(bar.getAnimations().map(({ finished }) => finished))"
    )
    shown = page.locator(".track").first.evaluate(
        """(track) => {
            const { right } = track.firstElementChild.getBoundingClientRect();
            return (right - track.getBoundingClientRect().left) / track.clientWidth;
        }"""
    )
    assert shown == pytest.approx(shares[0], abs=0.01)


def test_what_the_network_saw_and_how_long_it_took(page: Page) -> None:
    saw = page.locator(".saw img")
    expect(saw).to_be_hidden()
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    expect(saw).to_be_visible()
    inked = """async (image) => {
        await image.decode();
        const context = new OffscreenCanvas(28, 28).getContext("2d");
        context.drawImage(image, 0, 0);
        const pixels = context.getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0);
        const count = pixels.filter((value) => value > 127).length;
        return [image.naturalWidth, image.naturalHeight, count];
    }"""
    width, height, pixels = saw.evaluate(inked)
    assert (width, height) == (28, 28)
    assert 20 < pixels < 200
    expect(page.locator(".total")).to_have_text(re.compile(r"^\d+ ms$"))
    parts = [rf"{part} \d+\.\d" for part in ("travel", "queue", "picture", "reading")]
    expect(page.locator(".parts span")).to_have_text([re.compile(f"^{part}$") for part in parts])


def test_ink_that_is_no_digit(page: Page) -> None:
    draw(page, SCRIBBLE)
    expect_answer(page, "rejected")
    expect(page.locator(".digit")).to_have_text("?")
    expect(page.locator(".caption")).to_have_text("not a digit")
    # The most probable label is shown, but not its probability, which holds for digits only.
    expect(page.locator(".label").first).to_have_text(re.compile(r"^\d$"))
    expect(page.locator(".share").first).to_be_hidden()
    page.keyboard.press("Escape")
    expect_answer(page, "empty")
    expect(page.locator(".digit")).to_have_text("")
    expect(page.locator(".saw img")).to_be_hidden()


def test_only_final_answers_are_announced(page: Page) -> None:
    page.evaluate(COLLECT_ANNOUNCEMENTS)
    mouse = PointingDevice(page)
    mouse.stroke(SEVEN[0], lift=False)
    expect_answer(page, "interim", "7")
    assert page.evaluate("announced") == []
    mouse.up()
    expect_answer(page, "final")
    [announcement] = page.evaluate("announced")
    assert re.fullmatch(r"7, (>99|9\d)%", announcement)
    draw(page, SCRIBBLE)
    expect_answer(page, "rejected")
    page.keyboard.press("Escape")
    expect(page.locator("#announcement")).to_have_text("Nothing drawn")
    assert page.evaluate("announced") == [announcement, "not a digit", "Nothing drawn"]
    assert page.locator("#announcement").get_attribute("aria-live") == "polite"
    # What changes all the time is no live region.
    assert page.evaluate(
        "[...document.querySelectorAll('[aria-live], [role=status]')].map(({ id }) => id)"
    ) == ["notice"]


def test_undo_redo_and_clear(page: Page) -> None:
    buttons = {name: page.locator(f"#{name}") for name in ("undo", "redo", "clear")}
    for button in buttons.values():
        expect(button).to_have_attribute("aria-disabled", "true")
    draw(page, SEVEN[0])
    expect_answer(page, "final", "7")
    expect(buttons["undo"]).to_have_attribute("aria-disabled", "false")
    draw(page, SCRIBBLE)
    expect_answer(page, "rejected")
    page.keyboard.press("Control+z")
    expect_answer(page, "final", "7")
    page.keyboard.press("Control+Shift+Z")
    expect_answer(page, "rejected")
    buttons["undo"].click()
    expect_answer(page, "final", "7")
    buttons["undo"].click()
    expect_answer(page, "empty")
    expect(buttons["undo"]).to_have_attribute("aria-disabled", "true")
    buttons["redo"].click()
    expect_answer(page, "final", "7")
    page.keyboard.press("Escape")
    expect_answer(page, "empty")
    buttons["undo"].click()
    expect_answer(page, "final", "7")
    buttons["clear"].click()
    expect_answer(page, "empty")


def test_nothing_drawn_is_lost_by_a_lost_connection(browser: Browser, tmp_path: Path) -> None:
    """The service ends within a stroke, and another is drawn and undone while it is away."""
    port = free_port()
    with ExitStack() as visit:
        with serve(tmp_path / "log", port=port) as server:
            page = visit.enter_context(open_page(browser, server.http))
            page.evaluate(COLLECT_ANNOUNCEMENTS)
            draw(page, FOUR[0])
            expect(page.locator("#answers")).not_to_have_attribute("data-seq", "0")
            mouse = PointingDevice(page)
            mouse.stroke(FOUR[1][:2], lift=False)
        expect_status(page, "closed", re.compile(f"^reconnecting.* · {INK_IS_KEPT}$"))
        mouse.move(FOUR[1][2], steps=8)
        mouse.up()
        draw(page, [(20, 20), (380, 380)])
        page.click("#undo")
        # The wait grows with each attempt, and is then announced.
        expect_status(page, "closed", re.compile(rf"^reconnecting in \d s · {INK_IS_KEPT}$"))
        with serve(tmp_path / "log", port=port) as server:
            expect_status(page, "open", "connected")
            expect_answer(page, "final", "4")
            page.click("#undo")
            page.click("#redo")
            expect_answer(page, "final", "4")
            announced = page.evaluate("announced")
            assert announced.index("Connection lost, your ink is kept.") < announced.index(
                "Connected again."
            )
            assert "Traceback" not in server.log


def test_offline_and_back_in_the_middle_of_a_stroke(browser: Browser, server: Server) -> None:
    """The socket dies without a close, so that only the missing answer tells the page."""
    with new_visitor(browser) as visitor:
        page = visitor.open(server.http)
        mouse = PointingDevice(page)
        mouse.stroke(FOUR[0][:2], lift=False)
        visitor.context.set_offline(True)
        mouse.move(FOUR[0][2], steps=4)
        mouse.up()
        expect_answer(page, "interim")
        mouse.stroke(FOUR[1][:2], lift=False)
        expect_status(page, "offline", f"offline · draw on, {INK_IS_KEPT}")
        visitor.context.set_offline(False)
        expect_status(page, "open", "connected")
        mouse.move(FOUR[1][2], steps=4)
        mouse.up()
        expect_answer(page, "final", "4")
        for kept, drawn in zip(ink_of(page), FOUR, strict=True):
            for end in (0, -1):
                assert positions(kept)[end] == pytest.approx(drawn[end], abs=0.5)


def test_a_full_server_says_so_and_takes_the_page_when_there_is_room(
    browser: Browser, tmp_path: Path
) -> None:
    with serve(tmp_path / "log", INK_SESSIONS="1") as server, new_visitor(browser) as visitor:
        first = visitor.open(server.http)
        second = visitor.open(server.http, state="full")
        expect_status(second, "full", re.compile(r"^the server is full · trying again in \d+ s$"))
        draw(second, SEVEN[0])
        first.close()
        expect_status(second, "open")
        expect_answer(second, "final", "7")


def test_two_tabs_do_not_disturb_each_other_and_share_their_history(
    browser: Browser, server: Server
) -> None:
    with new_visitor(browser) as visitor:
        pages = [visitor.open(server.http), visitor.open(server.http)]
        mice = [PointingDevice(page) for page in pages]
        for page, mouse, form in zip(pages, mice, (SEVEN[0], FOUR[0]), strict=True):
            page.bring_to_front()
            mouse.stroke(form, lift=False)
        for page, mouse in zip(pages, mice, strict=True):
            page.bring_to_front()
            mouse.up()
        mice[1].stroke(FOUR[1])
        expect_answer(pages[1], "final", "4")
        pages[0].bring_to_front()
        expect_answer(pages[0], "final", "7")
        for page in pages:
            expect(page.locator("#drawings span")).to_have_text(["4", "7"])
