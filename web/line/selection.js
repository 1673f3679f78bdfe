// Selecting strokes: by a rectangle that is drawn around them, or a tap on one; and deleting them.

import { strokeAt } from "../core/outline.js";
import { boxOf } from "../core/stroke.js";
import { createHtml } from "../dom/elements.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/stroke.js").Point} Point
 * @typedef {import("../core/stroke.js").Box} Box
 *
 * @typedef {object} SelectionOptions
 * @property {HTMLElement} area of the pad
 * @property {HTMLCanvasElement} canvas that has the focus while the pad is used
 * @property {import("../element/board.js").Board} board
 * @property {Ink} ink
 * @property {import("./marks.js").Marks} marks
 * @property {(key: string, values: Record<string, number>) => void} announce
 * @property {AbortSignal} signal
 */

const TAP = 8; // Canvas units: a finger that taps moves as much.
const TAP_RADIUS = 16;
const AROUND = 10;

export class Selection {
  #options;
  #button = createHtml("button", {
    class: "delete", type: "button", hidden: "", part: "delete", "data-i18n": "deleteSelected",
  });
  /** @type {Point | null} */ #from = null;
  /** @type {Point | null} */ #to = null;
  /** @type {readonly Stroke[]} */ #strokes = [];

  /** @param {SelectionOptions} options */
  constructor(options) {
    this.#options = options;
    const { area, canvas, board, ink, signal } = options;
    area.append(this.#button);
    this.#button.addEventListener("click", () => this.#delete(), { signal });
    canvas.addEventListener("keydown", (event) => this.#press(event), { signal, capture: true });
    this.#button.addEventListener("keydown", (event) => this.#press(event), { signal });
    ink.subscribe(() => this.drop(), signal);
    board.subscribe(() => this.#placeButton(), signal);
    signal.addEventListener("abort", () => {
      this.drop();
      this.#button.remove();
    });
  }

  /** @param {Point} point */
  begin(point) {
    this.drop();
    this.#from = this.#to = point;
  }

  /** @param {Point} point */
  move(point) {
    this.#to = point;
    const box = this.#drawnBox;
    if (box !== null) this.#options.marks.showSelection(box);
  }

  end() {
    const box = this.#drawnBox;
    const { canvas, ink, marks, announce } = this.#options;
    this.#from = this.#to = null;
    if (box === null) return;
    const isTap = box.right - box.left < TAP && box.bottom - box.top < TAP;
    const tapped = strokeAt(ink.strokes, box.left, box.top, TAP_RADIUS) ?? [];
    this.#strokes = isTap ? [tapped].flat() : ink.strokes.filter((each) => isInside(each, box));
    marks.showSelection(this.#box);
    this.#placeButton();
    // So that the next key, such as Escape, is about the selection and not about the page.
    canvas.focus({ preventScroll: true });
    announce("selected", { count: this.#strokes.length });
  }

  drop() {
    this.#strokes = [];
    this.#options.marks.showSelection(null);
    this.#placeButton();
  }

  /** @returns {Box | null} */
  get #drawnBox() {
    if (this.#from === null || this.#to === null) return null;
    const [{ x, y }, to] = [this.#from, this.#to];
    return {
      left: Math.min(x, to.x), top: Math.min(y, to.y),
      right: Math.max(x, to.x), bottom: Math.max(y, to.y),
    };
  }

  /** What is around the selected strokes. */
  get #box() {
    if (this.#strokes.length === 0) return null;
    const box = boxOf(this.#strokes);
    return {
      left: box.left - AROUND, top: box.top - AROUND,
      right: box.right + AROUND, bottom: box.bottom + AROUND,
    };
  }

  #placeButton() {
    const { board } = this.#options;
    const box = this.#box;
    this.#button.hidden = box === null;
    if (box === null) return;
    const middle = (box.left + box.right) / 2 - board.left;
    const share = Math.min(Math.max(middle / board.width, 0.1), 0.9);
    this.#button.style.left = `${100 * share}%`;
    this.#button.classList.toggle("low", box.top < board.height / 4);
  }

  #delete() {
    const { canvas, ink } = this.#options;
    // The button goes with the selection, and the focus would go to the top of the page.
    if (this.#button.matches(":focus")) canvas.focus();
    ink.erase(...this.#strokes.map(({ number }) => number));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (this.#strokes.length === 0) return;
    if (event.key === "Delete" || event.key === "Backspace") this.#delete();
    else if (event.key === "Escape") this.drop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Whether most of a stroke is in a box. @param {Stroke} stroke @param {Box} box */
function isInside({ x, y }, { left, top, right, bottom }) {
  const inside = x.filter((value, i) => {
    const height = y[i] ?? NaN;
    return value >= left && value <= right && height >= top && height <= bottom;
  });
  return inside.length > x.length / 2;
}
