// HandwritingStroke: the points from pen down to pen up, which others get copies of.

import { toDictionary, toDouble } from "./web-idl.js";

/**
 * The points of a stroke themselves.
 * @type {(stroke: unknown) => readonly HandwritingPoint[]}
 * @throws {TypeError} it is no HandwritingStroke
 */
export let pointsOf;

/** @implements {globalThis.HandwritingStroke} */
export class HandwritingStroke {
  /** @type {HandwritingPoint[]} */ #points = [];

  static {
    pointsOf = (stroke) => {
      if (typeof stroke === "object" && stroke !== null && #points in stroke) {
        return stroke.#points;
      }
      throw new TypeError("The stroke is no HandwritingStroke");
    };
  }

  /**
   * Appends a copy of a point.
   * @param {HandwritingPoint} point
   * @throws {TypeError} it lacks `x` or `y`, or one of its members is no finite number
   */
  addPoint(point) {
    const points = this.#points;
    const members = toDictionary(point, "The point");
    const t = members["t"];
    const time = t === undefined ? {} : { t: toDouble(t, "The point's t") };
    const x = toDouble(members["x"], "The point's x");
    points.push({ x, y: toDouble(members["y"], "The point's y"), ...time });
  }

  /** Copies of the points, in their order. @returns {HandwritingPoint[]} */
  getPoints() { return this.#points.map((point) => ({ ...point })); }

  /** Removes all points. */
  clear() { this.#points.length = 0; }
}
