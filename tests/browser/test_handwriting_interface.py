"""The Handwriting Recognition API of `js/handwriting.js` against the IDL of its specification."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any
from unittest.mock import ANY

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.api_page import open_api_page, printed
from tests.support.files import ROOT
from tests.support.server import Server

HARNESS = ROOT / "tests" / "js" / "idl-harness.js"
# How an object of each interface is made, and with which arguments each operation is called.
CHECK = """async ([definitions, strokes]) => {
    const { checkInterfaces } = await import("/idl-harness.js");
    const constraint = { languages: ["en"] };
    const stroke = strokeOf(strokes[0]);
    return checkInterfaces(definitions, {
        Navigator: () => navigator,
        HandwritingRecognizer: create,
        HandwritingDrawing: async () => drawingOf(await create(), strokes),
        HandwritingStroke: () => strokeOf(strokes[0]),
    }, {
        "Navigator.queryHandwritingRecognizer": [constraint],
        "Navigator.createHandwritingRecognizer": [constraint],
        "HandwritingDrawing.addStroke": [stroke],
        "HandwritingDrawing.removeStroke": [stroke],
        "HandwritingStroke.addPoint": [{ x: 1, y: 2, t: 3 }],
    });
}"""
BREAK = """() => {
    const { HandwritingStroke, HandwritingDrawing } = globalThis;
    Object.defineProperty(globalThis, "HandwritingStroke", { enumerable: true });
    Object.defineProperty(HandwritingStroke.prototype, "clear", { enumerable: false });
    HandwritingStroke.prototype.getPoints = () => [{ x: 1, y: "2" }];
    HandwritingDrawing.prototype.getPrediction = {
        async getPrediction() { return [{ text: "a", segmentationResult: [{ grapheme: "a" }] }]; },
    }.getPrediction;
    HandwritingDrawing.prototype.addStroke = {
        addStroke(stroke) { HandwritingDrawing.prototype.getStrokes.call(this); },
    }.addStroke;
}"""
OPERATIONS = {
    "Navigator": ("queryHandwritingRecognizer", "createHandwritingRecognizer"),
    "HandwritingRecognizer": ("startDrawing", "finish"),
    "HandwritingDrawing": ("addStroke", "removeStroke", "clear", "getStrokes", "getPrediction"),
    "HandwritingStroke": ("addPoint", "getPoints", "clear"),
}


@pytest.fixture(scope="module")
def definitions() -> list[dict[str, Any]]:
    """The definitions of the specification, as webidl2 parses them."""
    node = shutil.which("node")
    assert node, "Node.js is missing: `python -m tests.support.setup` installs it"
    command = [node, "tests/js/parse-idl.js"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    parsed: list[dict[str, Any]] = json.loads(done.stdout)
    return parsed


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page with the API; it is left as it was by each test."""
    with open_api_page(browser, server) as page:
        yield page


def check_interfaces(page: Page, definitions: list[dict[str, Any]]) -> dict[str, str | None]:
    """What the checks of the IDL find, by their names."""

    def serve_harness(route: Route) -> None:
        route.fulfill(path=HARNESS, content_type="text/javascript")

    page.route("**/idl-harness.js", serve_harness)
    found: dict[str, str | None] = page.evaluate(CHECK, [definitions, printed("abc")])
    return found


@pytest.fixture(scope="module")
def results(page: Page, definitions: list[dict[str, Any]]) -> dict[str, str | None]:
    """The same of the API as it is."""
    return check_interfaces(page, definitions)


def test_the_idl_names_what_is_checked(definitions: list[dict[str, Any]]) -> None:
    operations = {
        (one["name"], member["name"])
        for one in definitions
        if one["type"] == "interface"
        for member in one["members"]
        if member["type"] == "operation"
    }
    assert operations == {(name, own) for name, names in OPERATIONS.items() for own in names}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_interface_is_as_its_idl_says(name: str, results: dict[str, str | None]) -> None:
    own = {check: error for check, error in results.items() if check.startswith(name)}
    least = 3 * len(OPERATIONS[name]) + (0 if name == "Navigator" else 4)
    assert len(own) >= least
    assert {check: error for check, error in own.items() if error} == {}


def test_the_checks_find_what_is_wrong(
    browser: Browser, server: Server, definitions: list[dict[str, Any]]
) -> None:
    with open_api_page(browser, server) as page:
        page.evaluate(BREAK)
        found = check_interfaces(page, definitions)
    wrong = {check: error for check, error in found.items() if error}
    assert wrong == {
        "HandwritingStroke: exposed": ANY,
        "HandwritingStroke: prototype": ANY,
        "HandwritingStroke.clear: an operation": ANY,
        "HandwritingStroke.getPoints: an operation": ANY,
        "HandwritingStroke.getPoints: of no other object": ANY,
        "HandwritingStroke.getPoints: returns what the IDL says": ANY,
        "HandwritingDrawing.getPrediction: of no other object": ANY,
        "HandwritingDrawing.getPrediction: returns what the IDL says": ANY,
        "HandwritingDrawing.addStroke: no argument of another type": ANY,
    }
