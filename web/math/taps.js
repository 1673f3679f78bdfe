// Taps on ink: a dot that lies on a sign says nothing of its own, so it asks for the sign's menu.

import { strokeAt } from "../core/outline.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../line/reading.js").Character} Character
 */

// Decimal points, and the dots of ÷, i and !, lie beside other ink: this is less than half a pen.
const ON_INK = 7; // Canvas units from the middle of the line.
const TAP = 8; // A finger that taps moves as much.
const TAP_MS = 400;

/**
 * The character that a stroke taps.
 * @param {Stroke} stroke about to be finished
 * @param {readonly Stroke[]} others
 * @param {readonly Character[]} characters of an answer to these
 * @returns {number} -1 where it is ink
 */
export function tappedCharacter(stroke, others, characters) {
  const { x, y, t } = stroke;
  const [x0 = 0, y0 = 0] = [x[0], y[0]];
  const isTap = x.every((value, i) => Math.hypot(value - x0, (y[i] ?? 0) - y0) <= TAP);
  if (!isTap || (t.at(-1) ?? 0) - (t[0] ?? 0) > TAP_MS) return -1;
  const tapped = strokeAt(others, x0, y0, ON_INK);
  return tapped === undefined ? -1 : characters.findIndex(({ strokes }) =>
    strokes.includes(tapped));
}
