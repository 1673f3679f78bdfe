// Scrolling of the board: by itself when a line comes near its right edge, by a bar below it, by
// two fingers, and by a wheel.
//
//   while                               | the board
//   ------------------------------------|------------------------------------------------
//   a pen, finger or mouse draws        | stays, wherever the stroke goes
//   the hand pauses, the line is full   | scrolls so that the last characters are in sight
//   the next stroke begins meanwhile    | stops where it is
//   a stroke begins out of sight        | goes there: that was no hand, but a playback
//
// It waits for a pause because late strokes, such as the bar of a 5, belong where the hand is.

import { createHtml, viewOf } from "../dom/elements.js";

/**
 * @typedef {import("../element/board.js").Board} Board
 * @typedef {import("../core/ink.js").Change} Change
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/stroke.js").Stroke} Stroke
 */

const PAUSE_MS = 700; // From one stroke to the next a hand takes up to half a second.
const GLIDE_MS = 350;
const KEY_SHARE = 0.1; // Of the board, for an arrow key on the bar.

export class Scroller {
  #board;
  #ink;
  #view;
  #bar = /** @type {HTMLInputElement} */ (createHtml("input", {
    class: "scroll", type: "range", min: 0, step: "any", "data-i18n-label": "scrollLine",
  }));
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #pause;
  #frame = 0;

  /**
   * @param {HTMLElement} pad whose sibling the bar becomes
   * @param {Board} board
   * @param {Ink} ink
   * @param {AbortSignal} signal
   */
  constructor(pad, board, ink, signal) {
    this.#board = board;
    this.#ink = ink;
    this.#view = viewOf(pad);
    pad.after(this.#bar);
    this.#bar.addEventListener("input", () => this.scrollTo(this.#bar.valueAsNumber), { signal });
    this.#bar.addEventListener("keydown", (event) => this.#press(event), { signal });
    pad.addEventListener("wheel", (event) => this.#roll(event), { signal, passive: false });
    pad.addEventListener("pointerdown", () => this.#stop(), { signal, capture: true });
    ink.subscribe((change) => this.#follow(change), signal);
    board.subscribe(() => this.#showBar(), signal);
    signal.addEventListener("abort", () => {
      this.#stop();
      this.#bar.remove();
    });
    this.#showBar();
  }

  /** @param {number} left in canvas units */
  scrollTo(left) {
    this.#stop();
    this.#board.scrollTo(left);
  }

  /** @param {Change} change */
  #follow(change) {
    const { kind } = change;
    if (kind === "points") return this.#reveal(change.stroke);
    this.#stop();
    if (kind === "begin") return;
    if (kind === "replace" || this.#ink.isEmpty) this.#board.scrollTo(0);
    else if (kind === "end") this.#pause = setTimeout(() => this.#advance(), PAUSE_MS);
    // What is left of the line may be out of sight.
    else if (this.#board.left > this.#board.end) this.#board.scrollTo(this.#board.end);
    this.#showBar();
  }

  /** Brings into sight where a stroke begins. @param {Stroke} stroke */
  #reveal({ x }) {
    const [begin] = x;
    if (begin === undefined || x.length > 1) return;
    const { left, width } = this.#board;
    if (begin < left || begin > left + width) this.#board.reveal(begin, width / 2);
  }

  #advance() {
    if (!this.#board.isFull || this.#ink.open !== null) return;
    const [from, to] = [this.#board.left, this.#board.end];
    const isStill = this.#view.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isStill) return this.#board.scrollTo(to);
    const began_ms = this.#view.performance.now();
    const step = () => {
      const share = Math.min((this.#view.performance.now() - began_ms) / GLIDE_MS, 1);
      this.#board.scrollTo(from + (to - from) * share * (2 - share));
      this.#frame = share < 1 ? this.#view.requestAnimationFrame(step) : 0;
    };
    step();
  }

  #stop() {
    clearTimeout(this.#pause);
    this.#view.cancelAnimationFrame(this.#frame);
  }

  #showBar() {
    const { left, end, width } = this.#board;
    const most = Math.max(end, left);
    this.#bar.classList.toggle("idle", most === 0);
    this.#bar.max = String(most);
    this.#bar.value = String(left);
    this.#bar.style.setProperty("--thumb", `${(100 * width) / (width + most)}%`);
  }

  /** @param {WheelEvent} event */
  #roll(event) {
    const { shiftKey, deltaX, deltaY, deltaMode } = event;
    const along = shiftKey && deltaX === 0 ? deltaY : deltaX;
    const isAcross = !shiftKey && Math.abs(deltaY) > Math.abs(deltaX);
    if (along === 0 || isAcross || this.#ink.open !== null) return;
    event.preventDefault();
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    const unit = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
    this.scrollTo(this.#board.left + (along * unit * this.#board.width) / box.width);
  }

  /** The arrow keys of a range without steps would go nowhere. @param {KeyboardEvent} event */
  #press(event) {
    const move = { ArrowLeft: -KEY_SHARE, ArrowRight: KEY_SHARE }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.scrollTo(this.#board.left + move * this.#board.width);
  }
}
