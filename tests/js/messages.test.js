// Messages follow the protocol's tables; a server's bad message is refused with the field's name.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as messages from "../../web/core/messages.js";
import { BadServerMessage, readServerMessage } from "../../web/core/server-messages.js";

const READY = {
  type: "ready",
  v: 1,
  session: "s",
  model: { id: "m", labels: ["0", "1"] },
  limits: { message_bytes: 5000, message_points: 100 },
};
const ANSWER = {
  type: "prediction",
  seq: 3,
  final: true,
  empty: false,
  rejected: false,
  top: [{ label: "7", p: 0.9 }],
  strokes: 1,
  us: { wait: 1, raster: 2, infer: 3 },
};
/** What an answer leaves out, as it is read. */
const LEFT_OUT = { image: null, learnt: false };
const LINE = {
  ...ANSWER,
  text: "7",
  p: 0.9,
  alternatives: [{ text: "7", p: 0.9 }],
  segments: [{ ...ANSWER.top[0], strokes: [4], top: ANSWER.top, box: [1, 2, 3, 4] }],
};
const REFUSAL = { type: "error", seq: 3, code: "limit", message: "too many points", fatal: false };
const STROKE = {
  number: 4,
  x: [1, 2, 3],
  y: [4, 5, 6],
  t: [0, 10, 20],
  p: [0.1, 0.2, 0.3],
  width: 20,
};

const read = (message) => readServerMessage(JSON.stringify(message));
const without = (message, field) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));
const refused = (message, words) =>
  assert.throws(
    () => (typeof message === "string" ? readServerMessage(message) : read(message)),
    (error) => error instanceof BadServerMessage && error.message.includes(words),
    `${JSON.stringify(message)} was taken, or refused for another reason than ${words}`,
  );

test("what is sent has the fields of the protocol, and nothing that is for the eye alone", () => {
  assert.deepEqual(messages.pointsMessage(7, STROKE, { from: 1, to: 3, end: true }), {
    type: "points", seq: 7, stroke: 4, x: [2, 3], y: [5, 6], t: [10, 20], p: [0.2, 0.3], end: true,
  });
  assert.deepEqual(messages.inkMessage(8, [STROKE, without(STROKE, "p")]), {
    type: "ink",
    seq: 8,
    strokes: [
      without(without(STROKE, "number"), "width"),
      { x: STROKE.x, y: STROKE.y, t: STROKE.t },
    ],
  });
  assert.deepEqual(messages.eraseMessage(9, 4), { type: "erase", seq: 9, stroke: 4 });
  assert.deepEqual(messages.historyMessage("redo", 10), { type: "redo", seq: 10 });
  const canvas = { width: 400, height: 300 };
  const config = { type: "config", v: 1, canvas, top: 3, interim: true, image: true };
  assert.deepEqual(messages.configMessage(canvas), config);
  assert.deepEqual(messages.configMessage(canvas, "line"), {
    ...config, top: 5, image: false, recognize: "line",
  });
});

test("pins name strokes by their numbers, or by their places in what is sent whole", () => {
  const other = { ...STROKE, number: 9 };
  const pins = [{ strokes: [other], label: "7" }];
  assert.deepEqual(messages.correctMessage(3, [other, STROKE], "="), {
    type: "correct", seq: 3, strokes: [9, 4], label: "=",
  });
  assert.equal(messages.correctMessage(3, [other], null).label, null);
  assert.deepEqual(messages.inkMessage(3, [STROKE, other], pins).pins, [
    { strokes: [1], label: "7" },
  ]);
  assert(!("pins" in messages.inkMessage(3, [STROKE], [])), "servers of today know none");
});

test("a message holds copies: what is drawn later does not change what was sent", () => {
  const stroke = structuredClone(STROKE);
  const sent = messages.pointsMessage(1, stroke, { from: 0, to: 3, end: false });
  stroke.x[0] = 99;
  assert.equal(sent.x[0], 1);
});

test("ends of strokes and edits expect an answer, points under way and configuration none", () => {
  assert.equal(
    messages.expectsAnswer(messages.pointsMessage(1, STROKE, { from: 0, to: 1, end: false })),
    false,
  );
  assert.equal(
    messages.expectsAnswer(messages.pointsMessage(1, STROKE, { from: 0, to: 1, end: true })),
    true,
  );
  assert.equal(messages.expectsAnswer(messages.configMessage({ width: 1, height: 1 })), false);
  for (const message of [
    messages.eraseMessage(1, 0),
    messages.historyMessage("clear", 1),
    messages.inkMessage(1, []),
    messages.correctMessage(1, [STROKE], "7"),
  ]) {
    assert.equal(messages.expectsAnswer(message), true, message.type);
  }
});

test("a token is offered as a subprotocol, and none where there is none", () => {
  assert.deepEqual(messages.subprotocols(null), ["ink.v1"]);
  assert.deepEqual(messages.subprotocols(""), ["ink.v1"]);
  assert.deepEqual(messages.subprotocols("abc"), ["ink.v1", "ink.token.abc"]);
});

test("as many points go into a message as surely fit", () => {
  const fits = (messageBytes, messagePoints = Infinity) =>
    messages.pointsThatFit({ messageBytes, messagePoints });
  assert.equal(fits(1_000_000, 100), 100);
  assert.equal(fits(10), 1, "a server that takes next to nothing is sent single points");
  for (const bytes of [2_000, 16_384, 524_288]) {
    const count = fits(bytes);
    const column = (value) => Array(count).fill(value);
    const longest = {
      number: 999_999,
      x: column(-99_999.67),
      y: column(-99_999.67),
      t: column(86_400_000),
      p: column(0.99),
    };
    assert(
      JSON.stringify(
        messages.pointsMessage(Number.MAX_SAFE_INTEGER, longest, { from: 0, to: count, end: true }),
      ).length <= bytes,
      `${bytes} bytes`,
    );
  }
});

test("good messages of a server are read, with what they leave out", () => {
  assert.deepEqual(read(READY), {
    type: "ready",
    v: 1,
    labels: ["0", "1"],
    recognizers: { digit: ["0", "1"] },
    keeps: false,
    teaches: false,
    examples: Infinity,
    examplePoints: Infinity,
    messageBytes: 5000,
    messagePoints: 100,
  });
  assert.deepEqual(read({ ...without(READY, "limits"), keeps: true }), {
    type: "ready",
    v: 1,
    labels: ["0", "1"],
    recognizers: { digit: ["0", "1"] },
    keeps: true,
    teaches: false,
    examples: Infinity,
    examplePoints: Infinity,
    messageBytes: 16_384,
    messagePoints: Infinity,
  });
  assert.deepEqual(read({ ...ANSWER, fieldOfNewerServers: 1 }), { ...ANSWER, ...LEFT_OUT });
  assert.deepEqual(read({ ...without(REFUSAL, "seq"), retry_ms: 50 }), {
    ...REFUSAL,
    seq: null,
    retry_ms: 50,
  });
  assert.equal(read({ type: "of a newer server" }), null);
});

test("a server names what it recognizes, and with which labels", () => {
  const recognizers = { digit: READY.model, line: { id: "l", labels: ["0", "+"] } };
  assert.deepEqual(read({ ...READY, recognizers }).recognizers, {
    digit: ["0", "1"], line: ["0", "+"],
  });
  refused({ ...READY, recognizers: { line: {} } }, "labels");
  refused({ ...READY, recognizers: [] }, "recognizers");
});

test("an answer to a line has its characters, and what is left out of it is null", () => {
  assert.deepEqual(read(LINE), {
    ...LINE, ...LEFT_OUT, value: null, reason: null,
    segments: [{ ...LINE.segments[0], pinned: false }],
  });
  const [segment] = LINE.segments;
  const more = { value: "42", reason: "rows", segments: [{ ...segment, pinned: true }] };
  assert.deepEqual(read({ ...LINE, ...more }), { ...LINE, ...more, ...LEFT_OUT });
  for (const field of ["text", "p", "alternatives"]) refused(without(LINE, field), field);
  for (const field of ["label", "p", "strokes", "top", "box"]) {
    refused({ ...LINE, segments: [without(segment, field)] }, field);
  }
  refused({ ...LINE, segments: [{ ...segment, strokes: ["0"] }] }, "strokes");
  refused({ ...LINE, segments: {} }, "segments");
  refused({ ...LINE, p: 2 }, "p is");
  refused({ ...LINE, value: 42 }, "value");
});

test("what is no message is refused", () => {
  refused("{", "not JSON");
  refused("", "not JSON");
  for (const frame of [null, 7, new ArrayBuffer(3)])
    assert.throws(() => readServerMessage(frame), /not a text frame/);
  for (const text of ["[]", "null", "3", '"ready"']) refused(text, "message is no object");
});

test("each field that has to be there is missed by name", () => {
  for (const field of ["seq", "final", "empty", "rejected", "top", "strokes", "us"])
    refused(without(ANSWER, field), field);
  for (const field of ["wait", "raster", "infer"])
    refused({ ...ANSWER, us: without(ANSWER.us, field) }, field);
  for (const field of ["code", "message", "fatal"]) refused(without(REFUSAL, field), field);
  for (const field of ["v", "model"])
    refused(without(READY, field), field === "v" ? "v is" : field);
});

test("fields of a wrong type are refused by name", () => {
  for (const seq of ["3", null, true, [3]]) refused({ ...ANSWER, seq }, "seq");
  for (const final of ["true", 1, null]) refused({ ...ANSWER, final }, "final");
  for (const top of [{}, "7", null]) refused({ ...ANSWER, top }, "top");
  for (const candidate of [null, "7", [], { p: 1 }, { label: 7, p: 1 }])
    refused({ ...ANSWER, top: [candidate] }, candidate?.p ? "label" : "top");
  for (const p of [-0.1, 1.1, "1", null]) refused({ ...ANSWER, top: [{ label: "7", p }] }, "p is");
  refused({ ...ANSWER, image: 5 }, "image");
  refused({ ...READY, v: 2 }, "version 2");
  refused({ ...READY, model: { labels: "0123456789" } }, "labels");
  refused({ ...READY, limits: { message_bytes: "many" } }, "message_bytes");
  refused({ ...READY, limits: [1] }, "limits");
  refused({ ...REFUSAL, retry_ms: "soon" }, "retry_ms");
  refused({ ...REFUSAL, seq: "3" }, "seq");
});

test("a number that JSON cannot hold does not come through", () => {
  refused('{"type":"prediction","top":[],"seq":1e999}', "seq");
});

test("a heartbeat is known, and a type that is not is no fault", () => {
  assert.deepEqual(read({ type: "heartbeat", later: 1 }), { type: "heartbeat" });
  assert.equal(read({ type: "later" }), null);
});
