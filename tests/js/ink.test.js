// Ink follows its table, reports every change once, and never lets time run backwards.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ink } from "../../web/core/ink.js";

const at = (x, time_ms = x, pressure = null) => ({ x, y: 2 * x, time_ms, pressure });

/** Draws a line of two points. */
function line(ink, x, time_ms = x) {
  ink.begin(at(x, time_ms));
  ink.extend([at(x + 5, time_ms + 5)]);
  ink.end();
}

/** An ink with these lines, and what it tells from now on. */
function inkOf(...lines) {
  const ink = new Ink();
  for (const x of lines) line(ink, x);
  const told = [];
  ink.subscribe((change) => told.push(change.kind));
  return { ink, told };
}

/** Where its finished strokes begin. */
const starts = (ink) => ink.strokes.map((stroke) => stroke.x[0]);
const bare = (x) => ({ number: 9, x: [x], y: [0], t: [0] });

test("no stroke is open: begin opens one, and the others do what the table says", () => {
  const { ink, told } = inkOf();
  ink.end();
  ink.extend([at(1)]);
  ink.undo();
  ink.redo();
  ink.clear();
  ink.erase(0);
  assert.deepEqual(told, [], "there is nothing to be done");
  ink.begin(at(1));
  assert.deepEqual(told, ["begin", "points"]);
  assert.equal(ink.open.number, 0);
  ink.end();
  ink.erase(7);
  assert.deepEqual(told, ["begin", "points", "end"], "an edit only if it is there");
  assert.deepEqual([ink.canUndo, ink.canRedo, ink.isEmpty, ink.open], [true, false, false, null]);
});

test("a stroke is open: another does not begin, and redo waits", () => {
  const { ink, told } = inkOf(10, 20);
  ink.undo();
  ink.begin(at(30));
  told.length = 0;
  ink.begin(at(40));
  ink.redo();
  assert.deepEqual(told, []);
  assert.deepEqual([starts(ink), ink.open.x, ink.canRedo], [[10], [30], false]);
});

test("undo of the open stroke abandons it, and leaves no trace in the history", () => {
  const { ink, told } = inkOf(10, 20);
  ink.undo();
  ink.begin(at(30));
  told.length = 0;
  ink.undo();
  assert.deepEqual(told, ["abandon"]);
  assert.deepEqual([starts(ink), ink.open], [[10], null]);
  ink.redo();
  assert.deepEqual(starts(ink), [10, 20], "what could be redone before still can");
});

test("clear, replace and erase abandon the open stroke first", () => {
  for (const edit of [(ink) => ink.clear(), (ink) => ink.replace([bare(70)])]) {
    const { ink, told } = inkOf(10);
    ink.begin(at(30));
    told.length = 0;
    edit(ink);
    assert.equal(told.length, 2);
    assert.equal(told[0], "abandon");
    ink.undo();
    assert.deepEqual(starts(ink), [10], "without the stroke that was abandoned");
  }
  const { ink, told } = inkOf(10);
  ink.begin(at(30));
  told.length = 0;
  ink.erase(ink.open.number);
  assert.deepEqual(told, ["abandon"]);
  ink.begin(at(40));
  ink.erase(0);
  assert.deepEqual(
    [starts(ink), ink.open.x],
    [[], [40]],
    "a finished stroke goes while another is drawn",
  );
});

test("each edit is undone and redone, across a replace as well", () => {
  const { ink } = inkOf(10, 20, 30);
  ink.erase(1);
  ink.replace([bare(70), bare(80)]);
  line(ink, 90);
  ink.clear();
  const states = [[70, 80, 90], [70, 80], [10, 30], [10, 20, 30], [10, 20], [10], []];
  for (const state of states) {
    ink.undo();
    assert.deepEqual(starts(ink), state);
  }
  assert.equal(ink.canUndo, false);
  for (const state of [...states.slice(0, -1).reverse(), []]) {
    ink.redo();
    assert.deepEqual(starts(ink), state);
  }
  assert.equal(ink.canRedo, false);
});

test("a new edit forgets what could be redone", () => {
  const { ink } = inkOf(10, 20);
  ink.undo();
  line(ink, 30);
  ink.redo();
  assert.deepEqual(starts(ink), [10, 30]);
});

test("a replaced ink is numbered anew, and time goes on after its last point", () => {
  const { ink } = inkOf(10);
  ink.replace([{ ...bare(70), t: [4000] }, { ...bare(80), t: [900] }]);
  assert.deepEqual(ink.strokes.map((stroke) => stroke.number), [0, 1]);
  line(ink, 1, 50_000);
  const { number, t } = ink.strokes[2];
  assert.equal(number, 2);
  assert(t[0] > 4000 && t[0] < 6000, `it goes on at ${t[0]} ms`);
  assert.equal(t[1] - t[0], 5);
  ink.replace([]);
  line(ink, 1, 90_000);
  assert.deepEqual(ink.strokes[0].t, [0, 5], "of nothing time begins anew");
});

test("time begins with the first point of all, and never runs backwards", () => {
  const ink = new Ink();
  ink.begin(at(1, 1000.4));
  ink.extend([at(2, 1016.9), at(3, 1010), at(4, 1020)]);
  ink.end();
  line(ink, 5, 1500);
  assert.deepEqual(ink.strokes.map((stroke) => stroke.t), [[0, 17, 17, 20], [500, 505]]);
});

test("points are rounded, and one that does not move is left out", () => {
  const { ink, told } = inkOf();
  ink.begin({ x: 1.004, y: 2.006, time_ms: 0, pressure: 0.123 });
  told.length = 0;
  ink.extend([{ x: 1.0049, y: 2.0061, time_ms: 9, pressure: 0.9 }]);
  assert.deepEqual(told, [], "nobody is told of no change");
  ink.extend([{ x: 1.005, y: 2.02, time_ms: 10, pressure: null }]);
  assert.deepEqual([ink.open.x, ink.open.y, ink.open.p], [[1, 1], [2.01, 2.02], [0.12, 0]]);
});

test("pressure is there if the first point has one, and a width if it is not the default", () => {
  const ink = new Ink();
  ink.begin(at(1, 0, null));
  ink.extend([at(2, 1, 0.5)]);
  ink.end();
  ink.begin(at(3, 5, 0.5), 22);
  ink.end();
  assert.deepEqual(
    ink.strokes.map(({ p, width }) => [p, width]),
    [
      [undefined, undefined],
      [[0.5], 22],
    ],
  );
});

test("who has unsubscribed is told no more, and the others still are", () => {
  const ink = new Ink();
  const told = [];
  const ending = new AbortController();
  ink.subscribe(() => told.push("first"));
  ink.subscribe(() => told.push("leaver"), ending.signal);
  ink.subscribe(() => told.push("last"));
  ink.begin(at(1));
  told.length = 0;
  ending.abort();
  ink.end();
  assert.deepEqual(told, ["first", "last"]);
});

test("the revision grows with every change but points under way", () => {
  const { ink } = inkOf(10);
  ink.begin(at(30));
  const { revision } = ink;
  ink.extend([at(31), at(32)]);
  assert.equal(ink.revision, revision);
  ink.end();
  assert.equal(ink.revision, revision + 1);
});

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
