// Drawing with the keyboard: arrow keys move a pen, the space bar puts it down and lifts it.

import { CANVAS } from "../core/ink.js";
import { commandOf } from "../core/shortcuts.js";
import { COORDINATE_LIMIT } from "../core/stroke.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("./pad.js").Pad} Pad
 * @typedef {"penDown" | "penUp"} PenState
 *
 * @typedef {object} KeyboardOptions
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} cursor shows where the pen is, while it is in use
 * @property {import("./board.js").Board} board the part of the canvas that is shown
 * @property {Ink} ink
 * @property {Pad} pad whose tool and width are used
 * @property {() => void} onDown called before a key changes the ink
 * @property {(state: PenState) => void} onPen
 * @property {AbortSignal} signal
 */

const STEP = 8; // Canvas units: a digit is some forty key presses high, seconds of a held key.
const FINE_STEP = 2;
const MARGIN = 40; // Canvas units of a line that stay in sight on either side of the pen.

/** @type {Record<string, readonly [number, number]>} */
const DIRECTIONS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

export class Keyboard {
  #cursor;
  #board;
  #ink;
  #pad;
  #onDown;
  #onPen;
  #x = CANVAS.width / 2;
  #y = CANVAS.height / 4;
  #isDown = false;
  /** @type {Set<string>} */ #held = new Set();

  /** @param {KeyboardOptions} options */
  constructor({ canvas, cursor, board, ink, pad, onDown, onPen, signal }) {
    this.#cursor = cursor;
    this.#board = board;
    this.#ink = ink;
    this.#pad = pad;
    this.#onDown = onDown;
    this.#onPen = onPen;
    canvas.addEventListener("keydown", (event) => this.#press(event), { signal });
    canvas.addEventListener("keyup", (event) => this.#held.delete(event.key), { signal });
    for (const type of ["blur", "pointerdown"]) {
      canvas.addEventListener(type, () => this.#leave(), { signal });
    }
    board.subscribe(() => this.#showCursor(), signal);
    // Undo or clear may remove the stroke under the pen.
    ink.subscribe(() => {
      if (this.#isDown && ink.open === null) this.#lifted();
    }, signal);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const command = commandOf(event);
    if (command !== null) {
      event.preventDefault();
      this.#onDown();
      this.#ink[command]();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) this.#move(event);
    // An input method, which a page in Chinese may have on, takes the key of the space bar.
    else if (event.code === "Space" || event.key === " ") this.#toggle(event);
    else return;
    event.preventDefault();
    this.#cursor.hidden = false;
    this.#showCursor();
  }

  #showCursor() {
    const { left, width, height } = this.#board;
    this.#cursor.style.left = `${((this.#x - left) / width) * 100}%`;
    this.#cursor.style.top = `${(this.#y / height) * 100}%`;
    this.#cursor.classList.toggle("down", this.#isDown);
  }

  /** Two arrow keys that are held together move the pen diagonally. @param {KeyboardEvent} event */
  #move(event) {
    this.#held.add(event.key);
    const step = event.shiftKey ? FINE_STEP : STEP;
    for (const key of this.#held) {
      const [dx, dy] = /** @type {[number, number]} */ (DIRECTIONS[key]);
      const most = this.#board.isEndless ? COORDINATE_LIMIT : this.#board.width;
      this.#x = Math.min(Math.max(this.#x + dx * step, 0), most);
      this.#y = Math.min(Math.max(this.#y + dy * step, 0), this.#board.height);
    }
    this.#board.reveal(this.#x, MARGIN);
    if (this.#isDown) this.#ink.extend([this.#point(event)]);
  }

  /** @param {KeyboardEvent} event */
  #toggle(event) {
    if (event.repeat) return;
    if (this.#isDown) {
      this.#ink.end();
      return;
    }
    this.#onDown();
    if (this.#pad.tool === "eraser") {
      this.#pad.eraseAt(this.#x, this.#y);
    } else if (this.#ink.open === null) {
      this.#isDown = true;
      this.#ink.begin(this.#point(event), this.#pad.width);
      this.#onPen("penDown");
    }
  }

  #leave() {
    this.#held.clear();
    this.#cursor.hidden = true;
    if (this.#isDown) this.#ink.end();
  }

  #lifted() {
    this.#isDown = false;
    this.#onPen("penUp");
  }

  /** @param {KeyboardEvent} event @returns {import("../core/ink.js").Point} */
  #point(event) {
    return { x: this.#x, y: this.#y, time_ms: event.timeStamp, pressure: null };
  }
}
