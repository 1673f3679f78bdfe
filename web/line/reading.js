// The reading of a line: its characters, with the strokes of the ink that each is made of.

import { boxOf } from "../core/stroke.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/server-messages.js").Candidate} Candidate
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/stroke.js").Box} Box
 *
 * `isShared`: a stroke of it is in another character as well. `isSpaced`: there is a space before
 * it.
 * @typedef {object} Character
 * @property {string} label
 * @property {number} p
 * @property {readonly Candidate[]} top
 * @property {boolean} isPinned
 * @property {boolean} isWeak
 * @property {boolean} isShared
 * @property {boolean} isSpaced
 * @property {readonly Stroke[]} strokes
 * @property {Box | null} box in canvas units; null where its strokes are gone
 */

// Of characters that are less likely than this, one in some ten is wrong or more.
const WEAK = 0.9;

/**
 * The characters of an answer. Numbers become strokes at once, since the ink may number them anew.
 * @param {Prediction | null} answer
 * @param {Ink} ink
 * @returns {Character[]}
 */
export function charactersOf(answer, ink) {
  const segments = answer?.segments ?? [];
  const all = ink.open === null ? ink.strokes : [...ink.strokes, ink.open];
  let end = 0; // Of the character before, in the text.
  return segments.map(({ label, p, top, pinned, strokes: numbers, at = end }) => {
    const isSpaced = at > end;
    end = at + [...label].length;
    const strokes = all.filter(({ number }) => numbers.includes(number));
    const isShared = segments.filter((other) =>
      other.strokes.some((number) => numbers.includes(number))).length > 1;
    return {
      label, p, top, isPinned: pinned, isWeak: !pinned && p < WEAK, isShared,
      isSpaced, strokes,
      box: strokes.length === 0 ? null : boxOf(strokes),
    };
  });
}
