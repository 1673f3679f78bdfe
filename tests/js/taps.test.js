// A dot on a sign's ink asks for its menu; all other strokes are ink.

import assert from "node:assert/strict";
import { test } from "node:test";

import { tappedCharacter } from "../../web/math/taps.js";

const stroke = (points, t = points.map((_, i) => 10 * i)) =>
  ({ number: 0, x: points.map(([x]) => x), y: points.map(([, y]) => y), t });
const BAR = stroke([[100, 200], [300, 200]]);
const ONE = stroke([[200, 50], [200, 150]]);
const CHARACTERS = [{ strokes: [ONE] }, { strokes: [BAR] }];
const tapped = (tap) => tappedCharacter(tap, [BAR, ONE], CHARACTERS);

test("a tap is for the character whose ink it lies on", () => {
  assert.equal(tapped(stroke([[202, 100], [203, 101]])), 0);
  assert.equal(tapped(stroke([[150, 203]])), 1);
});

test("a dot beside ink is ink, as in a decimal number or over an i", () => {
  assert.equal(tapped(stroke([[220, 150]])), -1);
  assert.equal(tapped(stroke([[200, 30]])), -1);
});

test("what is long, or takes long, is ink wherever it lies", () => {
  assert.equal(tapped(stroke([[200, 100], [200, 130]])), -1);
  assert.equal(tapped(stroke([[200, 100], [200, 101]], [0, 900])), -1);
});

test("ink that no answer has read yet is no character", () => {
  assert.equal(tappedCharacter(stroke([[150, 200]]), [BAR], []), -1);
});
