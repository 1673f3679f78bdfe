// Tints: which of a few colours each character has, so that neighbours differ.

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {{strokes: readonly Stroke[]}} Tinted
 */

/** How many colours there are; style.js has them. */
export const TINTS = 4;

/**
 * The tint of each character, from left to right. One that was there before keeps its tint, unless
 * its neighbour has it now: colours that run through at each stroke would disturb.
 * @param {readonly Tinted[]} characters
 * @param {ReadonlyMap<Stroke, number>} before the tints of the strokes until now
 * @returns {number[]} from 0 on
 */
export function tintsOf(characters, before) {
  let left = -1;
  return characters.map(({ strokes }) => {
    const known = strokes.map((stroke) => before.get(stroke)).find((tint) => tint !== undefined);
    left = known === undefined || known === left ? (left + 1) % TINTS : known;
    return left;
  });
}
