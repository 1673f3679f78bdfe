// Messages of a client follow the protocol's tables.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as messages from "../../web/core/messages.js";

const STROKE = {
  number: 4,
  x: [1, 2, 3],
  y: [4, 5, 6],
  t: [0, 10, 20],
  p: [0.1, 0.2, 0.3],
  width: 20,
};


const without = (message, field) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));

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
  for (const recognize of ["line", "text", "math"]) {
    assert.deepEqual(messages.configMessage(canvas, recognize), {
      ...config, top: 5, image: false, recognize,
    });
  }
  assert.deepEqual(messages.configMessage(canvas, "character"), {
    ...config, recognize: "character",
  });
});

test("what ink is read as is named as the protocol does, and anything else is a digit", () => {
  for (const name of ["digit", "line", "character", "text", "math"]) {
    assert.equal(messages.recognitionNamed(name), name);
    const has = ["line", "text", "math"].includes(name);
    assert.equal(messages.hasSegments(messages.recognitionNamed(name)), has);
  }
  for (const name of ["", "Line", "music", null, undefined, 7]) {
    assert.equal(messages.recognitionNamed(name), "digit");
  }
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
