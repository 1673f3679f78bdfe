// The formula as it is typeset, with what it comes to: each of its signs can be tapped.

import { createHtml, viewOf } from "../dom/elements.js";
import { nearestPlace, placesOf } from "./places.js";
import { elementsOf } from "./typesetting.js";

/**
 * @typedef {import("../core/mathml.js").MathElement} MathElement
 * @typedef {import("../line/reading.js").Character} Character
 *
 * @typedef {object} FormulaListener
 * @property {(index: number, rect: DOMRect) => void} open a sign, at a rectangle of the window
 * @property {(index: number) => void} stress called with -1 for none
 */

const LEAST_SCALE = 0.4; // A longer formula is scrolled.
const REACH = 16; // CSS px beside a sign that a finger may hit.

export class Formula {
  #listener;
  #math = createHtml("div", { class: "math" });
  #value = createHtml("span", { class: "value", part: "value" });
  #halo = createHtml("div", { class: "halo", hidden: "" });
  #row = createHtml("div", { class: "row" }, this.#math, this.#value, this.#halo);
  #frame = createHtml("div", { class: "formula", part: "formula" }, this.#row);
  /** @type {MathElement | null} */ #tree = null;
  /** @type {{element: Element, segments: readonly number[]}[]} */ #leaves = [];
  #stressed = -1;

  /**
   * @param {HTMLElement} place
   * @param {FormulaListener} listener
   * @param {AbortSignal} signal
   */
  constructor(place, listener, signal) {
    this.#listener = listener;
    place.append(this.#frame);
    this.#row.addEventListener("click", ({ clientX, clientY }) => {
      const found = this.#at(clientX, clientY);
      if (found !== undefined) this.#listener.open(found.index, found.rect);
    }, { signal });
    this.#row.addEventListener("pointermove", ({ clientX, clientY, pointerType }) => {
      if (pointerType !== "touch") this.#point(this.#at(clientX, clientY)?.index ?? -1);
    }, { signal });
    this.#row.addEventListener("pointerleave", () => this.#point(-1), { signal });
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

  /** Where a sign is, in the window. @param {number} index @returns {DOMRect} */
  rectOf(index) {
    const found = this.#places().find((place) => place.index === index);
    return found?.rect ?? this.#row.getBoundingClientRect();
  }

  /** Frames a sign. @param {number} index -1 for none */
  stress(index) {
    this.#stressed = index;
    const found = this.#places().find((place) => place.index === index);
    this.#halo.hidden = found === undefined;
    if (found === undefined) return;
    const { left, top } = this.#row.getBoundingClientRect();
    const { x, y, width, height } = found.rect;
    Object.assign(this.#halo.style, {
      left: `${x - left}px`, top: `${y - top}px`, width: `${width}px`, height: `${height}px`,
    });
  }

  /** @param {number} index */
  #point(index) {
    this.#row.classList.toggle("points", index !== -1);
    if (index !== this.#stressed) this.#listener.stress(index);
  }

  /** @param {number} x @param {number} y */
  #at(x, y) { return nearestPlace(this.#places(), x, y, REACH); }

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
    this.stress(this.#stressed);
  }
}
