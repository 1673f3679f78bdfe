// The formula as it is typeset, with what it comes to: each of its signs can be tapped.

import { createHtml, viewOf } from "../dom/elements.js";
import { Tappable } from "../line/tappable.js";
import { placesOf } from "./places.js";
import { elementsOf } from "./typesetting.js";

/**
 * @typedef {import("../core/mathml.js").MathElement} MathElement
 * @typedef {import("../line/reading.js").Character} Character
 */

const LEAST_SCALE = 0.4; // A longer formula is scrolled.

export class Formula {
  #math = createHtml("div", { class: "math" });
  #value = createHtml("span", { class: "value", part: "value" });
  #row = createHtml("div", { class: "row" }, this.#math, this.#value);
  #frame = createHtml("div", { class: "formula", part: "formula" }, this.#row);
  /** @type {MathElement | null} */ #tree = null;
  /** @type {{element: Element, segments: readonly number[]}[]} */ #leaves = [];
  #tappable;

  /**
   * @param {HTMLElement} place
   * @param {import("../line/tappable.js").TappableListener} listener
   * @param {AbortSignal} signal
   */
  constructor(place, listener, signal) {
    place.append(this.#frame);
    this.#tappable = new Tappable(this.#row, () => this.#places(), listener, signal);
    const { ResizeObserver } = /** @type {typeof globalThis} */ (viewOf(place));
    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(this.#frame);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      this.#frame.remove();
    });
  }

  /**
   * @param {MathElement | null} tree null for no formula
   * @param {string} value what it comes to, as it stands behind the formula
   * @param {readonly Character[]} signs of the answer, to which the tree refers
   */
  show(tree, value, signs) {
    if (tree !== this.#tree) {
      this.#tree = tree;
      const { math, leaves } = tree === null ? { math: null, leaves: [] } : elementsOf(tree);
      this.#leaves = leaves;
      this.#math.replaceChildren(...(math === null ? [] : [math]));
    }
    for (const { element, segments } of this.#leaves) {
      const own = segments.flatMap((index) => signs[index] ?? []);
      element.classList.toggle("weak", own.some(({ isWeak }) => isWeak));
      element.classList.toggle("pinned", own.some(({ isPinned }) => isPinned));
    }
    this.#value.textContent = value;
    this.#fit();
  }

  /** Of the formula alone, in ems. @returns {import("../core/ink.js").Size} */
  get size() {
    const em = parseFloat(getComputedStyle(this.#math).fontSize);
    const { width, height } = this.#math.getBoundingClientRect();
    return { width: width / em, height: height / em };
  }

  /** Where a sign is, in the window. @param {number} index */
  rectOf(index) { return this.#tappable.rectOf(index); }
  /** Frames a sign. @param {number} index -1 for none */
  stress(index) { this.#tappable.stress(index); }

  #places() {
    return placesOf(this.#leaves, parseFloat(getComputedStyle(this.#math).fontSize));
  }

  /** Makes the formula as small as its place is, and its frame follow it. */
  #fit() {
    this.#row.style.setProperty("--scale", "1");
    const { clientWidth, clientHeight } = this.#frame;
    const { width, height } = this.#row.getBoundingClientRect();
    if (clientWidth === 0 || width === 0) return;
    const scale = Math.min(clientWidth / width, clientHeight / height, 1);
    this.#row.style.setProperty("--scale", String(Math.max(scale, LEAST_SCALE)));
    this.#tappable.stress();
  }
}
