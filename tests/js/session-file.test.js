// Session files are read as the server reads them, and leave the strokes that its rules leave.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import {
  fitToCanvas, lastDrawing, readSession, sessionOfStrokes, strokesOf,
} from "../../web/core/session-file.js";
import { CANVAS, column, ink, line, session } from "./sessions.js";

const RECORDINGS = new URL("../recordings/", import.meta.url);

/** Where the strokes begin that a session leaves. */
function starts(...sent) {
  return strokesOf(readSession(JSON.stringify(session(...sent)))).map((stroke) => stroke.x[0]);
}

const undo = { type: "undo" };
const redo = { type: "redo" };
const clear = { type: "clear" };

test("every recording is read, and has the strokes that its last answer saw", () => {
  const names = readdirSync(RECORDINGS);
  assert(names.length > 50);
  for (const name of names) {
    const read = readSession(readFileSync(new URL(name, RECORDINGS), "utf8"));
    assert.equal(strokesOf(read).length, read.messages.at(-1).recv.strokes, name);
  }
});

test("edits do what they did to the drawing of the server", () => {
  assert.deepEqual(starts(line(0, 1), line(1, 2), undo), [1]);
  assert.deepEqual(starts(line(0, 1), line(1, 2), undo, redo), [1, 2]);
  assert.deepEqual(starts(line(0, 1), line(1, 2), clear), []);
  assert.deepEqual(starts(line(0, 1), line(1, 2), clear, undo), [1, 2]);
  assert.deepEqual(starts(line(0, 1), line(1, 2), { type: "erase", stroke: 0 }), [2]);
  assert.deepEqual(starts(undo, redo, clear, line(5, 1)), [1]);
  assert.deepEqual(
    starts(line(0, 1), { ...line(1, 2), end: false }, undo),
    [1],
    "an open stroke is abandoned",
  );
  assert.deepEqual(
    starts(line(0, 1), { ...line(1, 2), end: false }, { type: "erase", stroke: 1 }, undo),
    [],
    "which is no edit",
  );
  assert.deepEqual(
    starts(line(0, 1), undo, { ...line(1, 2), end: false }, redo),
    [1],
    "also by redo",
  );
});

test("ink replaces all, numbers its strokes from 0, and is taken back one by one", () => {
  assert.deepEqual(starts(line(7, 1), ink(column(2), column(3))), [2, 3]);
  assert.deepEqual(
    starts(line(7, 1), ink(column(2), column(3)), { type: "erase", stroke: 0 }),
    [3],
  );
  assert.deepEqual(starts(line(7, 1), ink(column(2), column(3)), line(2, 4), undo, undo), [2]);
  assert.deepEqual(
    starts(line(7, 1), ink(column(2)), undo, undo, undo),
    [],
    "and not what was before it",
  );
  assert.deepEqual(starts({ ...line(0, 1), end: false }, ink(), line(0, 2)), [2]);
});

test("the server forgets edits that are 200 steps back, and so does the page", () => {
  const strokes = Array.from({ length: 203 }, (_, i) => line(i, i));
  assert.deepEqual(starts(...strokes, ...strokes.map(() => undo)), [0, 1, 2]);
});

test("an erased stroke's number may be used again, and undo tells the two apart", () => {
  const erase = { type: "erase", stroke: 0 };
  assert.deepEqual(starts(line(0, 1), erase, line(0, 2), undo, undo, line(1, 3), erase), [3]);
});

test("a stroke under way at the end is kept", () => {
  const [stroke] = strokesOf(
    session(
      { ...line(0, 1), end: false },
      { type: "points", stroke: 0, x: [50], y: [60], t: [90] },
    ),
  );
  assert.deepEqual(stroke, { number: 0, x: [1, 11, 50], y: [1, 21, 60], t: [0, 30, 90] });
});

test("pressure and times are kept; a drawing's time begins with its first point", () => {
  const sent = {
    type: "points",
    stroke: 0,
    x: [1, 2],
    y: [1, 2],
    t: [700, 720],
    p: [0.25, 0.5],
    end: true,
  };
  const strokes = strokesOf(session(sent, line(1, 5, 1000)));
  assert.deepEqual(strokes.map((stroke) => stroke.t), [[0, 20], [300, 330]]);
  assert.deepEqual(strokes[0].p, [0.25, 0.5]);
});

test("strokes that each count from 0 keep their pace", () => {
  assert.deepEqual(
    strokesOf(session(line(0, 1, 500), line(1, 5, 0))).map((stroke) => stroke.t),
    [
      [0, 30],
      [0, 30],
    ],
  );
});

test("what the server refused is not done", () => {
  const refused = session(line(0, 1), line(1, 2));
  refused.messages.push({
    at: 9,
    recv: {
      type: "error",
      seq: 2,
      code: "limit",
      message: "a drawing may have 500 strokes",
      fatal: false,
    },
  });
  assert.deepEqual(
    strokesOf(refused).map((stroke) => stroke.x[0]),
    [1],
  );
  assert.deepEqual(starts(line(0, 1), line(0, 2)), [1], "a number that is taken");
  assert.deepEqual(
    starts({ ...line(0, 1), end: false }, line(1, 2)),
    [1],
    "a second stroke before the first has ended",
  );
  assert.deepEqual(starts(line(0, 1), { ...line(1, 2), seq: 1 }), [1], "a seq that does not grow");
  assert.deepEqual(
    starts({ type: "points", stroke: 0, x: [], y: [], t: [], end: true }),
    [],
    "a stroke without points",
  );
});

test("the last drawing is what was sent since the pad was empty", () => {
  const config = { at: 0, send: { type: "config", v: 1 } };
  const last = (...sent) => {
    const whole = session(...sent);
    whole.messages.unshift(config);
    whole.messages.push({
      at: 90,
      recv: { type: "error", seq: null, code: "rate", message: "later", fatal: false },
    });
    const part = lastDrawing(whole);
    if (part !== null)
      assert.deepEqual(
        strokesOf(part).map(({ x, y }) => [x, y]),
        strokesOf(whole).map(({ x, y }) => [x, y]),
      );
    return part && part.messages.map(({ send }) => send?.seq ?? null);
  };
  assert.deepEqual(last(line(0, 1), line(1, 2)), [null, 1, 2, null]);
  assert.deepEqual(last(line(0, 1), clear, line(1, 2), undo, line(2, 3), line(3, 4)), [
    null,
    5,
    6,
    null,
  ]);
  assert.deepEqual(last(line(0, 1), clear, line(1, 2), { ...line(2, 3), end: false }), [
    null,
    3,
    4,
    null,
  ]);
  assert.equal(last(line(0, 1), clear), null);
  assert.equal(
    last(line(0, 1), clear, line(1, 2), undo, undo),
    null,
    "an older drawing was brought back",
  );
  assert.equal(
    last(line(0, 1), ink(column(2)), line(1, 3)),
    null,
    "some of it came from elsewhere",
  );
  assert.deepEqual(last(ink(column(2)), clear, line(1, 3)), [null, 3, null]);
  assert.equal(lastDrawing({ format: "ink-session", v: 1, messages: [] }), null);
});

test("a session is fitted to another canvas, whole, undistorted and in the middle", () => {
  const wide = {
    ...session({ ...line(0, 100), width: 16 }, ink(column(800))),
    canvas: { width: 800, height: 400 },
  };
  const {
    canvas,
    messages: [points, whole],
  } = fitToCanvas(wide, CANVAS);
  assert.deepEqual(canvas, CANVAS);
  assert.deepEqual(
    [points.send.x, points.send.y, points.send.t, points.send.width],
    [[50, 55], [150, 160], [0, 30], 8],
  );
  assert.deepEqual(whole.send.strokes, [{ x: [400], y: [500], t: [0] }]);
  assert.deepEqual(fitToCanvas(session(line(0, 1)), CANVAS), session(line(0, 1)));
  const unsaid = { format: "ink-session", v: 1, messages: session(line(0, 1580)).messages };
  assert.deepEqual(
    strokesOf(fitToCanvas(unsaid, CANVAS))[0].x,
    [396.25, 398.75],
    "as large as its ink",
  );
  unsaid.messages.unshift({
    at: 0,
    send: { type: "config", canvas: { width: 3200, height: 3200 } },
  });
  assert.deepEqual(strokesOf(fitToCanvas(unsaid, CANVAS))[0].x, [197.5, 198.75]);
});

test("bare strokes are sent in batches of 40 ms, the end of a stroke at once", () => {
  const stroke = {
    number: 9,
    x: [1, 2, 3, 4, 5],
    y: [1, 2, 3, 4, 5],
    t: [100, 130, 140, 150, 165],
  };
  const made = sessionOfStrokes([stroke, { ...stroke, number: 3 }], CANVAS);
  assert(!("label" in made));
  assert.deepEqual(
    made.messages.slice(1).map(({ at, send }) => [at, send.seq, send.stroke, send.t, send.end]),
    [
      [40, 1, 0, [100, 130, 140], false],
      [65, 2, 0, [150, 165], true],
      // It was drawn at the same time, which one pen cannot, and so comes after it.
      [105, 3, 1, [100, 130, 140], false],
      [130, 4, 1, [150, 165], true],
    ],
  );
});
