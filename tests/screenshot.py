"""Takes pictures of the real page with a drawn 7: `python -m tests.screenshot FOLDER`; the README shows `page.png`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.server import Server, serve

CANVAS = 400
SEVEN = [(112, 96), (150, 92), (205, 93), (255, 92), (298, 88), (280, 130), (252, 185), (228, 240), (208, 295), (196, 345)]


def draw_seven(page: Page) -> None:
    """Draw with the mouse and wait for the answer to settle."""
    box = page.locator("#pad").bounding_box()
    assert box is not None
    scale = box["width"] / CANVAS
    for number, (x, y) in enumerate(SEVEN):
        page.mouse.move(box["x"] + x * scale, box["y"] + y * scale, steps=8)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    expect(page.locator("#answers")).to_have_attribute("data-state", "final")
    page.mouse.move(0, 0)
    # The bars glide to their places.
    page.wait_for_timeout(800)


def take(browser: Browser, server: Server, path: Path, *, width: int, height: int, dark: bool = False) -> None:
    """One screenshot of the page with a 7 on it."""
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5, color_scheme="dark" if dark else "light")
    page.goto(server.http)
    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    draw_seven(page)
    page.screenshot(path=path)
    page.close()


def main() -> None:
    """Take the pictures into the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    with tempfile.TemporaryDirectory() as temporary, serve(Path(temporary) / "log") as server, chromium() as browser:
        take(browser, server, folder / "page.png", width=1080, height=680)
        take(browser, server, folder / "phone.png", width=390, height=844)
        take(browser, server, folder / "dark.png", width=1440, height=900, dark=True)


if __name__ == "__main__":
    main()
