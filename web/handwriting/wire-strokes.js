// Drawings as the service takes them: columns of rounded coordinates and whole milliseconds.

import { COORDINATE_LIMIT } from "../core/stroke.js";

/** @typedef {import("../core/stroke.js").Stroke} Stroke */

const ROUNDING = 100; // As of what is drawn on a pad: a hundredth of a px.

/**
 * The strokes that have points, numbered by their places in the drawing.
 * @param {readonly (readonly HandwritingPoint[])[]} drawing in px, of which `t` may be missing or
 *   count from any moment
 * @returns {Stroke[]} `x`, `y` as they are, but where they would be too far out for the service
 */
export function wireStrokes(drawing) {
  const points = drawing.flat();
  const place = placement(points);
  const began = points.reduce((least, { t = Infinity }) => Math.min(least, t), Infinity);
  let now = 0;
  return drawing.map((stroke, number) => ({
    number,
    x: stroke.map((point) => place(point.x, "x")),
    y: stroke.map((point) => place(point.y, "y")),
    t: stroke.map(({ t }) => (now = t === undefined ? now : milliseconds(t - began))),
  })).filter(({ x }) => x.length > 0);
}

/**
 * The way from a page's coordinates to those of the service.
 * @param {readonly HandwritingPoint[]} points
 * @returns {(value: number, axis: "x" | "y") => number}
 */
function placement(points) {
  const least = { x: Infinity, y: Infinity };
  let [reach, extent] = [0, 0];
  for (const { x, y } of points) {
    least.x = Math.min(least.x, x);
    least.y = Math.min(least.y, y);
    reach = Math.max(reach, Math.abs(x), Math.abs(y));
  }
  for (const { x, y } of points) extent = Math.max(extent, x - least.x, y - least.y);
  const isFar = reach > COORDINATE_LIMIT;
  const scale = isFar ? Math.min(1, COORDINATE_LIMIT / extent) : 1;
  return (value, axis) => {
    const placed = isFar ? (value - least[axis]) * scale : value;
    return Math.round(placed * ROUNDING) / ROUNDING;
  };
}

/** @param {number} elapsed */
function milliseconds(elapsed) {
  return Math.min(Math.round(elapsed), Number.MAX_SAFE_INTEGER);
}
