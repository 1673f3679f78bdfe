// The Handwriting Recognition API's conversions that need no browser: hints to what the service is
// told, drawings to ink, and answers to predictions.

import assert from "node:assert/strict";
import { test } from "node:test";

import { canRead, configOf, readingOf } from "../../web/handwriting/hints.js";
import { predictionsOf } from "../../web/handwriting/predictions.js";
import { wireStrokes } from "../../web/handwriting/wire-strokes.js";

const READY = { recognizers: { digit: ["0"], text: ["a"], line: ["1", "2", "+", ".", "="] } };
const told = (hints) => {
  const { recognize = "digit", top, language_model: model, labels } = configOf(
    readingOf(hints), READY);
  return { recognize, top, model, ...(labels === undefined ? {} : { labels }) };
};

/** An answer of several characters. */
const answerOf = (fields) => ({ top: [], alternatives: [], segments: [], ...fields });
const segmentOf = (label, strokes, { others = [], ...fields } = {}) => ({
  label, strokes, top: [label, ...others].map((one) => ({ label: one, p: 0.1 })), ...fields,
});
const strokeOf = (number, length) => {
  const column = Array(length).fill(0);
  return { number, x: column, y: column, t: column };
};

test("hints say what a drawing is read as", () => {
  assert.deepEqual(told(undefined), { recognize: "text", top: 3, model: true });
  assert.deepEqual(told({ recognitionType: "per-character", alternatives: 5 }),
    { recognize: "text", top: 5, model: false });
  assert.deepEqual(told({ recognitionType: "number" }),
    { recognize: "line", top: 3, model: true, labels: ["1", "2", "."] });
  assert.equal(told({ recognitionType: "line" }).recognize, "line");
  assert.equal(told({ recognitionType: "digit" }).recognize, "digit");
  for (const recognitionType of ["limerick", "constructor", "", "math"]) {
    assert.equal(told({ recognitionType }).recognize, "text", recognitionType);
  }
});

test("a service without a reader of lines reads numbers as texts", () => {
  const ready = { recognizers: { text: ["a", "1"] } };
  const config = configOf(readingOf({ recognitionType: "number" }), ready);
  assert.equal(config.recognize, "text");
  assert(!("labels" in config));
});

test("alternatives are converted as an unsigned long, and bounded", () => {
  const top = (alternatives) => told({ alternatives }).top;
  assert.deepEqual([0, 1, 20, 21, -1, "4", 2.9, NaN, 2 ** 32 + 2, undefined].map(top),
    [1, 1, 20, 20, 20, 4, 2, 1, 2, 3]);
  for (const alternatives of [1n, Symbol("3")]) {
    assert.throws(() => readingOf({ alternatives }), TypeError);
  }
  for (const hints of [5, "text", true, { recognitionType: Symbol("s") }]) {
    assert.throws(() => readingOf(hints), TypeError);
  }
});

test("all languages have to be English, in Latin script", () => {
  const readable = ["en", "en-GB", "EN-us", "en-Latn-AU", "en-x-mine"];
  for (const tag of readable) assert(canRead([tag]), tag);
  assert(canRead(readable));
  for (const tag of ["de", "zxx", "en-Dsrt", "en_US!", "", "i-klingon"]) {
    assert(!canRead([tag]), tag);
  }
  assert(!canRead([]));
  assert(!canRead(["en", "de"]));
});

test("times are whole, from the first one on; points without one go with those before", () => {
  const [one, two] = wireStrokes([
    [{ x: 1, y: 5, t: 1_000_000.4 }, { x: 2, y: 3 }, { x: 4, y: 5, t: 1_000_010 }],
    [],
    [{ x: 0, y: 0, t: 1_000_002 }],
  ]);
  assert.deepEqual([one.number, one.t, two.number, two.t], [0, [0, 0, 10], 2, [2]]);
  const [timeless] = wireStrokes([[{ x: 0, y: 0 }, { x: 1, y: 1 }]]);
  assert.deepEqual(timeless.t, [0, 0]);
  assert.deepEqual(wireStrokes([[], []]), []);
});

test("usual strokes get the size of letters, wherever and however large they are drawn", () => {
  const letter = [{ x: 10, y: 20 }, { x: 10, y: 60 }];
  const drawing = [letter, [{ x: 30, y: 40 }, { x: 45, y: 55 }], [{ x: 50, y: 22 }], letter];
  const columns = (scale, shift) => wireStrokes(drawing.map((stroke) => stroke.map(({ x, y }) => (
    { x: scale * x + shift, y: scale * y - shift })))).map(({ x, y }) => [x, y]);
  assert.deepEqual(columns(1, 0), [
    [[0, 0], [0, 100]], [[50, 87.5], [50, 87.5]], [[100], [5]], [[0, 0], [0, 100]],
  ]);
  for (const [scale, shift] of [[0.25, 0], [1000, 0], [1, 3e6], [1e5, -1e9]]) {
    assert.deepEqual(columns(scale, shift), columns(1, 0), `${scale} ${shift}`);
  }
});

test("taps alone stay as small as they are", () => {
  const [tap, other] = wireStrokes([[{ x: 700, y: 90 }, { x: 702, y: 93 }], [{ x: 710, y: 90 }]]);
  assert.deepEqual([tap.x, tap.y, other.x, other.y], [[0, 2], [0, 3], [10], [0]]);
});

test("no drawing is too wide for the service", () => {
  const [usual, , wide] = wireStrokes([
    [{ x: 0, y: 0 }, { x: 0, y: 10 }], [{ x: 0, y: 0 }, { x: 0, y: 10 }],
    [{ x: 0, y: 0 }, { x: 20_000, y: 0 }],
  ]);
  assert.deepEqual([usual.y, wide.x], [[0, 50], [0, 100_000]]);
});

test("indices count code units, and the service code points", () => {
  const strokes = [strokeOf(0, 3), strokeOf(2, 4)];
  const [best, ...others] = predictionsOf(answerOf({
    text: "𝄞 x", alternatives: [{ text: "𝄞 x" }, { text: "6 x" }],
    segments: [
      segmentOf("𝄞", [0], { at: 0, ranges: [[0, 0, 3], [1, 0, 1]] }),
      segmentOf("x", [1], { at: 2, ranges: [[1, 1, 4]] }),
    ],
  }), strokes);
  assert.equal(best.text, "𝄞 x");
  const parts = best.segmentationResult;
  for (const { grapheme, beginIndex, endIndex } of parts) {
    assert.equal(best.text.slice(beginIndex, endIndex), grapheme);
  }
  assert.deepEqual(parts.map((one) => [one.beginIndex, one.endIndex]), [[0, 2], [3, 4]]);
  // Strokes are named by their places in the drawing, empty ones counted.
  assert.deepEqual(parts[0].drawingSegments, [
    { strokeIndex: 0, beginPointIndex: 0, endPointIndex: 3 },
    { strokeIndex: 2, beginPointIndex: 0, endPointIndex: 1 },
  ]);
  assert.deepEqual(others, [{ text: "6 x" }]);
});

test("other readings of the same characters have graphemes, too", () => {
  const ranges = [[[0, 0, 3]], [[1, 0, 2]]];
  const predictions = predictionsOf(answerOf({
    text: "ab", alternatives: ["ab", "a b", "o b", "db", "ol", "a"].map((text) => ({ text })),
    segments: [
      segmentOf("a", [0], { at: 0, ranges: ranges[0], others: ["o"] }),
      segmentOf("b", [1], { at: 1, ranges: ranges[1], others: ["6"] }),
    ],
  }), [strokeOf(0, 3), strokeOf(1, 2)]);
  const shortened = ({ grapheme, beginIndex, drawingSegments: [part] }) => (
    [grapheme, beginIndex, part.strokeIndex]);
  assert.deepEqual(predictions.map(({ text, segmentationResult: parts }) => (
    [text, parts?.map(shortened)])), [
    ["ab", [["a", 0, 0], ["b", 1, 1]]], ["a b", [["a", 0, 0], ["b", 2, 1]]],
    ["o b", [["o", 0, 0], ["b", 2, 1]]],
    // These may come of other parts of the ink.
    ["db", undefined], ["ol", undefined], ["a", undefined],
  ]);
});

test("without ranges a grapheme has whole strokes, and its label's place", () => {
  const [{ segmentationResult }] = predictionsOf(answerOf({
    text: "10", alternatives: [{ text: "10" }],
    segments: [segmentOf("1", [0]), segmentOf("0", [1])],
  }), [strokeOf(0, 2), strokeOf(1, 5)]);
  assert.deepEqual(segmentationResult[1], {
    grapheme: "0", beginIndex: 1, endIndex: 2,
    drawingSegments: [{ strokeIndex: 1, beginPointIndex: 0, endPointIndex: 5 }],
  });
});

test("nothing is predicted where nothing can be read", () => {
  assert.deepEqual(predictionsOf(answerOf({ text: "", reason: "rows" }), [strokeOf(0, 2)]), []);
  assert.deepEqual(predictionsOf({ top: [], empty: true }, []), []);
});
