// Drawings as the service takes them: columns of coordinates on a canvas, and whole milliseconds.
//
// A page draws on a canvas that nobody knows. What is large and what is a dot on it the strokes
// themselves have to say: their usual size becomes that of letters on the element's canvas.

import { COORDINATE_LIMIT } from "../core/stroke.js";

/**
 * @typedef {import("../core/stroke.js").Stroke} Stroke
 * @typedef {readonly HandwritingPoint[]} Points
 */

const ROUNDING = 100; // As of what is drawn on a pad: a hundredth of a canvas unit.
/** A usual stroke of who writes on the element's canvas, in its units. */
const STROKE_SIZE = 100;
/** A fiftieth of that canvas, which the service takes for a dot; in px a tap is no larger. */
const DOT_SIZE = 8;

/**
 * The strokes that have points, numbered by their places in the drawing.
 * @param {readonly Points[]} drawing in px, of which `t` may be missing or count from any moment
 * @returns {Stroke[]}
 */
export function wireStrokes(drawing) {
  const points = drawing.flat();
  const left = least(points.map(({ x }) => x));
  const top = least(points.map(({ y }) => y));
  const began = least(points.map(({ t = Infinity }) => t));
  const scale = Math.min(scaleOf(drawing), COORDINATE_LIMIT / sizeOf(points));
  const round = (/** @type {number} */ value) => Math.round(value * scale * ROUNDING) / ROUNDING;
  let now = 0;
  return drawing.map((stroke, number) => ({
    number,
    x: stroke.map(({ x }) => round(x - left)),
    y: stroke.map(({ y }) => round(y - top)),
    t: stroke.map(({ t }) => (now = t === undefined ? now : milliseconds(t - began))),
  })).filter(({ x }) => x.length > 0);
}

/** Canvas units a px; taps alone stay what they are. @param {readonly Points[]} drawing */
function scaleOf(drawing) {
  const sizes = drawing.map(sizeOf).filter((size) => size > DOT_SIZE).sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)];
  return median === undefined ? 1 : STROKE_SIZE / median;
}

/** The longer side of the box around points. @param {Points} points */
function sizeOf(points) {
  const [x, y] = [points.map((point) => point.x), points.map((point) => point.y)];
  return Math.max(0, greatest(x) - least(x), greatest(y) - least(y));
}

// A drawing may have more points than a function can have arguments.
/** @param {readonly number[]} values */
function least(values) { return values.reduce((a, b) => Math.min(a, b), Infinity); }
/** @param {readonly number[]} values */
function greatest(values) { return values.reduce((a, b) => Math.max(a, b), -Infinity); }

/** @param {number} elapsed */
function milliseconds(elapsed) {
  return Math.min(Math.round(elapsed), Number.MAX_SAFE_INTEGER);
}
