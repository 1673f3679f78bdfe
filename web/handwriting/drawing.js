// HandwritingDrawing: strokes by reference, and what they are predicted to be as they stand.

import { pointsOf } from "./stroke.js";
import { INTERNAL } from "./web-idl.js";

/**
 * @typedef {(strokes: (readonly HandwritingPoint[])[]) =>
 *   Promise<HandwritingPrediction[]>} Predict
 */

/** @implements {globalThis.HandwritingDrawing} */
export class HandwritingDrawing {
  /** @type {HandwritingStroke[]} */ #strokes = [];
  #predict;

  /** Recognizers alone make drawings. @param {[key?: symbol, predict?: Predict]} parts */
  constructor(...[key, predict]) {
    if (key !== INTERNAL || predict === undefined) throw new TypeError("Illegal constructor");
    this.#predict = predict;
  }

  /** @param {HandwritingStroke} stroke @throws {TypeError} it is none */
  addStroke(stroke) {
    const strokes = this.#strokes;
    pointsOf(stroke);
    strokes.push(stroke);
  }

  /** @param {HandwritingStroke} stroke @throws {TypeError} it is none */
  removeStroke(stroke) {
    const strokes = this.#strokes;
    pointsOf(stroke);
    this.#strokes = strokes.filter((other) => other !== stroke);
  }

  /** Removes all strokes. */
  clear() { this.#strokes = []; }

  /** The strokes themselves, in the order in which they were added. */
  getStrokes() { return [...this.#strokes]; }

  /**
   * What the drawing says, the likeliest first; none where nothing can be recognized.
   * @returns {Promise<HandwritingPrediction[]>}
   * @throws {DOMException} InvalidStateError: the recognizer is finished; OperationError: the
   *   service did not answer in time; UnknownError: it refuses the drawing
   */
  async getPrediction() { return this.#predict(this.#strokes.map(pointsOf)); }
}
