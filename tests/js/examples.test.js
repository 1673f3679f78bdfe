// Examples of a hand: small, the same in shape, and sent in messages that a service takes.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as examples from "../../web/core/examples.js";
import { expectsAnswer } from "../../web/core/messages.js";

/** A stroke of so many points along a curve, as a fast device reports them. */
function curve(count, at) {
  const places = Array.from({ length: count }, (_, i) => at(i / (count - 1)));
  return {
    number: 0, x: places.map(([x]) => x), y: places.map(([, y]) => y),
    t: places.map((_, i) => 8 * i),
  };
}

const line = (x0, y0, x1, y1) => (share) => [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share];
const circle = (share) =>
  [200 + 120 * Math.cos(2 * Math.PI * share), 180 + 150 * Math.sin(2 * Math.PI * share)];
const pointsOf = ({ strokes }) => strokes.reduce((sum, { x }) => sum + x.length, 0);
const bytesOf = (value) => JSON.stringify(value).length;
const example = (label, place = 0) => ({ label, strokes: [{ x: [0, place], y: [0, 1000] }] });

/** The distance of a place from the polygon through the points of a stroke. */
function distance([px, py], { x, y }) {
  const distances = x.slice(1).map((_, i) => {
    const [dx, dy] = [x[i + 1] - x[i], y[i + 1] - y[i]];
    const share = ((px - x[i]) * dx + (py - y[i]) * dy) / (dx * dx + dy * dy || 1);
    const along = Math.min(Math.max(share, 0), 1);
    return Math.hypot(px - x[i] - along * dx, py - y[i] - along * dy);
  });
  return Math.min(...distances);
}

test("the ink of an example fills a box of whole numbers, undistorted", () => {
  const { label, strokes } = examples.exampleOf("0", [curve(300, circle)]);
  const [{ x, y }] = strokes;
  assert.equal(label, "0");
  assert(x.concat(y).every(Number.isInteger));
  assert.deepEqual([Math.min(...x), Math.min(...y), Math.max(...y)], [0, 0, examples.SIDE]);
  assert(Math.abs(Math.max(...x) - 800) <= 2, "240 by 300 units stay in proportion");
  assert.deepEqual(Object.keys(strokes[0]), ["x", "y"]);
});

test("a drawing of many points becomes about a kilobyte of the same shape", () => {
  const stroke = curve(2_000, circle);
  const small = examples.exampleOf("0", [stroke]);
  assert(pointsOf(small) <= examples.MAX_POINTS, pointsOf(small));
  assert(bytesOf(small) <= 1_100, bytesOf(small));
  for (let i = 0; i < 2_000; i += 7) {
    const place = [((stroke.x[i] - 80) / 300) * 1000, ((stroke.y[i] - 30) / 300) * 1000];
    assert(distance(place, small.strokes[0]) < 8, `${place} is off the line`);
  }
});

test("the longest of scribbles is cut down to what fits", () => {
  const scribble = curve(5_000, (share) =>
    [200 + 190 * Math.sin(211 * share), 200 + 190 * Math.sin(173 * share)]);
  assert(pointsOf(examples.exampleOf("8", [scribble])) <= examples.MAX_POINTS);
  assert(pointsOf(examples.exampleOf("8", [scribble], 40)) <= 40);
});

test("straight strokes have steps as a pen makes them: a gap between two stays a gap", () => {
  const { strokes: [{ x, y }] } = examples.exampleOf("1", [curve(2, line(100, 100, 100, 300))]);
  assert.deepEqual([x.at(0), y.at(0), x.at(-1), y.at(-1)], [0, 0, 0, 1000]);
  assert(y.slice(1).every((value, i) => value - y[i] > 0 && value - y[i] <= 31), y);
});

test("a dot is an example, too", () => {
  const dot = { number: 0, x: [42.5], y: [7], t: [0] };
  assert.deepEqual(examples.exampleOf("1", [dot]), {
    label: "1", strokes: [{ x: [0], y: [0] }],
  });
});

test("where there is no room the oldest of the same label gives way, else the oldest", () => {
  const known = [example("1", 1), example("4", 2), example("4", 3), example("9", 4)];
  const labels = (all) => all.map(({ label, strokes: [{ x }] }) => label + x[1]);
  assert.deepEqual(labels(examples.withExample(known, example("4", 5), 5)),
    ["11", "42", "43", "94", "45"]);
  assert.deepEqual(labels(examples.withExample(known, example("4", 5), 4)),
    ["11", "43", "94", "45"]);
  assert.deepEqual(labels(examples.withExample(known, example("7", 5), 4)),
    ["42", "43", "94", "75"]);
  assert.deepEqual(labels(examples.withExample(known, example("4", 5), 1)), ["45"]);
});

test("messages of teaching have the fields of the protocol, and expect an answer", () => {
  const all = [
    [examples.teachMessage(3, "4"), { type: "teach", seq: 3, label: "4" }],
    [examples.forgetMessage(4), { type: "forget", seq: 4 }],
    [examples.examplesMessage(5, [example("4")]),
      { type: "examples", seq: 5, examples: [example("4")] }],
  ];
  for (const [message, expected] of all) {
    assert.deepEqual(message, expected);
    assert.equal(expectsAnswer(message), true);
  }
});

test("examples go into as few messages as there have to be, and none is too long", () => {
  const many = Array.from({ length: 200 }, (_, i) => ({
    label: i % 2 ? "七" : "7", strokes: examples.exampleOf("7", [curve(90, circle)]).strokes,
  }));
  const parts = examples.partsOf(many, 16_384);
  assert.deepEqual(parts.flat(), many);
  const sizes = parts.map((part) =>
    new Blob([JSON.stringify(examples.examplesMessage(2 ** 53 - 1, part))]).size);
  assert(Math.max(...sizes) <= 16_384, sizes);
  assert(parts.length <= Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 14_000));
  assert.equal(examples.partsOf(many, 1_000_000).length, 1);
  assert.deepEqual(examples.partsOf([], 16_384), []);
});
