// Strokes: lines from pen down to pen up, with rounded and timed points.

/**
 * A size in canvas units.
 * @typedef {{width: number, height: number}} Size
 *
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 *
 * A line from pen down to pen up, in columns of equal length. `t` is whole milliseconds since the
 * drawing began; `p`, pressure from 0 to 1, is there only when a pen measured it; `width`, in
 * canvas units, only when it is not the default pen's. The width is for display alone.
 * @typedef {object} Stroke
 * @property {number} number
 * @property {number[]} x
 * @property {number[]} y
 * @property {number[]} t
 * @property {number[]} [p]
 * @property {number} [width]
 *
 * `time_ms` may count from any moment; `pressure` is from 0 to 1, or null where the device cannot
 * tell.
 * @typedef {{x: number, y: number, time_ms: number, pressure: number | null}} Point
 */

/** The server refuses what is further out. No hand gets there, but a collapsed pad divides by 0. */
export const COORDINATE_LIMIT = 100_000;

const ROUNDING = 100; // Two decimals: a hundredth of a canvas unit is finer than any screen.

/**
 * Appends a point to a stroke, unless it has not moved.
 * @param {Stroke} stroke
 * @param {Point} point
 * @param {number} elapsed_ms since the drawing began
 */
export function appendPoint(stroke, point, elapsed_ms) {
  const x = Math.round(point.x * ROUNDING) / ROUNDING;
  const y = Math.round(point.y * ROUNDING) / ROUNDING;
  const last = stroke.x.length - 1;
  if (stroke.x[last] === x && stroke.y[last] === y) return;
  // Coalesced events may carry coarser or older times than the event before them; time must not
  // run backwards.
  const t = Math.max(Math.round(elapsed_ms), stroke.t[last] ?? 0);
  stroke.x.push(x);
  stroke.y.push(y);
  stroke.t.push(t);
  stroke.p?.push(Math.round((point.pressure ?? 0) * ROUNDING) / ROUNDING);
}

/**
 * The box around strokes; around none it ends before it begins.
 * @param {readonly Stroke[]} strokes
 * @returns {Box}
 */
export function boxOf(strokes) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of strokes) {
    for (const value of x) {
      box.left = Math.min(box.left, value);
      box.right = Math.max(box.right, value);
    }
    for (const value of y) {
      box.top = Math.min(box.top, value);
      box.bottom = Math.max(box.bottom, value);
    }
  }
  return box;
}

/**
 * The size of the canvas around a line: all of its height, and as much free on the right of the ink
 * as on its left.
 * @param {readonly Stroke[]} strokes
 * @param {Size} least
 * @returns {Size}
 */
export function canvasAround(strokes, least) {
  const { left, right } = boxOf(strokes);
  return { width: Math.max(least.width, right + Math.max(left, 0)), height: least.height };
}

/** Whether a point is somewhere: on a canvas that is hidden none is. @param {Point} point */
export function hasPlace({ x, y }) {
  return Math.abs(x) <= COORDINATE_LIMIT && Math.abs(y) <= COORDINATE_LIMIT;
}
