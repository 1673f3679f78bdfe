"""The package for web pages in other people's projects: bundled, plain, in React and in Vue."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.drawing import SEVEN
from tests.support.embedding import draw_on
from tests.support.files import ROOT
from tests.support.page import TIMEOUT_MS, Visitor
from tests.support.server import Server, free_port, serve
from tests.support.text_page import text_strokes
from tests.support.web_package import FileSite, make_project, run, serve_files

# What TypeScript has to know of the package, and what it has to refuse.
TYPED = """
import "realtime-handwriting";
import { InkRecognizer, type Answer, type Stroke } from "realtime-handwriting";
import { useService } from "realtime-handwriting/handwriting";

useService({ src: "wss://ink.example/ws", token: null });
// @ts-expect-error: the address is missing
useService({ token: "secret" });

const recognizer: InkRecognizer = document.querySelector("ink-recognizer")!;
recognizer.addEventListener("prediction", ({ detail }) => { const answer: Answer = detail; });
recognizer.addEventListener("inkchange", function ({ detail }) {
  const count: number = this.ink.length + detail.drawing;
});
recognizer.addEventListener("pointerdown", (event) => { const id: number = event.pointerId; });
// @ts-expect-error: there is nothing of that kind
recognizer.addEventListener("prediction", ({ detail }) => detail.nothing);
const strokes: Stroke[] = recognizer.ink;
recognizer.ink = strokes;
// @ts-expect-error: a stroke needs its times
recognizer.ink = [{ number: 0, x: [1], y: [1] }];
const learnt: Promise<boolean> = recognizer.teach("7");
// @ts-expect-error: the answer cannot be set
recognizer.answer = null;

const api = await navigator.createHandwritingRecognizer({ languages: ["en"] });
const drawing: HandwritingDrawing = api.startDrawing({ alternatives: 2 });
const stroke = new HandwritingStroke();
stroke.addPoint({ x: 1, y: 2 });
// @ts-expect-error: a point needs a place
stroke.addPoint({ x: 1 });
// @ts-expect-error: recognizers alone make drawings
new HandwritingDrawing();
drawing.addStroke(stroke);
const parts: HandwritingDrawingSegment[] | undefined =
  (await drawing.getPrediction())[0]?.segmentationResult?.[0]?.drawingSegments;
"""


@pytest.fixture(scope="module")
def port() -> int:
    """The port of the service, which built pages have the address of."""
    return free_port()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, port: int) -> Path:
    """The examples with the package installed, built by Vite."""
    folder = make_project(tmp_path_factory.mktemp("package"))
    run(["npm", "run", "build"], folder, VITE_SERVICE=f"ws://127.0.0.1:{port}/ws")
    return folder


@pytest.fixture(scope="module")
def site(project: Path) -> Iterator[FileSite]:
    """The site of the examples, built and not."""
    with serve_files(project) as site:
        yield site


@pytest.fixture(scope="module")
def service(
    site: FileSite, port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The service that the site's pages use."""
    log = tmp_path_factory.mktemp("service") / "log"
    with serve(log, port=port, INK_ORIGINS=site.origin) as server:
        yield server


@pytest.mark.parametrize(
    "path", ["dist/index.html", "dist/react.html", "dist/vue.html", "plain.html?service={}"]
)
def test_an_example_shows_what_is_drawn(
    visitor: Visitor, site: FileSite, service: Server, path: str
) -> None:
    page = visitor.open(f"{site.origin}/{path.format(service.ws)}")
    draw_on(page.locator("ink-recognizer #pad"), SEVEN[0])
    expect(page.locator("output")).to_have_text("7", timeout=TIMEOUT_MS)


def test_the_bundled_api_reads_words(visitor: Visitor, site: FileSite, service: Server) -> None:
    page = visitor.context.new_page()
    with page.expect_websocket() as socket:
        page.goto(f"{site.origin}/dist/api.html")
    assert socket.value.url == service.ws
    box = page.locator("canvas").bounding_box()
    assert box is not None
    for stroke in text_strokes("Tin kit"):
        # The board that these letters are drawn for is twice as large.
        (x, y), *rest = [(box["x"] + x / 2, box["y"] + y / 2) for x, y in stroke]
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(x, y)
        page.mouse.up()
    expect(page.locator("output")).to_have_text("Tin kit", timeout=TIMEOUT_MS)
    # A bundler shortens the names of classes.
    assert page.evaluate("HandwritingStroke.name") == "HandwritingStroke"
    assert page.evaluate("String(new HandwritingStroke())") == "[object HandwritingStroke]"


def test_typescript_knows_the_package(project: Path) -> None:
    (project / "typed.ts").write_text(TYPED)
    run(["tsc", "-p", "."], project)


def test_the_package_is_of_the_version_of_the_service() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (package["name"], package["version"]) == (project["name"], project["version"])
