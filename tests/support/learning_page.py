"""What the page shows of learning a person's hand, and how it is taught."""

from playwright.sync_api import Locator, Page, expect

from tests.support.drawing import Point
from tests.support.page import SETTLED, draw, expect_answer

# As some hands write a 7, and others a 1; the network takes it for a 7.
LIKE_SEVEN: list[list[Point]] = [[(92, 92), (305, 92), (182, 370)]]
ZIGZAG: list[list[Point]] = [[(250, 60), (140, 180), (270, 210), (150, 370)]]
LEARNT = "Learnt, on this device."
NOTED = "Noted, on this device."
CAPTION = ".best .caption"


def draw_anew(page: Page, strokes: list[list[Point]]) -> None:
    """Draw on an empty pad, and wait for the answer."""
    if page.locator("#clear").get_attribute("aria-disabled") == "false":
        page.click("#clear")
    draw(page, *strokes)
    expect_answer(page, SETTLED)


def teach(page: Page, strokes: list[list[Point]], label: str) -> None:
    """Draw and say what it is; wait for what has come of it."""
    draw_anew(page, strokes)
    page.locator(f'#digits button[value="{label}"]').click()
    expect(page.locator("main > #notice")).to_have_text(LEARNT)
    expect_answer(page, "final", label)


def tiles(page: Page) -> Locator:
    """The small drawings of the strip."""
    return page.locator("#learnt li li button")


def expect_strip(page: Page, **counts: int) -> None:
    """Wait for the strip to have so many drawings of each label: `of_1=2`."""
    labels = [f"your {name.removeprefix('of_')}s" for name in sorted(counts)]
    expect(page.locator("#learnt h3")).to_have_text(labels)
    for label, name in zip(labels, sorted(counts), strict=True):
        group = page.get_by_role("list", name=label)
        expect(group.get_by_role("button")).to_have_count(counts[name])


def expect_learnt(page: Page, label: str) -> None:
    """Wait for an answer that examples have moved to this label."""
    expect_answer(page, "final", label)
    expect(page.locator(CAPTION)).to_have_text("learnt from you")


def expect_unlearnt(page: Page, label: str) -> None:
    """Wait for an answer that no example has moved."""
    expect_answer(page, "final", label)
    expect(page.locator(CAPTION)).to_have_text("")
