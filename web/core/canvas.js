// The canvas that ink is drawn on, in its own units, and what lies on it.

/**
 * A size in canvas units.
 * @typedef {{width: number, height: number}} Size
 */

/** Whatever the canvas measures on the screen: no resize changes the ink. */
export const CANVAS = Object.freeze({ width: 400, height: 400 });

/** The server refuses what is further out. No hand gets there, but a collapsed pad divides by 0. */
export const COORDINATE_LIMIT = 100_000;

/**
 * Whether a point is somewhere: on a canvas that is hidden, or turned edge on, none is.
 * @param {{x: number, y: number}} point
 */
export function hasPlace({ x, y }) {
  return Math.abs(x) <= COORDINATE_LIMIT && Math.abs(y) <= COORDINATE_LIMIT;
}
