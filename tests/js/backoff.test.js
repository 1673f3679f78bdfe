// Tests of the waits before a connection is tried again: they grow, and no two clients' are alike.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff } from "../../web/element/backoff.js";

const CLIENTS = 2_000;
/** The first waits of many clients, sorted. @param {(backoff: Backoff) => number} wait */
const waits = (wait) =>
  Array.from({ length: CLIENTS }, () => wait(new Backoff())).sort((a, b) => a - b);

/** @param {number[]} sorted @param {number} least @param {number} most */
function assertSpread(sorted, least, most) {
  assert.ok(sorted[0] >= least && sorted.at(-1) <= most, `${sorted[0]} to ${sorted.at(-1)}`);
  // Evenly: of ten parts of the range none has twice its share.
  const parts = Array.from({ length: 10 }, () => 0);
  for (const wait of sorted) parts[Math.floor((10 * (wait - least)) / (most - least))] += 1;
  for (const part of parts) assert.ok(part < CLIENTS / 5 && part > CLIENTS / 20, `${parts}`);
}

test("clients that lose their connection at once come back one after the other", () => {
  assertSpread(waits((backoff) => backoff.next_ms(null, false)), 125, 250);
  assertSpread(waits((backoff) => backoff.next_ms(null, true)), 125, 250);
});

test("a wait that the server asks for is spread too, and never shorter", () => {
  assertSpread(waits((backoff) => backoff.next_ms(5_000, false)), 5_000, 6_250);
});

test("waits double until they are 15 seconds, and start anew after a reset", () => {
  const backoff = new Backoff();
  const most = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];
  for (const wait of most) {
    const next = backoff.next_ms(null, false);
    assert.ok(next >= wait / 2 && next <= wait, `${next} of ${wait}`);
  }
  backoff.reset();
  assert.ok(backoff.next_ms(null, false) <= 250);
});
