// The switch between a digit and a line, and what the page around the pad makes of it.

import { CANVAS } from "../core/ink.js";
import { readSetting, writeSetting } from "./settings.js";

/**
 * @typedef {import("../core/messages.js").Recognition} Recognition
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 *
 * @typedef {object} ModeControls
 * @property {HTMLElement} group
 * @property {HTMLButtonElement} digit
 * @property {HTMLButtonElement} line
 */

export class Mode {
  #recognizer;
  #controls;
  #onTurn;

  /**
   * @param {InkRecognizer} recognizer
   * @param {ModeControls} controls
   * @param {(recognize: Recognition) => void} onTurn called after each turn
   * @param {AbortSignal} signal
   */
  constructor(recognizer, controls, onTurn, signal) {
    this.#recognizer = recognizer;
    this.#controls = controls;
    this.#onTurn = onTurn;
    for (const recognize of /** @type {const} */ (["digit", "line"])) {
      controls[recognize].addEventListener("click", () => this.#choose(recognize), { signal });
    }
    recognizer.addEventListener("ready", (event) => {
      const { recognizers } = /** @type {CustomEvent} */ (event).detail;
      controls.group.hidden = !("line" in recognizers) && recognizer.recognize === "digit";
    }, { signal });
    this.turn(readSetting("recognize") === "line" ? "line" : "digit");
  }

  /** Turns to what a drawing is; what was chosen stays stored. @param {Recognition} to */
  turn(to) {
    if (to === "line") this.#recognizer.setAttribute("recognize", to);
    else this.#recognizer.removeAttribute("recognize");
    this.#controls.digit.ariaPressed = String(to === "digit");
    this.#controls.line.ariaPressed = String(to === "line");
    document.documentElement.dataset["recognize"] = to;
    this.#onTurn(to);
  }

  /** @param {Recognition} to */
  #choose(to) {
    if (to === this.#recognizer.recognize) return;
    writeSetting("recognize", to);
    // Ink stays, and is read in the other way; a line that is too wide for a digit is left, and is
    // among the drawings below.
    const isWide = this.#recognizer.ink.some(({ x }) => x.some((value) => value > CANVAS.width));
    if (to === "digit" && isWide) this.#recognizer.clear();
    this.turn(to);
  }
}
