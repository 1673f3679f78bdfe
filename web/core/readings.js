// Types of what is read in a line, a text or a formula; nothing here runs.

/**
 * @typedef {{label: string, p: number}} Candidate
 *
 * A character of a line: which strokes it is made of, by their numbers, and where it is: left, top,
 * right and bottom in canvas units. `pinned`: somebody has said so.
 * @typedef {object} Segment
 * @property {string} label
 * @property {number} p
 * @property {readonly number[]} strokes
 * @property {readonly Candidate[]} top
 * @property {readonly number[]} box
 * @property {boolean} pinned
 * @property {number} [at] its place in a text that has spaces, in code points
 * @property {readonly (readonly number[])[]} [ranges] stroke, first point, and the one after the
 *   last, of each part of it
 *
 * A reading of a line; of a formula also in LaTeX and MathML, and what it comes to.
 * @typedef {object} Reading
 * @property {string} text
 * @property {number} p
 * @property {string} [latex]
 * @property {string} [mathml]
 * @property {string} [value]
 *
 * What an answer has to a line. `value` is that of a sum, null where the line is none; `reason`
 * says why there is no reading, null where there is one.
 * @typedef {object} LineReading
 * @property {string} text
 * @property {number} p
 * @property {readonly Reading[]} alternatives the first is the text itself
 * @property {readonly Segment[]} segments from left to right
 * @property {string | null} value
 * @property {string | null} reason
 * @property {string} [latex]
 * @property {string} [mathml]
 */

export {};
