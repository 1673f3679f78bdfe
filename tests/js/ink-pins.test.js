// Pins of an ink, and edits of several strokes at once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ink } from "../../web/core/ink.js";

/** An ink with a line at each of these places, and what it tells from now on. */
function inkOf(...places) {
  const ink = new Ink();
  for (const x of places) {
    ink.begin({ x, y: x, time_ms: x, pressure: null });
    ink.end();
  }
  const told = [];
  ink.subscribe((change) => told.push(change.kind));
  return { ink, told };
}

/** Where its finished strokes begin. */
const starts = (ink) => ink.strokes.map((stroke) => stroke.x[0]);
const bare = (x) => ({ number: 9, x: [x], y: [0], t: [0] });

test("several strokes are erased as one edit, of which the server makes as many", () => {
  const { ink, told } = inkOf(10, 20, 30);
  const steps = [];
  ink.subscribe((change) => steps.push(change.steps));
  ink.erase(0, 2, 7);
  assert.deepEqual([starts(ink), told], [[20], ["erase"]]);
  ink.undo();
  ink.redo();
  ink.undo();
  assert.deepEqual([starts(ink), steps], [[10, 20, 30], [undefined, 2, 2, 2]]);
});

/** The labels that have been pinned, with where their strokes begin. */
const pinned = (ink) => ink.pins.map(({ label, strokes }) => [label, strokes.map(({ x }) => x[0])]);

test("a pin is an edit, and one of its strokes has no other", () => {
  const { ink, told } = inkOf(10, 20, 30);
  ink.pin([0, 1], "7");
  assert.deepEqual(pinned(ink), [["7", [10, 20]]]);
  ink.pin([2], "1");
  ink.pin([1], "4");
  assert.deepEqual(pinned(ink), [["1", [30]], ["4", [20]]]);
  ink.undo();
  assert.deepEqual(pinned(ink), [["7", [10, 20]], ["1", [30]]]);
  ink.pin([0, 1], null);
  assert.deepEqual(pinned(ink), [["1", [30]]]);
  told.length = 0;
  ink.pin([0], null);
  ink.pin([2], "1");
  ink.pin([9], "1");
  assert.deepEqual(told, [], "what changes nothing is no edit");
});

test("a pin goes with its strokes, and comes back with them", () => {
  for (const edit of [(ink) => ink.erase(1), (ink) => ink.clear(), (ink) => ink.replace([])]) {
    const { ink } = inkOf(10, 20);
    ink.pin([0, 1], "7");
    edit(ink);
    assert.deepEqual(pinned(ink), []);
    ink.undo();
    assert.deepEqual(pinned(ink), [["7", [10, 20]]]);
  }
  const { ink } = inkOf(10);
  const other = bare(70);
  ink.replace([other], [{ strokes: [other], label: "1" }]);
  assert.deepEqual(pinned(ink), [["1", [70]]]);
});
