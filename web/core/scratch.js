// Scratching out: a zigzag over ink, by which a hand takes it back, as on paper.
//
// A zigzag goes to and fro along one direction, at least five times, and turns sharply at each end.
// Round shapes also go to and fro (an 8 four times), but turn gradually; and what a hand writes
// does not cover other ink.

/** @typedef {import("./stroke.js").Stroke} Stroke */
/** @typedef {readonly [number, number]} Place */

const LEAST_LEGS = 5;
// A leg is at least so long, as a share of the whole extent along its direction.
const LEAST_LEG = 0.45;
// A turn is judged by what is this share of a leg before and after it.
const REACH = 0.3;
const SHARP = -0.5; // Cosine: a turn by more than 120°.
// Of the turns this share has to be sharp: a hasty hand rounds some.
const SHARP_SHARE = 0.75;
// Of the length of a stroke, this share has to lie in what the zigzag covers.
const COVERED = 0.5;
const MARGIN = 12; // Canvas units, about the pen's width: nobody scratches to the very edge.

// Places along a stroke: fine enough for its turns, and not too many where somebody fills a page.
const LEAST_STEP = 4; // Canvas units.
const MOST_PLACES = 1_000;

/**
 * The strokes that a stroke scratches out; none if it is no zigzag, or covers none.
 * @param {Stroke} stroke
 * @param {readonly Stroke[]} others
 * @returns {Stroke[]}
 */
export function scratchedBy(stroke, others) {
  const zigzag = placesOf(stroke);
  if (!isZigzag(zigzag)) return [];
  const hull = hullOf(zigzag);
  return others.filter((other) => {
    const places = placesOf(other);
    const covered = places.filter((place) => isInside(hull, place));
    return covered.length > 0 && covered.length >= COVERED * places.length;
  });
}

/** Whether a line goes to and fro as one that scratches out. @param {readonly Place[]} places */
export function isZigzag(places) {
  return [...Array(6).keys()].some((i) => {
    const angle = (i * Math.PI) / 6;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    const turns = turnsAlong(places.map((place) => place[0] * x + place[1] * y));
    if (turns.length < LEAST_LEGS + 1) return false;
    const sharp = turns.slice(1, -1).filter((_, k) => isSharp(places, turns, k + 1));
    return sharp.length >= SHARP_SHARE * (turns.length - 2);
  });
}

/**
 * The indices where a line that goes to and fro turns, its ends included.
 * @param {readonly number[]} values along one direction
 */
function turnsAlong(values) {
  const most = values.reduce((one, other) => Math.max(one, other), -Infinity);
  const least = LEAST_LEG * values.reduce((extent, value) => Math.max(extent, most - value), 0);
  if (least === 0) return [];
  const turns = [0];
  let [farthest, direction] = [0, 0];
  for (const [i, value] of values.entries()) {
    const moved = value - /** @type {number} */ (values[farthest]);
    if (direction === 0 ? Math.abs(moved) >= least : moved * direction >= 0) {
      direction ||= Math.sign(moved);
      farthest = i;
    } else if (direction !== 0 && Math.abs(moved) >= least) {
      turns.push(farthest);
      [farthest, direction] = [i, -direction];
    }
  }
  return [...turns, farthest];
}

/**
 * @param {readonly Place[]} places
 * @param {readonly number[]} turns
 * @param {number} k which turn
 */
function isSharp(places, turns, k) {
  const [before, turn, after] = /** @type {[number, number, number]} */ (turns.slice(k - 1, k + 2));
  const at = (/** @type {number} */ i) => /** @type {Place} */ (places[i]);
  // Places are evenly spaced, so that indices measure lengths.
  const from = at(Math.round(turn - REACH * (turn - before)));
  const to = at(Math.round(turn + REACH * (after - turn)));
  const [inX, inY] = [at(turn)[0] - from[0], at(turn)[1] - from[1]];
  const [outX, outY] = [to[0] - at(turn)[0], to[1] - at(turn)[1]];
  const lengths = Math.hypot(inX, inY) * Math.hypot(outX, outY);
  return lengths > 0 && (inX * outX + inY * outY) / lengths < SHARP;
}

/** Places along a stroke, evenly spaced. @param {Stroke} stroke */
function placesOf({ x, y }) {
  const whole = x.reduce((sum, _, i) => sum + Math.hypot(
    (x[i] ?? 0) - (x[i - 1] ?? x[i] ?? 0), (y[i] ?? 0) - (y[i - 1] ?? y[i] ?? 0)), 0);
  const step = Math.max(LEAST_STEP, whole / MOST_PLACES);
  /** @type {Place[]} */
  const places = [];
  let travelled = 0;
  let next = 0;
  for (let i = 0; i < x.length; i += 1) {
    const [x1, y1] = [x[i] ?? 0, y[i] ?? 0];
    const [x0, y0] = [x[i - 1] ?? x1, y[i - 1] ?? y1];
    const length = Math.hypot(x1 - x0, y1 - y0);
    for (; next <= travelled + length; next += step) {
      const share = length === 0 ? 0 : (next - travelled) / length;
      places.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
    }
    travelled += length;
  }
  return places;
}

/** The convex hull, by Andrew's monotone chain. @param {readonly Place[]} places */
function hullOf(places) {
  const sorted = [...places].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const half = (/** @type {Place[]} */ list) => {
    /** @type {Place[]} */
    const chain = [];
    for (const place of list) {
      for (let n = chain.length; n > 1; n -= 1) {
        const [one, other] = /** @type {[Place, Place]} */ (chain.slice(n - 2));
        if (side(one, other, place) > 0) break;
        chain.pop();
      }
      chain.push(place);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** @param {readonly Place[]} hull @param {Place} place */
function isInside(hull, place) {
  return hull.every((corner, i) => {
    const next = /** @type {Place} */ (hull[(i + 1) % hull.length]);
    const length = Math.hypot(next[0] - corner[0], next[1] - corner[1]);
    return side(corner, next, place) >= -MARGIN * length;
  });
}

/**
 * On which side of a line a place is, as twice the area between them.
 * @param {Place} from
 * @param {Place} to
 * @param {Place} place
 */
function side(from, to, place) {
  return (to[0] - from[0]) * (place[1] - from[1]) - (to[1] - from[1]) * (place[0] - from[0]);
}
