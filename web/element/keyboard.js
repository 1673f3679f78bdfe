// A stroke point begins here when no pointer can draw it: arrow keys move a pen, the space bar puts it down and lifts it.

import { CANVAS } from "./pad.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("./pad.js").Pad} Pad
 * @typedef {"penDown" | "penUp"} PenNews
 */

const STEP = 8; // Canvas units: a digit is some forty key presses high, a few seconds with a key held down.
const FINE_STEP = 2;

/** What a key press means wherever it is made. @param {KeyboardEvent} event @returns {"undo" | "redo" | null} */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey || !(ctrlKey || metaKey)) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" && ctrlKey ? "redo" : null;
}

/** @type {Record<string, readonly [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  #cursor;
  #ink;
  #pad;
  #onDown;
  #tell;
  #x = CANVAS.width / 2;
  #y = CANVAS.height / 4;
  #isDown = false;
  /** @type {Set<string>} */ #held = new Set();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} cursor shows where the pen is, while it is in use
   * @param {Ink} ink
   * @param {Pad} pad whose tool and width are used
   * @param {() => void} onDown called before a key changes the ink
   * @param {(news: PenNews) => void} tell
   * @param {AbortSignal} signal
   */
  constructor(canvas, cursor, ink, pad, onDown, tell, signal) {
    this.#cursor = cursor;
    this.#ink = ink;
    this.#pad = pad;
    this.#onDown = onDown;
    this.#tell = tell;
    canvas.addEventListener("keydown", (event) => this.#press(event), { signal });
    canvas.addEventListener("keyup", (event) => this.#held.delete(event.key), { signal });
    for (const type of ["blur", "pointerdown"]) canvas.addEventListener(type, () => this.#leave(), { signal });
    // Undo or clear may take the stroke away under the pen.
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
    else if (event.key === " ") this.#toggle(event);
    else return;
    event.preventDefault();
    this.#cursor.hidden = false;
    this.#cursor.style.left = `${(this.#x / CANVAS.width) * 100}%`;
    this.#cursor.style.top = `${(this.#y / CANVAS.height) * 100}%`;
    this.#cursor.classList.toggle("down", this.#isDown);
  }

  /** Two arrow keys that are held together go aslant. @param {KeyboardEvent} event */
  #move(event) {
    this.#held.add(event.key);
    const step = event.shiftKey ? FINE_STEP : STEP;
    for (const key of this.#held) {
      const [dx, dy] = /** @type {[number, number]} */ (DIRECTIONS[key]);
      this.#x = Math.min(Math.max(this.#x + dx * step, 0), CANVAS.width);
      this.#y = Math.min(Math.max(this.#y + dy * step, 0), CANVAS.height);
    }
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
      this.#tell("penDown");
    }
  }

  #leave() {
    this.#held.clear();
    this.#cursor.hidden = true;
    if (this.#isDown) this.#ink.end();
  }

  #lifted() {
    this.#isDown = false;
    this.#tell("penUp");
  }

  /** @param {KeyboardEvent} event @returns {import("../core/ink.js").Point} */
  #point(event) {
    return { x: this.#x, y: this.#y, time_ms: event.timeStamp, pressure: null };
  }
}
