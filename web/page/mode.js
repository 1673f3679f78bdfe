// The switch between what there is to write, and what the page around the pad makes of it.

import { CANVAS } from "../core/ink.js";
import { hasSegments, recognitionNamed } from "../core/messages.js";
import { readSetting, writeSetting } from "./settings.js";

/**
 * @typedef {import("../core/messages.js").Recognition} Recognition
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 */

/** @type {Partial<Record<Recognition, string>>} */
const TITLES = { line: "titleLine", text: "titleText", math: "titleMath" };

/** The title of the page, as a key of its texts. @param {Recognition} recognize */
export function titleOf(recognize) { return TITLES[recognize] ?? "title"; }

export class Mode {
  #recognizer;
  /** Each names in its value what it is for. @type {readonly HTMLButtonElement[]} */ #buttons;
  #onTurn;

  /**
   * @param {InkRecognizer} recognizer
   * @param {HTMLElement} group of buttons
   * @param {(recognize: Recognition) => void} onTurn called after each turn
   * @param {AbortSignal} signal
   */
  constructor(recognizer, group, onTurn, signal) {
    this.#recognizer = recognizer;
    this.#buttons = [...group.querySelectorAll("button")];
    this.#onTurn = onTurn;
    for (const button of this.#buttons) {
      const to = recognitionNamed(button.value);
      button.addEventListener("click", () => this.#choose(to), { signal });
    }
    recognizer.addEventListener("ready", (event) => {
      const { recognizers } = /** @type {CustomEvent} */ (event).detail;
      const { recognize } = recognizer;
      const offered = this.#buttons.filter(({ value }) => value in recognizers);
      for (const button of this.#buttons) {
        button.hidden = !offered.includes(button) && button.value !== recognize;
      }
      group.hidden = this.#buttons.filter(({ hidden }) => !hidden).length < 2;
      // Nobody has chosen digits, which a service may not read.
      const [first] = offered;
      if (!(recognize in recognizers) && first && readSetting("recognize") === null) {
        this.turn(recognitionNamed(first.value));
      }
    }, { signal });
    this.turn(recognitionNamed(readSetting("recognize")));
  }

  /** Turns to what a drawing is; what was chosen stays stored. @param {Recognition} to */
  turn(to) {
    if (to === "digit") this.#recognizer.removeAttribute("recognize");
    else this.#recognizer.setAttribute("recognize", to);
    for (const button of this.#buttons) button.ariaPressed = String(button.value === to);
    const { dataset } = document.documentElement;
    dataset["recognize"] = to;
    dataset["board"] = hasSegments(to) ? "endless" : "square";
    this.#onTurn(to);
  }

  /** @param {Recognition} to */
  #choose(to) {
    if (to === this.#recognizer.recognize) return;
    writeSetting("recognize", to);
    // Ink stays, and is read in the other way; a line that is too wide for a digit is left, and is
    // among the drawings below.
    const isWide = this.#recognizer.ink.some(({ x }) => x.some((value) => value > CANVAS.width));
    if (!hasSegments(to) && isWide) this.#recognizer.clear();
    this.turn(to);
  }
}
