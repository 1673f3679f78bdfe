"""Tests of the gallery of drawings, and of exported pictures and files."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

OPEN_GALLERY = """async () => {
    const { Gallery } = await import("/page/gallery.js");
    document.body.innerHTML = "<ol></ol>";
    window.chosen = [];
    window.ending = new AbortController();
    const say = (key, values = {}) =>
        key === "locale" ? "en-GB" : [key, ...Object.values(values)].join(" ");
    const choose = ({ id }) => window.chosen.push(id);
    window.gallery = new Gallery(
        document.querySelector("ol"), say, choose, window.ending.signal);
}"""


def test_the_gallery_says_what_was_drawn_and_when(open_blank: Callable[..., Page]) -> None:
    page = open_blank()
    page.evaluate(OPEN_GALLERY)
    page.evaluate("""gallery.show([
        { ...drawing("today"), began: new Date(new Date().setUTCHours(9, 5, 0, 0)).toISOString() },
        { ...drawing("rejected", 12), answer: { label: "3", p: 0.4, rejected: true } },
        { ...drawing("unread", 3), answer: null },
        { ...drawing("odd", 4), answer: { label: "<b>", p: 1, rejected: false } },
    ])""")
    names = [button.get_attribute("aria-label") for button in page.get_by_role("button").all()]
    assert names == [
        "drawnDigit 7 09:05",
        "drawnRejected 23 Nov 2025, 14:12",
        "drawnUnread 23 Nov 2025, 14:03",
        "drawnDigit <b> 23 Nov 2025, 14:04",
    ]
    assert page.locator("li span").all_inner_texts() == ["7", "–", "–", "<b>"]
    box = page.locator("li svg path").first.evaluate(
        "(path) => { const { x, y, width } = path.getBBox(); return [x, y, width]; }"
    )
    assert box[0] == pytest.approx(95, abs=8)
    assert box[1] == pytest.approx(195, abs=8)
    page.get_by_role("button").nth(1).press("Enter")
    page.locator("svg").nth(2).click(force=True)
    assert page.evaluate("chosen") == ["rejected", "unread"]
    page.evaluate("ending.abort()")
    page.get_by_role("button").first.press("Enter")
    assert page.evaluate("chosen") == ["rejected", "unread"]


def test_the_gallery_keeps_the_focus(open_blank: Callable[..., Page]) -> None:
    page = open_blank()
    page.evaluate(OPEN_GALLERY)
    page.evaluate("gallery.show([drawing('c'), drawing('b'), drawing('a')])")
    page.get_by_role("button").nth(1).focus()
    page.evaluate("window.focused = document.activeElement")
    page.evaluate(
        "gallery.show([drawing('d', 0, '1'), drawing('c'), drawing('b', 0, '2'), drawing('a')])"
    )
    assert page.evaluate("document.activeElement === focused")
    expect(page.locator(":focus")).to_contain_text("2")
    assert page.locator("li").all_inner_texts() == ["1", "7", "2", "7"]
    # The focused drawing is removed, and its neighbour gets the focus.
    page.evaluate("gallery.show([drawing('d', 0, '1'), drawing('a', 0, '3')])")
    expect(page.locator(":focus")).to_contain_text("3")
    page.evaluate("gallery.show([])")
    expect(page.locator("li")).to_have_count(0)


def test_a_picture_is_black_on_white_and_shows_all_the_canvas(
    open_blank: Callable[..., Page],
) -> None:
    page = open_blank()
    size, corner, pen = page.evaluate("""async () => {
        const { pngOf } = await import("/dom/pictures.js");
        const blob = await pngOf(drawing("a").strokes, { width: 400, height: 200 }, { side: 512 });
        const picture = await createImageBitmap(blob);
        const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
        context.drawImage(picture, 0, 0);
        const at = (x, y) => [...context.getImageData(x, y, 1, 1).data];
        return [[blob.type, picture.width, picture.height], at(0, 0), at(1.28 * 101, 1.28 * 196)];
    }""")
    assert size == ["image/png", 512, 256]
    assert corner == [255, 255, 255, 255]
    assert pen[0] < 64
    assert pen[3] == 255


def test_a_file_is_saved_under_its_name(open_blank: Callable[..., Page]) -> None:
    page = open_blank()
    with page.expect_download() as saving:
        page.evaluate(
            """import("/dom/pictures.js").then(
                ({ download }) => download(new Blob(["ink"]), "ink-7.svg"))"""
        )
    assert saving.value.suggested_filename == "ink-7.svg"
    assert saving.value.path().read_text() == "ink"
