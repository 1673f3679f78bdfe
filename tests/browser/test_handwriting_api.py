"""Writing by the Handwriting Recognition API: what its methods do, and real ink that is read."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.api_page import open_api_page, printed
from tests.support.drawing import ONE, SEVEN
from tests.support.letter_ink import written_points as letter_points
from tests.support.line_ink import written_points
from tests.support.server import Server
from tests.support.text_page import text_strokes

# What a drawing of these strokes is predicted to say.
PREDICT = """async ([strokes, hints]) => {
    const recognizer = await create();
    const predictions = await drawingOf(recognizer, strokes, hints).getPrediction();
    recognizer.finish();
    return predictions;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page with the API."""
    with open_api_page(browser, server) as page:
        yield page


def predict(page: Page, strokes: Any, **hints: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """What strokes are predicted to say."""
    predictions: list[dict[str, Any]] = page.evaluate(PREDICT, [strokes, hints])
    return predictions


# What an interface test of a browser asks of the API, from the methods' being there to the end of a
# recognizer.


def test_pages_find_the_api_where_browsers_have_it(page: Page) -> None:
    script = """() => [
        "queryHandwritingRecognizer" in navigator, "createHandwritingRecognizer" in navigator,
        ...["Recognizer", "Drawing", "Stroke"].map((name) => `Handwriting${name}` in globalThis),
    ]"""
    assert page.evaluate(script) == [True] * 5


def test_a_query_describes_what_can_be_read_and_is_null_otherwise(page: Page) -> None:
    query = "(languages) => navigator.queryHandwritingRecognizer({ languages })"
    described = page.evaluate(query, ["en", "en-GB"])
    assert described == {
        "textAlternatives": True,
        "textSegmentation": True,
        "hints": {
            "recognitionType": ["text", "per-character"],
            "inputType": ["mouse", "stylus", "touch"],
            "textContext": False,
            "alternatives": True,
        },
    }
    # All of the languages have to be read, and in their script: this one is Braille.
    for languages in ([], ["zh"], ["en", "fr"], ["en-Brai"], ["no tag"]):
        assert page.evaluate(query, languages) is None


def test_a_recognizer_is_created_for_what_can_be_read(page: Page) -> None:
    names = page.evaluate("""() => Promise.all([["en"], ["EN-us"], [], ["zh"], ["en", "de"]].map(
        (languages) => thrown(() => navigator.createHandwritingRecognizer({ languages }))))""")
    assert names == ["nothing", "nothing", *["NotSupportedError"] * 3]
    names = page.evaluate("""() => Promise.all([undefined, {}, { languages: "en" }].map(
        (constraint) => thrown(() => navigator.createHandwritingRecognizer(constraint))))""")
    assert names == ["TypeError"] * 3


def test_a_stroke_has_copies_of_its_points(page: Page) -> None:
    points = page.evaluate("""() => {
        const stroke = new HandwritingStroke();
        const point = { x: 1, y: 2.5, t: 7, pressure: 0.5 };
        stroke.addPoint(point);
        point.x = 99;
        stroke.addPoint({ x: "3", y: { valueOf: () => 4 } });
        stroke.getPoints()[0].y = 99;
        stroke.getPoints().pop();
        const points = stroke.getPoints();
        stroke.clear();
        return [points, stroke.getPoints()];
    }""")
    # A time that is not given is not there, whatever stands for it on the way to the service.
    assert points == [[{"x": 1, "y": 2.5, "t": 7}, {"x": 3, "y": 4}], []]


def test_a_point_without_a_place_is_refused(page: Page) -> None:
    results = page.evaluate("""async () => {
        const stroke = new HandwritingStroke();
        const others = [
            { x: 1 }, { y: 1 }, { x: 1, y: NaN }, { x: Infinity, y: 1 }, { x: 1, y: 2, t: "soon" },
            { x: 1n, y: 1 }, { x: Symbol(), y: 1 },
        ];
        const names = await Promise.all(others.map((one) => thrown(() => stroke.addPoint(one))));
        return [names, stroke.getPoints()];
    }""")
    assert results == [["TypeError"] * 7, []]


def test_a_drawing_refers_to_its_strokes(page: Page) -> None:
    results = page.evaluate("""async () => {
        const drawing = (await create()).startDrawing();
        const [one, two] = [strokeOf([[1, 2]]), strokeOf([[3, 4]])];
        for (const stroke of [one, two, one]) drawing.addStroke(stroke);
        const strokes = drawing.getStrokes();
        strokes.pop();
        one.addPoint({ x: 5, y: 6 });
        const points = drawing.getStrokes().map((stroke) => stroke.getPoints().length);
        const isSame = strokes[0] === one && strokes[1] === two;
        drawing.removeStroke(one);
        const left = drawing.getStrokes().length;
        drawing.removeStroke(one);
        drawing.clear();
        const foreign = Object.create(HandwritingStroke.prototype);
        return [isSame, points, left, drawing.getStrokes(),
            await thrown(() => drawing.addStroke(foreign)),
            await thrown(() => drawing.removeStroke({}))];
    }""")
    assert results == [True, [2, 1, 2], 1, [], "TypeError", "TypeError"]


def test_a_drawing_is_predicted_as_it_stands(page: Page) -> None:
    results = page.evaluate(
        """async ([seven, one]) => {
            const recognizer = await create();
            const hints = { recognitionType: "digit", textContext: "Room ", inputType: "stylus" };
            const drawing = recognizer.startDrawing(hints);
            const texts = [await drawing.getPrediction()];
            drawing.addStroke(new HandwritingStroke());
            texts.push(await drawing.getPrediction());
            const stroke = strokeOf(seven[0].slice(0, 2));
            drawing.addStroke(stroke);
            for (const [x, y] of seven[0].slice(2)) stroke.addPoint({ x, y });
            const first = drawing.getPrediction();
            // What is drawn while it is predicted belongs to the next prediction.
            drawing.clear();
            drawing.addStroke(strokeOf(one[0]));
            texts.push(...(await Promise.all([first, drawing.getPrediction()]))
                .map((predictions) => predictions[0].text));
            return texts;
        }""",
        [SEVEN, ONE],
    )
    assert results == [[], [], "7", "1"]


def test_a_finished_recognizer_is_at_its_end(page: Page) -> None:
    results = page.evaluate(
        """async (seven) => {
            const recognizer = await create();
            const drawing = drawingOf(recognizer, seven);
            await drawing.getPrediction();
            const underWay = thrown(() => drawing.getPrediction());
            recognizer.finish();
            recognizer.finish();
            return [await underWay, await thrown(() => drawing.getPrediction()),
                await thrown(() => recognizer.startDrawing()), drawing.getStrokes().length,
                await thrown(() => recognizer.startDrawing("hints"))];
        }""",
        SEVEN,
    )
    assert results == ["InvalidStateError"] * 3 + [1, "TypeError"]


def test_printed_letters_are_graphemes_with_their_strokes(page: Page) -> None:
    strokes = printed("abc")
    assert [len(printed(letter)) for letter in "abc"] == [1, 2, 1]
    best, *others = predict(page, strokes)
    assert best["text"] == "abc"
    sizes = [len(stroke) for stroke in strokes]
    assert best["segmentationResult"] == [
        {
            "grapheme": letter,
            "beginIndex": place,
            "endIndex": place + 1,
            "drawingSegments": [
                {"strokeIndex": stroke, "beginPointIndex": 0, "endPointIndex": sizes[stroke]}
                for stroke in own
            ],
        }
        for place, (letter, own) in enumerate([("a", [0]), ("b", [1, 2]), ("c", [3])])
    ]
    assert others != []
    for other in others:
        for segment in other["segmentationResult"]:
            sliced = other["text"][segment["beginIndex"] : segment["endIndex"]]
            assert sliced == segment["grapheme"]


def test_spaces_belong_to_no_grapheme_and_empty_strokes_count(page: Page) -> None:
    first, *strokes = text_strokes("Tin kit")
    best = predict(page, [[], first, [], *strokes])[0]
    assert best["text"] == "Tin kit"
    segments = best["segmentationResult"]
    assert [segment["beginIndex"] for segment in segments] == [0, 1, 2, 4, 5, 6]
    for segment in segments:
        assert best["text"][segment["beginIndex"] : segment["endIndex"]] == segment["grapheme"]
    parts = [part["strokeIndex"] for segment in segments for part in segment["drawingSegments"]]
    assert sorted(parts) == [1, *range(3, 3 + len(strokes))]


def test_a_stroke_through_two_letters_is_shared_out_by_its_points(page: Page) -> None:
    (stem, ring) = letter_points("lo")
    width = max(x for x, _ in ring) - min(x for x, _ in ring)
    rings = [*ring, *((x + width + 10, y) for x, y in ring)]
    best = predict(page, [stem, rings])[0]
    assert best["text"] == "loo"
    parts = [part for one in best["segmentationResult"] for part in one["drawingSegments"]]
    assert [part["strokeIndex"] for part in parts] == [0, 1, 1]
    assert parts[1]["beginPointIndex"] == 0
    assert (
        parts[1]["endPointIndex"] == parts[2]["beginPointIndex"] == pytest.approx(len(ring), abs=3)
    )
    assert parts[2]["endPointIndex"] == len(rings)


def test_a_number_is_read_as_one(page: Page) -> None:
    best = predict(page, written_points("207"), recognitionType="number")[0]
    assert best["text"] == "207"
    assert [segment["grapheme"] for segment in best["segmentationResult"]] == ["2", "0", "7"]
    # A date is none, but the service's own name of what it reads as lines is taken, too.
    date = written_points("12/30")
    assert predict(page, date, recognitionType="line")[0]["text"] == "12/30"
    assert predict(page, date, recognitionType="number")[0]["text"] == "12130"


def test_a_single_character_is_one_grapheme_whatever_it_may_be(page: Page) -> None:
    strokes = printed("k")
    whole = [
        {"strokeIndex": place, "beginPointIndex": 0, "endPointIndex": len(stroke)}
        for place, stroke in enumerate(strokes)
    ]
    predictions = predict(page, strokes, recognitionType="character")
    assert predictions[0]["text"] == "k"
    assert len(predictions) == 3
    for one in predictions:
        assert one["segmentationResult"] == [
            {
                "grapheme": one["text"],
                "beginIndex": 0,
                "endIndex": len(one["text"]),
                "drawingSegments": whole,
            }
        ]


def test_signs_of_a_formula_are_no_graphemes_of_its_text(page: Page) -> None:
    assert predict(page, written_points("12+30="), recognitionType="math", alternatives=1) == [
        {"text": "12+30="}
    ]


@pytest.mark.parametrize(("asked", "least", "most"), [(0, 1, 1), (1, 1, 1), (5, 2, 5)])
def test_as_many_alternatives_come_as_are_asked_for(
    page: Page, asked: int, least: int, most: int
) -> None:
    texts = [one["text"] for one in predict(page, printed("abc"), alternatives=asked)]
    assert least <= len(texts) <= most
    assert len(set(texts)) == len(texts)


def test_times_and_places_may_count_from_anywhere(page: Page) -> None:
    strokes = printed("abc")
    now = 1_764_201_600_000.5
    timed = [[(x, y, now + 7 * i) for i, (x, y) in enumerate(stroke)] for stroke in strokes]
    far = [[(x + 3_000_000, y - 5_000_000) for x, y in stroke] for stroke in strokes]
    large = [[(x * 10_000, y * 10_000) for x, y in stroke] for stroke in strokes]
    small = [[(x / 10, y / 10) for x, y in stroke] for stroke in strokes]
    for drawn in (timed, far, large, small):
        assert predict(page, drawn)[0]["text"] == "abc"


def test_what_the_service_refuses_is_told_in_its_words(page: Page) -> None:
    told = page.evaluate("""async () => {
        const stroke = [[1, 1], [2, 2]];
        const drawing = drawingOf(await create(), Array.from({ length: 2000 }, () => stroke));
        return drawing.getPrediction().catch(({ name, message }) => [name, message]);
    }""")
    assert told[0] == "UnknownError"
    assert "strokes" in told[1]
