// The board: which part of the canvas is on the screen.
//
// For a digit it is all of the canvas. For a line the canvas has no end on the right: the board is
// as high as the canvas and as wide as the layout makes it, and shows what lies from `left` on.

import { CANVAS } from "../core/ink.js";
import { boxOf } from "../core/stroke.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Size} Size
 */

// A hand that writes past this share of the board soon has no room.
const FULL = 0.8;
// Where the ink ends on a board that was scrolled to its end: what was just written is in sight,
// and there is room for a few characters.
const WRITTEN = 0.4;

export class Board {
  #ink;
  #isEndless = false;
  /** @type {number} */ #width = CANVAS.width;
  #left = 0;
  /** @type {(() => void)[]} */ #listeners = [];

  /** @param {Ink} ink */
  constructor(ink) {
    this.#ink = ink;
  }

  /** Whether it is that of a line. */
  get isEndless() { return this.#isEndless; }
  set isEndless(isEndless) {
    this.#isEndless = isEndless;
    this.#width = CANVAS.width;
    this.#left = 0;
    this.#notify();
  }

  /** What is on the screen, in canvas units. */
  get left() { return this.#left; }
  get width() { return this.#width; }
  get height() { return CANVAS.height; }

  /** The whole canvas, as far as there is ink. @returns {Size} */
  get size() {
    return { width: Math.max(this.#width, this.#inkRight), height: CANVAS.height };
  }

  /** How far it can be scrolled: the greatest `left`. */
  get end() {
    const right = this.#inkRight;
    return this.#isEndless && right > FULL * this.#width ? right - WRITTEN * this.#width : 0;
  }

  /** Whether the ink has come so near to the right edge that it is time to scroll. */
  get isFull() { return this.#inkRight > this.#left + FULL * this.#width; }

  /**
   * Calls a listener after each change of what is shown.
   * @param {() => void} listener
   * @param {AbortSignal} signal ends the subscription
   */
  subscribe(listener, signal) {
    this.#listeners.push(listener);
    signal.addEventListener("abort", () => {
      this.#listeners.splice(this.#listeners.indexOf(listener), 1);
    }, { once: true });
  }

  /** Follows the layout. @param {Size} box in any unit */
  fit({ width, height }) {
    if (!this.#isEndless || width === 0 || height === 0) return;
    const shown = (CANVAS.height * width) / height;
    if (shown === this.#width) return;
    this.#width = shown;
    this.#left = this.#clamped(this.#left);
    this.#notify();
  }

  /** @param {number} left */
  scrollTo(left) {
    const clamped = this.#clamped(left);
    if (clamped === this.#left) return;
    this.#left = clamped;
    this.#notify();
  }

  /** Brings a place into sight. @param {number} x @param {number} margin */
  reveal(x, margin) {
    if (!this.#isEndless) return;
    const most = x - margin;
    const least = x + margin - this.#width;
    const left = Math.max(Math.min(this.#left, most), least, 0);
    if (left === this.#left) return;
    this.#left = left;
    this.#notify();
  }

  /** @param {number} left */
  #clamped(left) { return Math.max(Math.min(left, this.end), 0); }

  get #inkRight() {
    const { strokes, open } = this.#ink;
    return Math.max(boxOf(open === null ? strokes : [...strokes, open]).right, 0);
  }

  #notify() { for (const listener of this.#listeners) listener(); }
}
