// The characters of the answer that is shown: their tints and marks on the ink, and their menu.

import { createHtml, viewOf } from "../dom/elements.js";
import { CharacterMenu } from "./character-menu.js";
import { charactersOf } from "./reading.js";
import { TINTS, tintsOf } from "./tints.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("./reading.js").Character} Character
 *
 * @typedef {object} SegmentsOptions
 * @property {HTMLElement} place that has the menu
 * @property {import("./marks.js").Marks} marks
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../element/layers.js").Layers} layers
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {(index: number) => void} onMenuClosed called with the character whose menu it was
 * @property {AbortSignal} signal
 */

/** @param {Character} character */
const numbersOf = ({ strokes }) => strokes.map(({ number }) => number);

export class Segments {
  #options;
  #menu;
  #tintSamples = [...Array(TINTS).keys()].map((i) =>
    createHtml("span", { class: `tint-${i}`, hidden: "" }));
  /** @type {Prediction | null} */ #answer = null;
  /** @type {readonly Character[]} */ #shown = [];
  /** Whose menu was opened last. */ #opened = 0;
  /** @type {Map<Stroke, number>} */ #tints = new Map();

  /** @param {SegmentsOptions} options */
  constructor(options) {
    this.#options = options;
    const { place, ink, layers, translate, onMenuClosed, signal } = options;
    place.append(...this.#tintSamples);
    this.#menu = new CharacterMenu(place, translate, {
      pin: (character, label) => ink.pin(numbersOf(character), label),
      erase: (character) => ink.erase(...numbersOf(character)),
      closed: () => onMenuClosed(this.#opened),
    }, signal);
    // What it offers is about the ink as it was.
    ink.subscribe(() => this.#menu.close(), signal);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      const list = viewOf(place).matchMedia(query);
      list.addEventListener("change", () => this.#tint(), { signal });
    }
    signal.addEventListener("abort", () => {
      for (const sample of this.#tintSamples) sample.remove();
      layers.tint(new Map());
    });
  }

  /** Those that are shown. @returns {readonly Character[]} */
  get shown() { return this.#shown; }

  /** @param {Prediction | null} answer @returns {readonly Character[]} */
  show(answer) {
    const { ink, marks } = this.#options;
    if (answer !== this.#answer) {
      this.#answer = answer;
      this.#shown = charactersOf(answer, ink);
    }
    const tints = tintsOf(this.#shown, this.#tints);
    this.#tints = new Map(this.#shown.flatMap(({ strokes }, i) =>
      strokes.map((stroke) => [stroke, /** @type {number} */ (tints[i])])));
    this.#tint();
    marks.show(this.#shown, tints);
    return this.#shown;
  }

  /** Opens a character's menu. @param {number} index @param {DOMRect} rect at which it opens */
  open(index, rect) {
    const character = this.#shown[index];
    this.#opened = index;
    if (character !== undefined) this.#menu.open(character, rect);
  }

  /** @param {number} index */
  erase(index) {
    const character = this.#shown[index];
    if (character !== undefined) this.#options.ink.erase(...numbersOf(character));
  }

  #tint() {
    const colours = this.#tintSamples.map((sample) => getComputedStyle(sample).color);
    this.#options.layers.tint(new Map([...this.#tints].map(([stroke, tint]) => (
      [stroke, /** @type {string} */ (colours[tint])]))));
  }
}
