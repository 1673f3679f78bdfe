// The guide's digits are written as taught: path data that a browser can draw, inside the box.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DIGIT_STROKES } from "../../web/element/guide.js";

const CANVAS = 400;
const GHOST = 26; // How wide a stroke is drawn, canvas units.
const ARGUMENTS = { M: 2, L: 2, H: 1, V: 1, C: 6 };
const STROKE_COUNTS = { 4: 2, 5: 2 };

/** The commands of path data, each with its numbers. */
function commands(stroke) {
  return [...stroke.matchAll(/([A-Z])([^A-Z]*)/g)].map(([, command, rest]) => [
    command,
    ...(rest.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number),
  ]);
}

/** One coordinate of a cubic Bézier curve, of those of its four points. */
function bezier(part, [from, first, second, to]) {
  const rest = 1 - part;
  const controls = first * rest + second * part;
  return from * rest ** 3 + 3 * controls * rest * part + to * part ** 3;
}

/** Places along a stroke. */
function placesOf(stroke) {
  let [x, y] = [0, 0];
  return commands(stroke).flatMap(([command, ...numbers]) => {
    const places = [];
    const groups = ARGUMENTS[command];
    for (let i = 0; i < numbers.length; i += groups) {
      const [a, b, c, d, e, f] = numbers.slice(i, i + groups);
      const [x0, y0] = [x, y];
      [x, y] =
        command === "C" ? [e, f] : command === "H" ? [a, y] : command === "V" ? [x, a] : [a, b];
      for (let part = 0.05; part < 1.01; part += 0.05) {
        if (command === "M") places.push([x, y]);
        else if (command === "C")
          places.push([bezier(part, [x0, a, c, e]), bezier(part, [y0, b, d, f])]);
        else places.push([x0 + (x - x0) * part, y0 + (y - y0) * part]);
      }
    }
    return places;
  });
}

test("there is one for each digit", () => {
  assert.deepEqual(Object.keys(DIGIT_STROKES), [..."0123456789"]);
  for (const [digit, strokes] of Object.entries(DIGIT_STROKES))
    assert.equal(strokes.length, STROKE_COUNTS[digit] ?? 1, digit);
});

for (const [digit, strokes] of Object.entries(DIGIT_STROKES)) {
  test(`${digit}: path data for a browser, inside the canvas, as high as a digit stands`, () => {
    for (const stroke of strokes) {
      assert.match(stroke, /^M[\d ]+([LHVC][\d ]+)+$/);
      for (const [command, ...numbers] of commands(stroke)) {
        assert(
          numbers.length > 0 && numbers.length % ARGUMENTS[command] === 0,
          `${command} with ${numbers.length} numbers`,
        );
      }
    }
    const places = strokes.flatMap(placesOf);
    for (const [x, y] of places)
      assert(Math.min(x, y) > GHOST && Math.max(x, y) < CANVAS - GHOST, `${x}, ${y}`);
    const ys = places.map(([, y]) => y);
    assert(
      Math.abs(Math.min(...ys) - 70) < 12 && Math.abs(Math.max(...ys) - 330) < 12,
      `from ${Math.min(...ys)} to ${Math.max(...ys)}`,
    );
    for (const stroke of strokes)
      assert(placesOf(stroke)[0][1] < 200, "the hand begins above the middle");
  });
}
