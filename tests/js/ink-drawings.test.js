// Tests of the numbers by which ink tells one drawing from the next.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ink } from "../../web/core/ink.js";

test("a drawing has a number until the pad is empty or is given other strokes", () => {
  const ink = new Ink();
  const draw = () => {
    ink.begin({ x: 1, y: 1, time_ms: 0, pressure: null });
    ink.end();
    return ink.drawing;
  };
  assert.equal(ink.drawing, 0);
  const first = draw();
  assert.equal(draw(), first);
  ink.clear();
  assert.equal(ink.drawing, 0);
  const second = draw();
  ink.replace([{ number: 0, x: [1], y: [1], t: [0] }]);
  const third = ink.drawing;
  assert.equal(new Set([0, first, second, third]).size, 4);
  const numbers = [];
  ink.subscribe(() => numbers.push(ink.drawing));
  for (let i = 0; i < 5; i += 1) ink.undo();
  assert.deepEqual(numbers, [second, 0, first, first, 0]);
  for (let i = 0; i < 5; i += 1) ink.redo();
  assert.deepEqual(numbers.slice(5), [first, first, 0, second, third]);
  ink.erase(0);
  assert.equal(ink.drawing, 0);
  ink.undo();
  assert.equal(ink.drawing, third);
});

test("a stroke that is abandoned on an empty pad leaves no drawing", () => {
  const ink = new Ink();
  ink.begin({ x: 1, y: 1, time_ms: 0, pressure: null });
  const first = ink.drawing;
  ink.undo();
  assert.equal(ink.drawing, 0);
  ink.begin({ x: 1, y: 1, time_ms: 0, pressure: null });
  assert.notEqual(ink.drawing, first);
});
