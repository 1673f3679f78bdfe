// Outlines can always be filled, and are as wide as times and pressures say, on any device.

import assert from "node:assert/strict";
import { test } from "node:test";

import { outlinesOf, pathOf, PEN_WIDTH, strokeAt, weightsOf } from "../../web/core/outline.js";

/** A stroke through these places, this many milliseconds from one to the next. */
function stroke(places, step_ms = 10, more = {}) {
  return {
    number: 0,
    x: places.map(([x]) => x),
    y: places.map(([, y]) => y),
    t: places.map((_, i) => Math.round(i * step_ms)),
    ...more,
  };
}

/** A line of this length at a speed, in canvas units a millisecond, sampled every `step_ms`. */
function run(length, speed, step_ms, more) {
  const count = Math.floor(length / (speed * step_ms)) + 1;
  return stroke(
    Array.from({ length: count }, (_, i) => [20 + i * speed * step_ms, 200]),
    step_ms,
    more,
  );
}

const outlines = (drawn) => outlinesOf(drawn, weightsOf(drawn), 0, drawn.x.length);
const column = (drawn, value) => drawn.x.map(() => value);

/** How wide a level line is at `x`: between the outline's upper and lower side. */
function widthAt(drawn, x) {
  const near = outlines(drawn).flat().filter(([px]) => Math.abs(px - x) < 8).map(([, y]) => y);
  return Math.max(...near) - Math.min(...near);
}

function areaOf(polygon) {
  return Math.abs(polygon.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length];
    return sum + x * nextY - y * nextX;
  }, 0)) / 2;
}

const EDGES = {
  "one point": stroke([[10, 10]]),
  "two equal points": stroke([[10, 10], [10, 10]]),
  "many equal points at one time": stroke(Array(50).fill([10, 10]), 0),
  "a line back on itself": stroke([[10, 10], [100, 10], [10, 10], [100, 10], [55, 10]]),
  "off the canvas": stroke([[-5000, -70], [-4900, 9000]]),
  "at the ends of the range": stroke([[-100_000, -100_000], [100_000, 100_000]]),
  "a hair's breadth": stroke([[0.01, 0.01], [0.02, 0.02]]),
  "no pressure at all": stroke([[10, 10], [90, 90]], 10, { p: [0, 0] }),
  "10,000 points": stroke(Array.from({ length: 10_000 }, (_, i) => [(i % 173) * 2, (i % 211) * 2])),
};

for (const [name, drawn] of Object.entries(EDGES)) {
  test(`${name}: weights within 0 and 1, and an outline that can be filled`, () => {
    const weights = weightsOf(drawn);
    assert.equal(weights.length, drawn.x.length);
    assert(weights.every((weight) => weight >= 0 && weight <= 1));
    assert.match(pathOf(drawn), /^(M[-\d. ]+Q[-\d. e]+Z)+$/);
    assert(
      outlines(drawn).every(
        (polygon) => polygon.length > 2 && polygon.flat().every(Number.isFinite),
      ),
    );
    // Nowhere is there ink further from the stroke than the pen is wide.
    const reach = PEN_WIDTH * 1.5;
    const [left, right] = [Math.min(...drawn.x) - reach, Math.max(...drawn.x) + reach];
    assert(outlines(drawn).flat().every(([x]) => x >= left && x <= right));
  });
}

test("no points, no path", () => {
  assert.equal(pathOf(stroke([])), "");
});

test("a hand that hurries leaves a thinner line than one that rests", () => {
  const widths = [0.1, 0.7, 2].map((speed) => widthAt(run(300, speed, 8), 200));
  assert(widths[0] > widths[1] + 1 && widths[1] > widths[2] + 1, String(widths));
});

test("a pen that presses leaves a wider line, and is believed more than its speed", () => {
  const pressed = (p, speed = 0.7) =>
    widthAt(run(300, speed, 8, { p: column(run(300, speed, 8), p) }), 200);
  assert(pressed(1) > pressed(0.5) + 2 && pressed(0.5) > pressed(0.1) + 2);
  assert(pressed(0.9, 2) > pressed(0.4, 0.1), "hard and fast, light and slow");
});

test("a wider pen leaves a wider line", () => {
  const [thin, thick] = [6, 30].map((width) => widthAt(run(300, 0.7, 8, { width }), 200));
  assert(thick > 3 * thin, `${thick} and ${thin}`);
});

test("the width of a line does not depend on how often a device reports it", () => {
  const [phone, mouse, pen] = [16.5, 8, 4].map((step_ms) => widthAt(run(300, 0.7, step_ms), 200));
  assert(Math.abs(phone - pen) < 0.5 && Math.abs(mouse - pen) < 0.5, `${phone}, ${mouse}, ${pen}`);
});

test("weights never change where a line has been drawn, and are completed as it grows", () => {
  const drawn = stroke(
    Array.from({ length: 300 }, (_, i) => [
      200 + 90 * Math.sin(i / 20),
      200 + 90 * Math.cos(i / 13),
    ]),
    7,
  );
  const whole = weightsOf(drawn);
  const growing = [];
  for (let count = 1; count <= drawn.x.length; count += 1) {
    const prefix = {
      ...drawn,
      x: drawn.x.slice(0, count),
      y: drawn.y.slice(0, count),
      t: drawn.t.slice(0, count),
    };
    assert.equal(weightsOf(prefix, growing), growing);
    assert.equal(growing.at(-1), whole[count - 1]);
  }
  assert.deepEqual(growing, whole);
});

test("sharp corners end one line and begin another; bends do not", () => {
  const along = (from, to) =>
    Array.from({ length: 20 }, (_, i) => [
      from[0] + ((to[0] - from[0]) * i) / 20,
      from[1] + ((to[1] - from[1]) * i) / 20,
    ]);
  const seven = stroke([
    ...along([100, 100], [300, 100]),
    ...along([300, 100], [200, 350]),
    [200, 350],
  ]);
  assert.equal(outlines(seven).length, 2);
  const zigzag = stroke([
    ...along([50, 50], [350, 60]),
    ...along([350, 60], [50, 120]),
    ...along([50, 120], [350, 180]),
    [350, 180],
  ]);
  assert.equal(outlines(zigzag).length, 3);
  const ring = stroke(
    Array.from({ length: 80 }, (_, i) => [
      200 + 100 * Math.sin(i / 12.7),
      200 - 100 * Math.cos(i / 12.7),
    ]),
  );
  assert.equal(outlines(ring).length, 1);
});

test("both sides of a corner reach its tip", () => {
  const turned = stroke([[100, 100], [150, 100], [200, 100], [160, 140], [120, 180]]);
  for (const polygon of outlines(turned)) {
    assert(
      polygon.some(([x, y]) => Math.hypot(x - 200, y - 100) < PEN_WIDTH),
      "a notch at the corner",
    );
  }
});

test("a dot is round, and about as large as the pen", () => {
  const [polygon] = outlines(stroke([[200, 200]]));
  const radii = polygon.map(([x, y]) => Math.hypot(x - 200, y - 200));
  const radius = radii.reduce((sum, each) => sum + each, 0) / radii.length;
  assert(
    Math.max(...radii) - Math.min(...radii) < 0.15 * radius,
    `from ${Math.min(...radii)} to ${Math.max(...radii)}`,
  );
  assert(radius > PEN_WIDTH / 4 && radius < PEN_WIDTH, `radius ${radius}`);
  assert(Math.abs(areaOf(polygon) - Math.PI * radius ** 2) < 0.1 * Math.PI * radius ** 2);
});

test("a part of a stroke lies where the whole does", () => {
  const drawn = run(300, 0.7, 8);
  const weights = weightsOf(drawn);
  const part = outlinesOf(drawn, weights, 10, 30).flat();
  assert(part.every(([x]) => x > drawn.x[10] - PEN_WIDTH && x < drawn.x[29] + PEN_WIDTH));
  const middle = (drawn.x[10] + drawn.x[29]) / 2;
  const ys = part.filter(([x]) => Math.abs(x - middle) < 8).map(([, y]) => y);
  assert(Math.abs(Math.max(...ys) - Math.min(...ys) - widthAt(drawn, middle)) < 0.5);
});

test("ten thousand points are outlined in less than a glance", () => {
  // The processor's time, not the clock's, which runs on while others are served.
  const before = process.cpuUsage();
  pathOf(EDGES["10,000 points"]);
  assert(process.cpuUsage(before).user < 1_000_000, "microseconds");
});

test("the topmost stroke within reach of a place is found, between its points too", () => {
  const strokes = [
    stroke([
      [0, 100],
      [400, 100],
    ]),
    stroke([
      [200, 0],
      [200, 400],
    ]),
    stroke([[50, 300]]),
  ];
  assert.equal(strokeAt(strokes, 100, 105, 6), strokes[0]);
  assert.equal(strokeAt(strokes, 200, 100, 6), strokes[1], "where they cross");
  assert.equal(strokeAt(strokes, 53, 304, 5), strokes[2], "a dot");
  assert.equal(strokeAt(strokes, 100, 107, 6), undefined);
  assert.equal(strokeAt(strokes, 408, 100, 6), undefined, "beyond its end");
  assert.equal(strokeAt([], 0, 0, 1_000), undefined);
});
