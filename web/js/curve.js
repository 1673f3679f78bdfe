// A stroke point bends the line here: the midpoints between points are joined by curves that the points pull on.
//
// Geometry only; the pen may be a canvas path or anything else that can move, draw a line and draw a curve.

/**
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {{moveTo(x: number, y: number): void, lineTo(x: number, y: number): void,
 *   quadraticCurveTo(cx: number, cy: number, x: number, y: number): void}} Pen
 */

/**
 * Draws the part of a stroke that later points can no longer change, which ends halfway between its last two points.
 * @param {Pen} pen
 * @param {Stroke} stroke
 * @param {number} settled what the last call for this stroke returned, or 0
 * @returns {number} how much is settled now
 */
export function traceSettled(pen, stroke, settled) {
  const last = stroke.x.length - 1;
  if (last < 1 || settled >= last) return settled;
  if (settled === 0) {
    pen.moveTo(at(stroke.x, 0), at(stroke.y, 0));
    pen.lineTo(middle(stroke.x, 0), middle(stroke.y, 0));
    settled = 1;
  } else {
    pen.moveTo(middle(stroke.x, settled - 1), middle(stroke.y, settled - 1));
  }
  for (let i = settled; i < last; i += 1) {
    pen.quadraticCurveTo(at(stroke.x, i), at(stroke.y, i), middle(stroke.x, i), middle(stroke.y, i));
  }
  return last;
}

/** Draws the rest: from the settled part to the newest point, or the dot of a lone point. @param {Pen} pen @param {Stroke} stroke */
export function traceTail(pen, stroke) {
  const last = stroke.x.length - 1;
  if (last < 0) return;
  const from = Math.max(last - 1, 0);
  pen.moveTo(middle(stroke.x, from), middle(stroke.y, from));
  // A canvas may leave out a line of no length, round caps and all; a lone point needs this thousandth to show.
  pen.lineTo(at(stroke.x, last) + (last === 0 ? 0.001 : 0), at(stroke.y, last));
}

/**
 * The topmost stroke with a part within `radius` of a place.
 * @param {readonly Stroke[]} strokes
 * @param {number} x
 * @param {number} y
 * @param {number} radius in canvas units
 * @returns {Stroke | undefined}
 */
export function strokeAt(strokes, x, y, radius) {
  return [...strokes].reverse().find((stroke) =>
    stroke.x.some((_, i) => distanceToSegment(stroke, Math.max(i - 1, 0), i, x, y) <= radius));
}

/** @param {Stroke} stroke @param {number} i @param {number} j @param {number} x @param {number} y */
function distanceToSegment(stroke, i, j, x, y) {
  const [ax, ay] = [at(stroke.x, i), at(stroke.y, i)];
  const [dx, dy] = [at(stroke.x, j) - ax, at(stroke.y, j) - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length2;
  const nearest = Math.min(Math.max(along, 0), 1);
  return Math.hypot(ax + nearest * dx - x, ay + nearest * dy - y);
}

/** Halfway between value `i` and the next; the value itself if it is the last. @param {number[]} values @param {number} i */
function middle(values, i) {
  return (at(values, i) + (values[i + 1] ?? at(values, i))) / 2;
}

/** @param {number[]} values @param {number} i @returns {number} */
function at(values, i) {
  return /** @type {number} */ (values[i]);
}
