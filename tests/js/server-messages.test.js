// A server's messages are read; a bad one is refused with the field's name.

import assert from "node:assert/strict";
import { test } from "node:test";

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

const read = (message) => readServerMessage(JSON.stringify(message));
const without = (message, field) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));
const refused = (message, words) =>
  assert.throws(
    () => (typeof message === "string" ? readServerMessage(message) : read(message)),
    (error) => error instanceof BadServerMessage && error.message.includes(words),
    `${JSON.stringify(message)} was taken, or refused for another reason than ${words}`,
  );

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

test("segments of a text have a place and points, and a formula LaTeX, MathML and a value", () => {
  const [segment] = LINE.segments;
  const text = { ...LINE, segments: [{ ...segment, at: 2, ranges: [[4, 0, 7], [5, 3, 9]] }] };
  assert.deepEqual(read(text).segments, [{ ...text.segments[0], pinned: false }]);
  const formula = { latex: "7", mathml: "<math><mn>7</mn></math>" };
  const alternatives = [{ ...LINE.alternatives[0], ...formula, value: "7" }];
  const { latex, mathml, ...others } = read({ ...LINE, ...formula, alternatives });
  assert.deepEqual({ latex, mathml }, formula);
  assert.deepEqual(others.alternatives, alternatives);
  assert(!("latex" in read({ ...LINE, latex: null })));
  for (const field of ["latex", "mathml"]) refused({ ...LINE, [field]: 7 }, field);
  for (const [field, value] of Object.entries({ at: "0", ranges: [["0", 1, 2]] })) {
    refused({ ...LINE, segments: [{ ...segment, [field]: value }] }, field);
  }
});
