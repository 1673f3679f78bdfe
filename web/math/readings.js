// Other readings of the whole formula, to choose from: the one that is chosen is shown and copied.

import { createHtml } from "../dom/elements.js";
import { percent } from "../element/answers.js";
import { spokenText } from "../line/words.js";
import { elementsOf, typesetLatex } from "./typesetting.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("../core/readings.js").Reading} Reading
 */

// Of a thousand such readings one or two would be right: they would only be in the way.
const UNLIKELY = 0.002;

export class Readings {
  #translate;
  #onChoose;
  #list = createHtml("div", { class: "readings", role: "group", part: "readings" });
  #shown = "";

  /**
   * @param {HTMLElement} place
   * @param {Translate} translate in the language of the moment
   * @param {(index: number) => void} onChoose
   * @param {AbortSignal} signal
   */
  constructor(place, translate, onChoose, signal) {
    this.#translate = translate;
    this.#onChoose = onChoose;
    place.append(this.#list);
    this.#list.addEventListener("click", (event) => {
      const buttons = [...this.#list.querySelectorAll("button")];
      const path = event.composedPath();
      const index = buttons.findIndex((button) => path.includes(button));
      if (index !== -1) this.#onChoose(index);
    }, { signal });
    signal.addEventListener("abort", () => this.#list.remove());
  }

  /** @param {readonly Reading[]} readings @param {number} chosen */
  show(readings, chosen) {
    const label = this.#translate("readings");
    this.#list.ariaLabel = label;
    const likely = readings.filter(({ p }, i) => i === 0 || p >= UNLIKELY);
    // One reading alone is no choice.
    const all = likely.length > 1 ? likely : [];
    const content = JSON.stringify([label, all]);
    if (content !== this.#shown) {
      this.#shown = content;
      this.#list.replaceChildren(...all.map((reading) => this.#buttonOf(reading)));
    }
    for (const [i, button] of [...this.#list.querySelectorAll("button")].entries()) {
      button.ariaPressed = String(i === chosen);
    }
  }

  /** @param {Reading} reading */
  #buttonOf({ text, p, latex }) {
    const formula = createHtml("span", { class: "reading", "aria-hidden": "true" }, text);
    const share = createHtml("span", { class: "share", "aria-hidden": "true" }, percent(p));
    const button = createHtml("button", { type: "button" }, formula, share);
    button.ariaLabel = this.#translate("character", {
      label: spokenText(text, this.#translate), percent: percent(p),
    });
    // What is copied as LaTeX is seen here as others will see it.
    if (latex !== undefined) {
      void typesetLatex(latex).then((tree) => {
        if (tree) formula.replaceChildren(elementsOf(tree).math);
      });
    }
    return button;
  }
}
