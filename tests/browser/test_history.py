"""Tests of the drawings stored on the device and of their gallery."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.history_page import DENY_STORAGE, OPEN_HISTORY, expect_true
from tests.support.server import Server, wait_until


def ids(page: Page) -> list[str]:
    """The ids of the stored drawings."""
    found: list[str] = page.evaluate("ids()")
    return found


def test_drawings_are_there_when_the_page_is_opened_again(open_blank: Callable[..., Page]) -> None:
    page = open_blank()
    drawings: list[dict[str, Any]] = page.evaluate(
        "[drawing('early', 1), { ...drawing('late', 2), label: null, answer: null }]"
    )
    for drawing in drawings:
        assert page.evaluate("drawing => kept.keep(drawing)", drawing)
    page.evaluate("kept.close()")
    page.close()
    again = open_blank()
    assert again.evaluate("kept.isLasting")
    assert again.evaluate("kept.all()") == drawings[::-1]


def test_a_drawing_is_replaced_deleted_and_all_of_them_forgotten(
    open_blank: Callable[..., Page],
) -> None:
    page = open_blank()
    page.evaluate(
        """Promise.all(
            [drawing("a", 1), drawing("b", 2), drawing("c", 3)].map((one) => kept.keep(one)))"""
    )
    page.evaluate("kept.keep({ ...drawing('b', 2), label: '4' })")
    assert page.evaluate(
        "kept.all().then((all) => all.map(({ id, label }) => [id, label ?? null]))"
    ) == [["c", None], ["b", "4"], ["a", None]]
    page.evaluate("kept.delete('b')")
    assert ids(page) == ["c", "a"]
    page.evaluate("kept.clear()")
    assert ids(page) == []
    assert page.evaluate("told.slice(-3)") == [["c", "b", "a"], ["c", "a"], []]


@pytest.mark.parametrize("refused", [False, True], ids=["lasting", "in memory"])
def test_the_oldest_drawings_make_room(open_blank: Callable[..., Page], refused: bool) -> None:
    page = open_blank(DENY_STORAGE if refused else "")
    assert page.evaluate("kept.isLasting") is not refused
    most = page.evaluate("MAX_DRAWINGS")
    page.evaluate(
        """Promise.all(Array.from(
            { length: MAX_DRAWINGS + 3 }, (_, i) => kept.keep(drawing(String(i), i))))"""
    )
    assert ids(page) == [str(i) for i in range(most + 2, 2, -1)]


def test_stored_drawings_are_copies(open_blank: Callable[..., Page]) -> None:
    page = open_blank(DENY_STORAGE)
    page.evaluate("""async () => {
        const mine = drawing("a");
        await kept.keep(mine);
        mine.strokes[0].x[0] = -1;
        (await kept.all())[0].strokes[0].x[1] = -1;
    }""")
    assert page.evaluate("kept.all().then(([{ strokes: [{ x }] }]) => x)") == [100, 101, 102]


@pytest.mark.parametrize("refused", [False, True], ids=["lasting", "in memory"])
def test_an_answer_goes_to_the_drawing_that_was_read(
    open_blank: Callable[..., Page], refused: bool
) -> None:
    """Not to one that was changed, answered or deleted meanwhile."""
    page = open_blank(DENY_STORAGE if refused else "")
    answers = page.evaluate("""async () => {
        const unread = (id, points = 3) => ({ ...drawing(id, 0, "7", points), answer: null });
        const answer = { label: "4", p: 0.8, rejected: false };
        for (const one of [unread("same"), unread("changed"), drawing("answered")]) {
            await kept.keep(one);
        }
        await kept.keep(unread("changed", 5));
        for (const id of ["same", "changed", "answered", "deleted"]) {
            await kept.addAnswer(unread(id), answer);
        }
        return Object.fromEntries((await kept.all()).map((one) => [one.id, one.answer?.label]));
    }""")
    assert answers == {"same": "4", "changed": None, "answered": "7"}


def test_two_tabs_have_the_same_drawings(open_blank: Callable[..., Page]) -> None:
    one, other = open_blank(), open_blank()
    one.evaluate("kept.keep(drawing('one', 1))")
    expect_true(other, "told.length === 1")
    # Both write at once, and neither may overwrite the other's drawings.
    one.evaluate(
        "void Promise.all(Array.from({ length: 20 }, (_, i) => kept.keep(drawing(`one ${i}`, 2))))"
    )
    other.evaluate(
        "Promise.all(Array.from({ length: 20 }, (_, i) => kept.keep(drawing(`other ${i}`, 2))))"
    )
    for page in (one, other):
        expect_true(page, "told.at(-1)?.length === 41")
        assert len(set(ids(page))) == 41


def test_a_closed_page_finishes_its_writes_and_may_come_back(
    open_blank: Callable[..., Page],
) -> None:
    one, other = open_blank(), open_blank()
    one.evaluate("() => { const done = kept.keep(drawing('last')); kept.close(); return done; }")
    expect_true(other, "told.length === 1")
    assert ids(other) == ["last"]
    other.evaluate("kept.keep(drawing('meanwhile', 1))")
    assert one.evaluate("told") == []
    assert ids(one) == ["meanwhile", "last"]
    other.evaluate("kept.keep(drawing('after', 2))")
    expect_true(one, "told.length === 1")


def test_the_oldest_go_when_the_disk_is_full(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    page.goto(f"{server.http}/healthz")
    # Chromium caches for half a minute how much room there was.
    devtools = context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.http, "quotaSize": 2_000_000})
    page.evaluate(OPEN_HISTORY)
    for minute in range(8):
        assert page.evaluate(
            "(minute) => kept.keep(drawing(String(minute), minute, '7', 20_000))", minute
        )  # 0.4 MB each
    left = ids(page)
    # The browser decides how many are left, since deleted drawings are room again only after a
    # cleanup.
    assert 1 <= len(left) < 6
    assert left == [str(minute) for minute in range(7, 7 - len(left), -1)]
    # Even an empty disk has no room for this drawing. The caller gets false, and nothing else
    # breaks.
    assert not page.evaluate("kept.keep(drawing('huge', 30, '7', 200_000))")
    # After that drawing the browser's cleanup may take minutes. A larger disk has room at once.
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.http})
    wait_until(lambda: bool(page.evaluate("kept.isLasting && kept.keep(drawing('later', 32))")))
    assert ids(page) == ["later"]


def test_a_newer_page_may_change_the_database(open_blank: Callable[..., Page]) -> None:
    page, newer = open_blank(), open_blank()
    page.evaluate("kept.keep(drawing('old'))")
    newer.evaluate("""() => new Promise((done, fail) => {
        kept.close();
        const request = indexedDB.open("ink", 2);
        request.onsuccess = done;
        request.onerror = fail;
        request.onblocked = () => fail(new Error("blocked"));
    })""")
    # The page cannot read the new database, and goes on without storage.
    assert page.evaluate("kept.keep(drawing('mine'))")
    assert ids(page) == ["mine"]
    assert not page.evaluate("kept.isLasting")


def test_a_database_that_was_deleted_is_made_again(open_blank: Callable[..., Page]) -> None:
    page = open_blank()
    page.evaluate("kept.keep(drawing('old'))")
    page.evaluate("new Promise((done) => { indexedDB.deleteDatabase('ink').onsuccess = done; })")
    page.evaluate("kept.keep(drawing('new'))")
    assert ids(page) == ["new"]
    assert page.evaluate("kept.isLasting")
