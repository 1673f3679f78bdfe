// Examples: drawings with what they are, from which a service learns a person's hand.
//
// An example is kept on the device and sent anew to each session, so it is small: its ink fills a
// box of whole numbers, and has only the points that its shape needs.

import { boxOf } from "./stroke.js";

/**
 * @typedef {import("./stroke.js").Stroke} Stroke
 * @typedef {{x: readonly number[], y: readonly number[]}} Places the points of a stroke
 *
 * @typedef {{label: string, strokes: readonly Places[]}} Example
 *
 * @typedef {{type: "teach", seq: number, label: string}} TeachMessage
 * @typedef {{type: "examples", seq: number, examples: readonly Example[]}} ExamplesMessage
 * @typedef {{type: "forget", seq: number}} ForgetMessage
 * @typedef {TeachMessage | ExamplesMessage | ForgetMessage} TeachingMessage
 */

/** The longer side of the box; a thousandth is finer than the 28 cells that a network sees. */
export const SIDE = 1_000;
/** With at most nine bytes each, the points of one example make about a kilobyte. */
export const MAX_POINTS = 110;

// In units of the box. What bends less is straight; a tenth of a cell of the network's raster.
const TOLERANCE = 3;
// Steps of the pen as they are between the points of most devices: the service takes a gap for one
// of a worn pen where it is only a few steps long.
const STEP = 30;
// Where there still are too many points, both grow by this.
const COARSER = 1.4;

/**
 * The example of a drawing.
 * @param {string} label what it is
 * @param {readonly Stroke[]} strokes of which one at least has a point
 * @param {number} [maxPoints] of all strokes together
 * @returns {Example}
 */
export function exampleOf(label, strokes, maxPoints = MAX_POINTS) {
  const { left, top, right, bottom } = boxOf(strokes);
  const scale = SIDE / (Math.max(right - left, bottom - top) || SIDE);
  const scaled = strokes.map(({ x, y }) => ({
    x: x.map((value) => (value - left) * scale), y: y.map((value) => (value - top) * scale),
  }));
  const most = Math.min(maxPoints, MAX_POINTS);
  for (let coarseness = 1; ; coarseness *= COARSER) {
    const thinned = scaled.map((stroke) =>
      rounded(subdivided(simplified(stroke, TOLERANCE * coarseness), STEP * coarseness)));
    const count = thinned.reduce((sum, { x }) => sum + x.length, 0);
    // No stroke has less than its two ends, however many there are.
    if (count <= most || coarseness > SIDE) return { label, strokes: thinned };
  }
}

/**
 * Examples with one more, and without the oldest where there would be too many: of the same label
 * first, so that what is taught most does not drive out the rest.
 * @param {readonly Example[]} examples oldest first
 * @param {Example} example
 * @param {number} most how many there may be
 * @returns {Example[]}
 */
export function withExample(examples, example, most) {
  const all = [...examples, example];
  while (all.length > Math.max(most, 1)) {
    const oldest = all.findIndex(({ label }) => label === example.label);
    all.splice(oldest === all.length - 1 ? 0 : oldest, 1);
  }
  return all;
}

/** @param {number} seq @param {string} label @returns {TeachMessage} */
export function teachMessage(seq, label) {
  return { type: "teach", seq, label };
}

/** @param {number} seq @param {readonly Example[]} examples @returns {ExamplesMessage} */
export function examplesMessage(seq, examples) {
  return { type: "examples", seq, examples };
}

/** @param {number} seq @returns {ForgetMessage} */
export function forgetMessage(seq) {
  return { type: "forget", seq };
}

/**
 * Examples in as many parts as messages take.
 * @param {readonly Example[]} examples
 * @param {number} bytes that a message may have
 * @returns {Example[][]}
 */
export function partsOf(examples, bytes) {
  const room = bytes - JSON.stringify(examplesMessage(Number.MAX_SAFE_INTEGER, [])).length;
  /** @type {Example[][]} */
  const parts = [];
  let free = 0;
  for (const example of examples) {
    // A label may have characters of several bytes; a comma stands before the next example.
    const size = new Blob([JSON.stringify(example)]).size + 1;
    if (size > free) {
      parts.push([]);
      free = room;
    }
    parts.at(-1)?.push(example);
    free -= size;
  }
  return parts;
}

/**
 * A stroke without the points that lie near the line between others (Ramer, Douglas and Peucker).
 * @param {Places} stroke
 * @param {number} tolerance
 * @returns {Places}
 */
function simplified({ x, y }, tolerance) {
  const isKept = x.map((_, i) => i === 0 || i === x.length - 1);
  /** @type {[number, number][]} */
  const spans = [[0, x.length - 1]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [first, last] = span;
    let [farthest, most] = [-1, tolerance];
    for (let i = first + 1; i < last; i += 1) {
      const distance = distanceToSegment({ x, y }, i, first, last);
      if (distance > most) [farthest, most] = [i, distance];
    }
    if (farthest === -1) continue;
    isKept[farthest] = true;
    spans.push([first, farthest], [farthest, last]);
  }
  return { x: x.filter((_, i) => isKept[i]), y: y.filter((_, i) => isKept[i]) };
}

/**
 * How far a point is from the segment between two others.
 * @param {Places} places
 * @param {number} point
 * @param {number} start
 * @param {number} end
 */
function distanceToSegment({ x, y }, point, start, end) {
  const at = (/** @type {readonly number[]} */ values, /** @type {number} */ i) => values[i] ?? 0;
  const [dx, dy] = [at(x, end) - at(x, start), at(y, end) - at(y, start)];
  const [px, py] = [at(x, point) - at(x, start), at(y, point) - at(y, start)];
  const share = (px * dx + py * dy) / (dx * dx + dy * dy || 1);
  const along = Math.min(Math.max(share, 0), 1);
  return Math.hypot(px - along * dx, py - along * dy);
}

/** A stroke with more points on its longer segments. @param {Places} stroke @param {number} step */
function subdivided({ x, y }, step) {
  /** @type {{x: number[], y: number[]}} */
  const fine = { x: x.slice(0, 1), y: y.slice(0, 1) };
  for (let i = 1; i < x.length; i += 1) {
    const [x0, y0, x1, y1] = [x[i - 1] ?? 0, y[i - 1] ?? 0, x[i] ?? 0, y[i] ?? 0];
    const parts = Math.max(Math.ceil(Math.hypot(x1 - x0, y1 - y0) / step), 1);
    for (let part = 1; part <= parts; part += 1) {
      fine.x.push(x0 + ((x1 - x0) * part) / parts);
      fine.y.push(y0 + ((y1 - y0) * part) / parts);
    }
  }
  return fine;
}

/** @param {Places} stroke @returns {Places} */
function rounded({ x, y }) {
  return { x: x.map(Math.round), y: y.map(Math.round) };
}
