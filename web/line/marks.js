// Marks on the board: a bracket below each character, the value of a sum, the selection.

import { createSvg } from "../dom/elements.js";

/**
 * @typedef {import("../element/board.js").Board} Board
 * @typedef {import("../core/stroke.js").Box} Box
 * @typedef {import("./reading.js").Character} Character
 */

// All in canvas units.
const BELOW = 22; // From the middle of the ink to its bracket.
const HOOK = 8;
const LEAST_WIDTH = 24; // A 1 has hardly any.
const EDGE = 5;
const BESIDE = 28; // From the ink to the value.
const VALUE_EDGE = 12; // From the value to the board's edge: it has a halo.
const HALF_LINE = 0.75; // Of a letter's size: half the height of a line with its halo.
const VALUE_SHARE = 0.62; // Of the height of the writing.
const TALL = 0.75; // A quantile: minus signs and points are low, brackets and roots high.
const VALUE_SIZES = { least: 40, most: 130 };

export class Marks {
  #board;
  #svg = createSvg("svg", { class: "marks", "aria-hidden": "true" });
  #brackets = createSvg("g");
  #value = createSvg("text", { class: "result", part: "value" });
  #selection = createSvg("rect", { class: "selection" });
  /** Beside what the value stands. @type {readonly Character[]} */ #written = [];

  /** @param {Element} pad @param {Board} board @param {AbortSignal} signal */
  constructor(pad, board, signal) {
    this.#board = board;
    this.#svg.append(this.#brackets, this.#value);
    pad.append(this.#svg);
    board.subscribe(() => this.#follow(), signal);
    signal.addEventListener("abort", () => this.#svg.remove());
    this.#follow();
  }

  /**
   * @param {readonly Character[]} characters
   * @param {readonly number[]} tints of the characters
   */
  show(characters, tints) {
    const feet = feetOf(characters);
    this.#brackets.replaceChildren(...characters.map(({ box, isWeak, isPinned }, i) => {
      const bracket = createSvg("path", { class: `bracket tint-${tints[i] ?? 0}` });
      bracket.classList.toggle("weak", isWeak);
      bracket.classList.toggle("pinned", isPinned);
      if (box !== null) bracket.setAttribute("d", this.#bracketOf(box, feet[i] ?? 0));
      return bracket;
    }));
  }

  /** @param {number} index of the character to stress; -1 for none */
  stress(index) {
    for (const [i, bracket] of [...this.#brackets.children].entries()) {
      bracket.classList.toggle("current", i === index);
    }
  }

  /**
   * @param {string | null} value
   * @param {readonly Character[]} characters beside which it stands
   */
  showValue(value, characters) {
    this.#written = characters;
    this.#value.textContent = value;
    this.#placeValue();
  }

  #placeValue() {
    const boxes = this.#written.flatMap(({ box }) => box ?? []);
    if (boxes.length === 0) this.#value.textContent = "";
    if (!this.#value.textContent) return;
    const right = Math.max(...boxes.map((box) => box.right));
    const top = Math.min(...boxes.map((box) => box.top));
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    const { least, most } = VALUE_SIZES;
    // As high as the writing: the higher half of the signs, whatever stands over what.
    const heights = boxes.map((box) => box.bottom - box.top).sort((one, other) => one - other);
    const height = heights[Math.floor(heights.length * TALL)] ?? 0;
    const size = Math.min(Math.max(height * VALUE_SHARE, least), most);
    this.#value.setAttribute("font-size", String(size));
    const last = right + BESIDE + this.#value.getComputedTextLength();
    const edge = this.#board.left + this.#board.width - VALUE_EDGE;
    if (last <= edge || this.#board.width === 0) {
      // Beside the equals sign, which a formula need not have in its middle.
      const equals = this.#written.at(-1);
      const beside = (equals?.label === "=" && equals.box) || { top, bottom };
      return this.#moveValue(right + BESIDE, (beside.top + beside.bottom) / 2);
    }
    // Where there is no room beside the ink it ends at the board's edge, below the brackets or, if
    // the ink reaches down to there, above all.
    const half = HALF_LINE * size;
    const below = bottom + BELOW + half;
    const above = Math.max(top - half, half);
    const isLow = below + half > this.#board.height;
    this.#moveValue(edge - (last - right - BESIDE), isLow ? above : below);
  }

  /** @param {number} x @param {number} y */
  #moveValue(x, y) {
    this.#value.setAttribute("x", String(x));
    this.#value.setAttribute("y", String(y));
  }

  /** @param {Box | null} box */
  showSelection(box) {
    if (box === null) return this.#selection.remove();
    const { left, top, right, bottom } = box;
    const place = { x: left, y: top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(place)) {
      this.#selection.setAttribute(name, String(value));
    }
    this.#svg.append(this.#selection);
  }

  /** @param {Box} box @param {number} foot */
  #bracketOf({ left, right }, foot) {
    const y = Math.min(foot + BELOW, this.#board.height - EDGE);
    const middle = (left + right) / 2;
    const half = Math.max(right - left, LEAST_WIDTH) / 2;
    return `M${middle - half} ${y - HOOK}V${y}H${middle + half}V${y - HOOK}`;
  }

  #follow() {
    const { left, width, height } = this.#board;
    this.#svg.setAttribute("viewBox", `${left} 0 ${width} ${height}`);
    this.#placeValue();
  }
}

/**
 * Below what the brackets stand. A sign that is low stands out: right under a minus its bracket
 * would make it look like an equals sign, so it is as low as those of its neighbours.
 * @param {readonly Character[]} characters
 */
function feetOf(characters) {
  return characters.map(({ box }, i) => {
    if (box === null) return 0;
    const height = box.bottom - box.top;
    const higher = [characters[i - 1]?.box, characters[i + 1]?.box].flatMap((other) =>
      other && other.bottom - other.top > 2 * height ? other.bottom : []);
    return Math.max(box.bottom, ...higher);
  });
}
