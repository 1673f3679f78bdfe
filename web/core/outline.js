// Outlines of strokes: a pen that leaves more ink the slower it moves and the harder it presses.
//
// Geometry only. The outline itself is perfect-freehand's; how wide the line is at each point comes
// from the points' own times, so that it does not depend on how often a device reports them, and
// never changes where it has been drawn.

import { getStroke } from "../vendor/perfect-freehand.js";

/** @typedef {import("./ink.js").Stroke} Stroke */

/** The default pen, in canvas units: a felt pen, whose line is to a digit as on paper. */
export const PEN_WIDTH = 15;

// Speeds are in canvas units a millisecond; a digit is written at about 0.7.
const FASTEST = 2.4;
// Devices round times to whole milliseconds, so the speed between neighbours is mostly noise.
const SPEED_WINDOW_MS = 20;
const SLOW_WEIGHT = 0.68;
const FAST_WEIGHT = 0.3;
const WEIGHT_TIME_CONSTANT_MS = 30; // A pen's tip is soft: its width follows with some delay.
const PRESSURE_SHARE = 0.75; // Measured pressure counts for more than speed.
const CORNER = 0.35; // Cosine: a turn by more than 70° within the reach is a corner, not a bend.
const CORNER_REACH = 9; // Canvas units, about half a line's width.
const OPTIONS = Object.freeze({
  thinning: 0.7, smoothing: 0.35, streamline: 0.45, simulatePressure: false, last: true,
});

/**
 * SVG path data of a part of a stroke, to be filled by the nonzero rule.
 * @param {Stroke} stroke
 * @param {readonly number[]} [weights] the result of `weightsOf(stroke)`
 * @param {number} [from] index of the first point
 * @param {number} [to] index after the last one
 * @returns {string}
 */
export function pathOf(stroke, weights = weightsOf(stroke), from = 0, to = stroke.x.length) {
  return outlinesOf(stroke, weights, from, to).map(pathAround).join("");
}

/**
 * The polygons around a part of a stroke. Where a pen turns sharply one line ends and another
 * begins, both round: drawn as one, the outline would be notched there.
 * @param {Stroke} stroke
 * @param {readonly number[]} weights
 * @param {number} from
 * @param {number} to
 * @returns {[number, number][][]}
 */
export function outlinesOf(stroke, weights, from, to) {
  const ends = [...cornersOf(stroke, from, to), to - 1];
  return ends.map((end, i) => {
    const points = [];
    for (let k = ends[i - 1] ?? from; k <= end; k += 1) {
      points.push([at(stroke.x, k), at(stroke.y, k), at(weights, k)]);
    }
    // Of a single point the library makes a short slanted line; of a repeated one, a round dot.
    if (points.length === 1) points.push(...points);
    return getStroke(points, { ...OPTIONS, size: stroke.width ?? PEN_WIDTH });
  });
}

/**
 * Indices where a pen turns sharply, seen over some distance: neighbours may be a pixel apart.
 * @param {Stroke} stroke
 * @param {number} from
 * @param {number} to
 */
function cornersOf(stroke, from, to) {
  const corners = [];
  let [sharpest, sharpness] = [-1, CORNER];
  for (let i = from + 1, before = from, after = from + 1; i < to - 1; i += 1) {
    while (before + 1 < i && distance(stroke, before + 1, i) >= CORNER_REACH) before += 1;
    after = Math.max(after, i + 1);
    while (after < to - 1 && distance(stroke, i, after) < CORNER_REACH) after += 1;
    const cosine = cosineAt(stroke, before, i, after);
    if (cosine < sharpness) {
      [sharpest, sharpness] = [i, cosine];
    } else if (sharpest !== -1 && distance(stroke, sharpest, i) >= CORNER_REACH) {
      corners.push(sharpest);
      [sharpest, sharpness] = [-1, CORNER];
    }
  }
  return sharpest === -1 ? corners : [...corners, sharpest];
}

/**
 * Cosine of the angle by which a line turns at point `i`.
 * @param {Stroke} stroke
 * @param {number} before
 * @param {number} i
 * @param {number} after
 */
function cosineAt({ x, y }, before, i, after) {
  const [inX, inY] = [at(x, i) - at(x, before), at(y, i) - at(y, before)];
  const [outX, outY] = [at(x, after) - at(x, i), at(y, after) - at(y, i)];
  const lengths = Math.hypot(inX, inY) * Math.hypot(outX, outY);
  return lengths === 0 ? 1 : (inX * outX + inY * outY) / lengths;
}

/**
 * A path through the middles of a polygon's sides, which rounds its corners.
 * @param {readonly [number, number][]} outline
 */
function pathAround(outline) {
  const last = outline.at(-1);
  if (last === undefined) return "";
  const middles = outline.map(([x, y], i) => {
    const [beforeX, beforeY] = outline[i - 1] ?? last;
    return `${rounded((beforeX + x) / 2)} ${rounded((beforeY + y) / 2)}`;
  });
  const curves = outline.map(([x, y], i) =>
    `${rounded(x)} ${rounded(y)} ${middles[i + 1] ?? middles[0]}`);
  return `M${middles[0]}Q${curves.join(" ")}Z`;
}

/**
 * How much ink there is at each point of a stroke, from 0 to 1. The weight of a point depends only
 * on that point and those before it.
 * @param {Stroke} stroke
 * @param {number[]} [known] weights of its first points, which are completed in place
 * @returns {number[]}
 */
export function weightsOf(stroke, known = []) {
  for (let i = known.length; i < stroke.x.length; i += 1) {
    const target = targetWeight(stroke, i);
    const before = known[i - 1] ?? target;
    const elapsed_ms = i === 0 ? 0 : at(stroke.t, i) - at(stroke.t, i - 1);
    const share = 1 - Math.exp(-elapsed_ms / WEIGHT_TIME_CONSTANT_MS);
    known.push(before + (target - before) * share);
  }
  return known;
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
    stroke.x.some((_, i) => distanceToSegment(stroke, i, x, y) <= radius));
}

/**
 * The weight towards which the line tends at a point, by its pressure and speed there.
 * @param {Stroke} stroke
 * @param {number} i
 */
function targetWeight(stroke, i) {
  let travelled = 0;
  let j = i;
  while (j > 0 && at(stroke.t, i) - at(stroke.t, j) < SPEED_WINDOW_MS) {
    travelled += distance(stroke, j - 1, j);
    j -= 1;
  }
  const elapsed_ms = at(stroke.t, i) - at(stroke.t, j);
  // A pen that comes down is already on its way: a line that begins fat looks like a blot.
  const speed = elapsed_ms === 0 ? FASTEST / 2 : Math.min(travelled / elapsed_ms, FASTEST);
  const bySpeed = SLOW_WEIGHT + (FAST_WEIGHT - SLOW_WEIGHT) * (speed / FASTEST);
  const pressure = stroke.p?.[i];
  if (pressure === undefined) return bySpeed;
  return PRESSURE_SHARE * pressure + (1 - PRESSURE_SHARE) * bySpeed;
}

/** @param {Stroke} stroke @param {number} i @param {number} j */
function distance({ x, y }, i, j) {
  return Math.hypot(at(x, j) - at(x, i), at(y, j) - at(y, i));
}

/**
 * Distance from a place to the segment that ends at point `i`; the first one is a point.
 * @param {Stroke} stroke
 * @param {number} i
 * @param {number} x
 * @param {number} y
 */
function distanceToSegment(stroke, i, x, y) {
  const start = Math.max(i - 1, 0);
  const [ax, ay] = [at(stroke.x, start), at(stroke.y, start)];
  const [dx, dy] = [at(stroke.x, i) - ax, at(stroke.y, i) - ay];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length2;
  const nearest = Math.min(Math.max(along, 0), 1);
  return Math.hypot(ax + nearest * dx - x, ay + nearest * dy - y);
}

/** A hundredth of a canvas unit is finer than any screen. @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}

/** @param {readonly number[]} values @param {number} i @returns {number} */
function at(values, i) {
  return /** @type {number} */ (values[i]);
}
