// The gallery of signs: which can be read, and how each may be written. It is loaded with the first
// text or formula, and the forms when it is opened.

import "../core/i18n-signs.js";
import { spoken } from "../core/symbols.js";
import { createHtml, createSvg } from "../dom/elements.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 */

const EDGE = 8; // Around a form, in units of its grid of 100.
const FOOT = 36; // Below the grid, for what hangs down.

export class Signs {
  #recognizer;
  #translate;
  #button = createHtml("button", { id: "signs", type: "button" },
    createHtml("span", { "aria-hidden": "true" }, "Aπ"));
  #list = createHtml("div", { class: "signs" });
  #dialog = /** @type {HTMLDialogElement} */ (createHtml("dialog", {
    id: "signs-dialog", "aria-labelledby": "signs-title",
  }));

  /**
   * @param {InkRecognizer} recognizer
   * @param {HTMLElement} next before which its button stands
   * @param {Translate} translate in the language of the moment
   * @param {AbortSignal} signal
   */
  constructor(recognizer, next, translate, signal) {
    this.#recognizer = recognizer;
    this.#translate = translate;
    const style = createHtml("link", { rel: "stylesheet", href: "page/signs.css" });
    document.head.append(style);
    next.before(this.#button);
    document.body.append(this.#dialog);
    this.#dialog.append(
      createHtml("div", { class: "row" },
        createHtml("h2", { id: "signs-title", "data-i18n": "signsOpen" }),
        createHtml("button", { type: "button", value: "close", "data-i18n": "close" })),
      createHtml("p", { "data-i18n": "signsWords" }),
      this.#list);
    this.#button.addEventListener("click", () => this.#open(), { signal });
    this.#dialog.addEventListener("click", (event) => {
      const isClose = event.target instanceof HTMLButtonElement;
      // What is beside the dialog is its backdrop.
      if (isClose || event.target === this.#dialog) this.#dialog.close();
    }, { signal });
    this.#button.dataset["i18nLabel"] = "signsOpen";
    this.#localize();
  }

  /** @param {boolean} isOffered */
  offer(isOffered) {
    this.#button.hidden = !isOffered;
    this.#localize();
  }

  async #open() {
    const { SIGNS } = await import("./sign-forms.js");
    this.#localize();
    const labels = new Set(this.#recognizer.labels);
    // Before the service has said what it knows, all are shown.
    const isKnown = (/** @type {string} */ sign) => labels.size === 0 || labels.has(sign);
    this.#list.replaceChildren(...SIGNS.flatMap(([group, signs]) => {
      const known = signs.filter(([sign]) => isKnown(sign));
      if (known.length === 0) return [];
      return [
        createHtml("h3", {}, this.#translate(group)),
        createHtml("ul", { role: "list" },
          ...known.map(([sign, forms]) => this.#itemOf(sign, forms))),
      ];
    }));
    this.#dialog.showModal();
  }

  /** @param {string} sign @param {readonly string[]} forms */
  #itemOf(sign, forms) {
    const label = spoken(sign, this.#translate);
    const name = this.#translate("signForms", { label, count: forms.length });
    return createHtml("li", { "data-sign": sign },
      createHtml("span", { class: "sign", "aria-hidden": "true" }, sign),
      createHtml("span", { class: "forms", role: "img", "aria-label": name },
        ...forms.map(pictureOf)));
  }

  #localize() {
    const label = this.#translate("signsOpen");
    this.#button.ariaLabel = this.#button.title = label;
    for (const element of this.#dialog.querySelectorAll("[data-i18n]")) {
      const { i18n = "" } = /** @type {HTMLElement} */ (element).dataset;
      element.textContent = this.#translate(i18n);
    }
  }
}

/** @param {string} path */
function pictureOf(path) {
  const right = Math.max(...[...path.matchAll(/[ML](-?\d+) /g)].map(([, x]) => Number(x)));
  const box = `${-EDGE} ${-EDGE} ${right + 2 * EDGE} ${100 + FOOT + EDGE}`;
  return createSvg("svg", { viewBox: box, "aria-hidden": "true" },
    createSvg("path", { d: path }));
}
