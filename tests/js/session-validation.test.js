// Session files that are wrong are refused, with the name of the field that is wrong.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readSession } from "../../web/core/session-file.js";
import { BadSession, readStrokes } from "../../web/core/stroke-validation.js";
import { ink, line, session } from "./sessions.js";

/** What is wrong with a session file: the key of its message, and the values in that. */
function problemOf(content, limits) {
  try {
    readSession(typeof content === "string" ? content : JSON.stringify(content), limits);
  } catch (error) {
    assert(error instanceof BadSession, error);
    return [error.key, error.values];
  }
  return assert.fail("it was taken");
}

/** Asserts that a session file is refused because of a field. */
function namesField(content, field) {
  assert.deepEqual(problemOf(content), ["badSessionField", { field }]);
}

test("fields that nobody knows are kept, and so is what may be left out", () => {
  const file = { ...session({ ...line(0, 1), p: null, colour: "red" }), drawnBy: "me" };
  delete file.canvas;
  file.messages.push({ at: 2.5 }, { at: 3, recv: { type: "weather", rain: true } });
  assert.deepEqual(readSession(JSON.stringify(file)), file);
});

test("strokes are read as copies, and what is wrong with them is named", () => {
  const stroke = { x: [1, 2], y: [3, 4], t: [0, 9] };
  const read = readStrokes([stroke, { ...stroke, number: 7, p: [0, 1], width: 30, colour: "red" }]);
  assert.deepEqual(read, [
    { number: 0, ...stroke },
    { number: 1, ...stroke, p: [0, 1], width: 30 },
  ]);
  assert.notEqual(read[0].x, stroke.x);
  const wrong = (value, field) =>
    assert.throws(() => readStrokes(value), { name: "BadSession", values: { field } });
  wrong("7", "strokes");
  wrong([[1, 2]], "strokes[0]");
  wrong([stroke, { x: [1], y: [1] }], "strokes[1].t");
  wrong([{ ...stroke, x: [1, "2"] }], "strokes[0].x[1]");
  wrong([{ x: [], y: [], t: [] }], "strokes[0].x");
  wrong([{ ...stroke, width: 0 }], "strokes[0].width");
});

test("what is wrong with a file is named", () => {
  const good = session(line(0, 1));
  const withSent = (change) => session({ ...line(0, 1), ...change });
  assert.deepEqual(problemOf("{"), ["notSession", {}]);
  assert.deepEqual(problemOf("null"), ["notSession", {}]);
  assert.deepEqual(problemOf({ ...good, format: "ink" }), ["notSession", {}]);
  namesField({ ...good, v: 2 }, "v");
  namesField({ ...good, label: 7 }, "label");
  namesField({ ...good, messages: {} }, "messages");
  namesField({ ...good, messages: [null] }, "messages[0]");
  namesField({ ...good, messages: [{ at: "1" }] }, "messages[0].at");
  namesField({ ...good, canvas: { width: 0, height: 1 } }, "canvas.width");
  namesField(withSent({ type: "constructor" }), "messages[0].send.type");
  assert.deepEqual(problemOf(withSent({ seq: -1 })), [
    "badSessionLimit",
    { field: "messages[0].send.seq", least: 0, most: Number.MAX_SAFE_INTEGER },
  ]);
  namesField(withSent({ x: [1, null] }), "messages[0].send.x[1]");
  assert.deepEqual(problemOf(JSON.stringify(good).replace("[1,11]", "[1,1e999]")), [
    "badSessionLimit",
    { field: "messages[0].send.x[1]", least: -100_000, most: 100_000 },
  ]);
  namesField(withSent({ t: [0, 0.5] }), "messages[0].send.t[1]");
  assert.deepEqual(problemOf(withSent({ p: [0.5] })), [
    "badSessionLength",
    { field: "messages[0].send.p", count: 2 },
  ]);
  namesField(withSent({ end: 1 }), "messages[0].send.end");
  namesField(session(ink({ x: [], y: [], t: [] })), "messages[0].send.strokes[0].x");
  const answered = { ...good, messages: [{ at: 1, recv: { type: "prediction" } }] };
  namesField(answered, "messages[0].recv");
  assert.deepEqual(problemOf(good, { maxBytes: 100 }), ["sessionTooBig", { bytes: 100 }]);
  assert.deepEqual(problemOf({ ...good, label: "é".repeat(300) }, { maxBytes: 500 }), [
    "sessionTooBig",
    { bytes: 500 },
  ]);
});
