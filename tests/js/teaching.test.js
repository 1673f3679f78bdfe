// What is taught: in the server's messages, in session files, and by whoever embeds the element.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Playback } from "../../web/core/playback.js";
import { readServerMessage } from "../../web/core/server-messages.js";
import { inkOf, lastDrawing, readSession, strokesOf } from "../../web/core/session-file.js";
import { BadSession, readExamples } from "../../web/core/stroke-validation.js";
import { line, session } from "./sessions.js";

const FOUR = { label: "4", strokes: [{ x: [0, 500], y: [10, 1000] }, { x: [7], y: [8] }] };
const teach = { type: "teach", label: "4" };
const forget = { type: "forget" };
const examples = { type: "examples", examples: [FOUR] };
const READY = { type: "ready", v: 1, session: "s", model: { id: "m", labels: ["4"] } };
const ANSWER = {
  type: "prediction", seq: 3, final: true, empty: false, rejected: false,
  top: [{ label: "4", p: 0.9 }], strokes: 1, us: { wait: 1, raster: 2, infer: 3 },
};

const read = (message) => readServerMessage(JSON.stringify(message));
const withSent = (sent) => JSON.stringify(session(sent));

/** The field that is wrong with what somebody hands in. */
function fieldOf(act) {
  try {
    act();
  } catch (error) {
    assert(error instanceof BadSession, error);
    return error.values.field;
  }
  return assert.fail("it was taken");
}

test("a service says whether it learns, and how much it takes", () => {
  const limits = { examples: 50, example_points: 300 };
  const { teaches, ...ready } = read({ ...READY, teaches: true, limits });
  assert.deepEqual([teaches, ready.examples, ready.examplePoints], [true, 50, 300]);
  const older = read(READY);
  assert.deepEqual([older.teaches, older.examples], [false, Infinity]);
  assert.equal(older.examplePoints, Infinity);
  assert.throws(() => read({ ...READY, limits: { examples: "many" } }), /examples is no number/);
});

test("an answer says whether examples moved it", () => {
  assert.equal(read({ ...ANSWER, learnt: true }).learnt, true);
  assert.equal(read(ANSWER).learnt, false);
  assert.equal(read({ ...ANSWER, learnt: "yes" }).learnt, false);
});

test("examples are read as copies with what they need alone, and what is wrong is named", () => {
  const given = [{ ...FOUR, taught: "today", strokes: [{ ...FOUR.strokes[0], t: [0, 9] }] }];
  const taken = readExamples(given);
  assert.deepEqual(taken, [{ label: "4", strokes: [FOUR.strokes[0]] }]);
  assert.notEqual(taken[0].strokes[0].x, FOUR.strokes[0].x);
  const wrong = (value) => fieldOf(() => readExamples(value));
  assert.equal(wrong("4"), "examples");
  assert.equal(wrong([FOUR, null]), "examples[1]");
  assert.equal(wrong([{ ...FOUR, label: 4 }]), "examples[0].label");
  assert.equal(wrong([{ label: "4" }]), "examples[0].strokes");
  assert.equal(wrong([{ label: "4", strokes: [] }]), "examples[0].strokes");
  assert.equal(wrong([{ label: "4", strokes: [7] }]), "examples[0].strokes[0]");
  assert.equal(wrong([{ label: "4", strokes: [{ x: [], y: [] }] }]), "examples[0].strokes[0].x");
  assert.equal(wrong([{ label: "4", strokes: [{ x: [1], y: [] }] }]), "examples[0].strokes[0].y");
  assert.equal(wrong([{ label: "4", strokes: [{ x: [null], y: [1] }] }]),
    "examples[0].strokes[0].x[0]");
});

test("session files have what was taught, and it is checked", () => {
  const file = session(examples, line(0, 1), teach, forget);
  assert.deepEqual(readSession(JSON.stringify(file)), file);
  const wrong = (sent) => fieldOf(() => readSession(withSent(sent)));
  assert.equal(wrong({ type: "teach" }), "messages[0].send.label");
  assert.equal(wrong({ type: "teach", label: null }), "messages[0].send.label");
  assert.equal(wrong({ type: "forget", seq: -1 }), "messages[0].send.seq");
  assert.equal(wrong({ type: "examples" }), "messages[0].send.examples");
  assert.equal(wrong({ type: "examples", examples: [FOUR, { ...FOUR, strokes: {} }] }),
    "messages[0].send.examples[1].strokes");
});

test("teaching leaves the ink of a session as it is", () => {
  const { strokes } = inkOf(session(examples, line(0, 1), teach, line(1, 50), forget));
  assert.deepEqual(strokes.map(({ x }) => x), [[1, 11], [50, 60]]);
});

test("a drawing that is given away holds none of its writer's other drawings", () => {
  const whole = session(examples, line(0, 1), { type: "clear" }, line(1, 50), examples, teach);
  const part = lastDrawing(whole);
  assert.deepEqual(part.messages.map(({ send }) => send.type), ["points", "teach"]);
  assert.deepEqual(strokesOf(part).map(({ x }) => x), [[50, 60]]);
});

test("playback begins with the ink, not with what was taught before", () => {
  const file = session(examples, line(0, 1, 9_000), teach);
  file.messages[1].at = 9_030;
  file.messages[2].at = 9_500;
  let now = 0;
  const requests = [];
  const clock = { now: () => now, request: (call) => requests.push(call), cancel: () => {} };
  const drawn = inkOf(session());
  const playback = new Playback(file, drawn, { answer: () => {}, ended: () => {} }, clock);
  playback.start();
  for (; requests.length > 0 && now < 1_000; now += 10) requests.shift()();
  assert.equal(drawn.strokes.length, 1);
  assert(now < 200, `it took ${now} ms`);
});
