// A zigzag over ink scratches it out, and nothing that is written does.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { scratchedBy } from "../../web/core/scratch.js";
import { readSession, strokesOf } from "../../web/core/session-file.js";

const RECORDINGS = new URL("../recordings/", import.meta.url);

const stroke = (number, ...places) => ({
  number, x: places.map(([x]) => x), y: places.map(([, y]) => y), t: places.map(() => 0),
});

/** A zigzag of so many legs across a box. */
function zigzag(legs, { left = 100, top = 100, width = 120, height = 80, isUpright = false } = {}) {
  const places = Array.from({ length: legs + 1 }, (_, i) => {
    const [across, along] = [i % 2, i / legs];
    return isUpright
      ? [left + along * width, top + across * height]
      : [left + across * width, top + along * height];
  });
  return stroke(9, ...places);
}

/** The same on its side: turned about its middle. */
function turned({ number, x, y, t }, angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const place = (i) => [x[i] - 160, y[i] - 140];
  return {
    number, t,
    x: t.map((_, i) => 160 + place(i)[0] * cos - place(i)[1] * sin),
    y: t.map((_, i) => 140 + place(i)[0] * sin + place(i)[1] * cos),
  };
}

const under = stroke(0, [160, 110], [160, 170]);
const beside = stroke(1, [300, 100], [300, 180]);
const across = stroke(2, [150, 140], [600, 140]);

test("a zigzag of five legs and more takes what is under most of it", () => {
  for (let legs = 5; legs <= 14; legs += 1) {
    for (const isUpright of [false, true]) {
      for (const angle of [0, 0.4, 0.8, 1.2, 2.5]) {
        const drawn = turned(zigzag(legs, { isUpright }), angle);
        assert.deepEqual(
          scratchedBy(drawn, [under, beside, across]),
          [under],
          `${legs} legs, turned by ${angle}`,
        );
      }
    }
  }
});

test("fewer legs, a spiral or a wave take nothing", () => {
  for (let legs = 1; legs <= 4; legs += 1) {
    assert.deepEqual(scratchedBy(zigzag(legs), [under]), [], `${legs} legs`);
  }
  const turns = Array.from({ length: 120 }, (_, i) => i / 6);
  const spiral = stroke(
    9, ...turns.map((a) => [160 + 3 * a * Math.cos(a), 140 + 3 * a * Math.sin(a)]));
  const wave = stroke(9, ...turns.map((a) => [60 + 16 * a, 140 + 30 * Math.sin(a)]));
  assert.deepEqual([spiral, wave].flatMap((drawn) => scratchedBy(drawn, [under])), []);
});

test("a zigzag beside all ink is ink", () => {
  assert.deepEqual(scratchedBy(zigzag(7), [beside, stroke(3, [90, 20], [90, 300])]), []);
  assert.deepEqual(scratchedBy(zigzag(7), []), []);
});

test("points that say nothing are no zigzag", () => {
  for (const odd of [stroke(9, [5, 5]), stroke(9, [5, 5], [5, 5]), stroke(9)]) {
    assert.deepEqual(scratchedBy(odd, [odd, under]), []);
  }
});

test("no stroke of a recorded digit or line would scratch out what is under all of it", () => {
  const names = readdirSync(RECORDINGS).filter((name) => !/scribble/.test(name));
  assert(names.length > 60);
  for (const name of names) {
    const text = readFileSync(new URL(name, RECORDINGS), "utf8");
    for (const drawn of strokesOf(readSession(text))) {
      assert.deepEqual(scratchedBy(drawn, [drawn]), [], name);
    }
  }
});
