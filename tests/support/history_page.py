"""Pages of the service's origin with a history of drawings and nothing else."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.server import Server, wait_until

# Browsers throw this error where storage is forbidden to sites.
DENY_STORAGE = """Object.defineProperty(window, "indexedDB", {
    get() { throw new DOMException("denied", "SecurityError"); },
})"""
# The script of these tests' pages, instead of the application's.
OPEN_HISTORY = """async () => {
    const { History } = await import("/page/history.js");
    const { MAX_DRAWINGS } = await import("/page/drawing-store.js");
    window.MAX_DRAWINGS = MAX_DRAWINGS;
    window.kept = await History.open();
    window.told = [];
    window.kept.subscribe((drawings) => window.told.push(drawings.map(({ id }) => id)));
    const column = (count, value) => Array.from({ length: count }, (_, i) => value(i));
    const columns = (count) => ({
        x: column(count, (i) => 100 + i % 100),
        y: column(count, (i) => 200 + i % 100),
        t: column(count, (i) => 10 * i),
    });
    window.drawing = (id, minute = 0, label = "7", points = 3) => ({
        id, began: new Date(Date.UTC(2025, 10, 23, 14, minute)).toISOString(), label: undefined,
        strokes: [{ number: 0, ...columns(points) }],
        answer: { label, p: 0.9, rejected: false },
    });
    window.ids = async () => (await window.kept.all()).map(({ id }) => id);
}"""


def open_history_page(context: BrowserContext, server: Server, before: str = "") -> Page:
    """Open such a page, in which the script `before` runs first."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page threw: {error}"))
    if before:
        page.add_init_script(before)
    page.goto(f"{server.http}/healthz")
    page.evaluate(OPEN_HISTORY)
    return page


def expect_true(page: Page, expression: str) -> None:
    """Wait for an expression to become true, polling from outside the page.

    Playwright's own `wait_for_function` polls by `eval` in the page, which the service's
    Content-Security-Policy forbids: it works only if the first poll finds it true.
    """
    wait_until(lambda: bool(page.evaluate(expression)))
