// The text in print as it was read, with its spaces; each of its characters can be tapped.

import { createHtml } from "../dom/elements.js";
import { Tappable } from "./tappable.js";

/** @typedef {import("./reading.js").Character} Character */

// From so many characters on they are smaller.
const LONG = 24;

export class PrintedText {
  #text = createHtml("p", { class: "printed-text" });
  /** @type {HTMLElement[]} */ #characters = [];
  #tappable;

  /**
   * @param {HTMLElement} place
   * @param {import("./tappable.js").TappableListener} listener
   * @param {AbortSignal} signal
   */
  constructor(place, listener, signal) {
    const frame = createHtml("div", { class: "printed-frame" }, this.#text);
    place.append(frame);
    this.#tappable = new Tappable(frame, () => this.#characters.map((element, index) => (
      { index, rect: element.getBoundingClientRect() })), listener, signal);
    signal.addEventListener("abort", () => frame.remove());
  }

  /** @param {readonly Character[]} characters */
  show(characters) {
    this.#characters = characters.map(({ label, isWeak, isPinned }) => {
      const element = createHtml("span", {}, label);
      element.classList.toggle("weak", isWeak);
      element.classList.toggle("pinned", isPinned);
      return element;
    });
    this.#text.replaceChildren(...characters.flatMap(({ isSpaced }, i) => {
      const element = /** @type {HTMLElement} */ (this.#characters[i]);
      return isSpaced ? [" ", element] : [element];
    }));
    this.#text.dataset["length"] = characters.length > LONG ? "long" : "short";
    this.#tappable.stress();
  }

  /** @param {number} index */
  rectOf(index) { return this.#tappable.rectOf(index); }
  /** @param {number} index -1 for none */
  stress(index) { this.#tappable.stress(index); }
}
