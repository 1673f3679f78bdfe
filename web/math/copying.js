// Copying a formula: as LaTeX, as MathML, or as a picture of it or of its ink.

import { boxOf } from "../core/stroke.js";
import { createHtml, viewOf } from "../dom/elements.js";
import { download, pngOf, pngOfMathml } from "../dom/pictures.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 *
 * What there is to copy; null for what there is not.
 * @typedef {object} Copyable
 * @property {string | null} latex
 * @property {string | null} mathml
 * @property {import("../core/ink.js").Size | null} formula its size in ems
 * @property {readonly import("../core/ink.js").Stroke[]} ink
 *
 * @typedef {object} CopyingOptions
 * @property {HTMLElement} place
 * @property {Translate} translate in the language of the moment
 * @property {() => Copyable} content
 * @property {(words: string) => void} announce
 * @property {AbortSignal} signal
 */

const KINDS = Object.freeze({
  latex: "copyLatex", mathml: "copyMathml", formula: "copyFormula", ink: "copyInk",
});
const MOVES = Object.freeze({ ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity });
const AROUND = 24; // Canvas units around the ink of a picture.
const SHOWN_MS = 2_000; // How long the button says that it has copied.

export class Copying {
  #options;
  #button = createHtml("button", {
    type: "button", class: "copy", part: "copy", "aria-haspopup": "menu", "data-i18n": "copy",
  });
  #menu = createHtml("div", { class: "menu", popover: "auto", role: "menu", part: "menu" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {CopyingOptions} options */
  constructor(options) {
    this.#options = options;
    const { place, signal } = options;
    place.append(this.#button, this.#menu);
    this.#button.addEventListener("click", () => this.#open(), { signal });
    this.#menu.addEventListener("keydown", (event) => this.#press(event), { signal });
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#button.remove();
      this.#menu.remove();
    });
  }

  /** Follows what there is to copy, and the language. */
  refresh() {
    const { content, translate } = this.#options;
    const { ink } = content();
    this.#button.ariaDisabled = String(ink.length === 0);
    if (this.#timer === undefined) this.#button.textContent = translate("copy");
  }

  #open() {
    if (this.#button.ariaDisabled === "true") return;
    const { content, translate } = this.#options;
    const copyable = content();
    this.#menu.ariaLabel = translate("copy");
    this.#menu.replaceChildren(...Object.entries(KINDS).flatMap(([kind, key]) => {
      if (copyable[/** @type {keyof Copyable} */ (kind)] === null) return [];
      const attributes = { type: "button", class: "words", role: "menuitem", tabindex: -1 };
      const item = createHtml("button", attributes, translate(key));
      item.dataset["kind"] = kind;
      item.addEventListener("click", () => {
        this.#close();
        void this.#copy(/** @type {keyof Copyable} */ (kind), copyable);
      });
      return [item];
    }));
    this.#menu.showPopover();
    const { right, bottom, top } = this.#button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#menu;
    const isBelow = bottom + height <= viewOf(this.#menu).innerHeight;
    this.#menu.style.left = `${Math.max(right - width, 8)}px`;
    this.#menu.style.top = `${Math.max(isBelow ? bottom : top - height, 8)}px`;
    this.#menu.querySelector("button")?.focus();
  }

  #close() {
    this.#menu.hidePopover();
    this.#button.focus();
  }

  /** @param {keyof Copyable} kind @param {Copyable} copyable */
  async #copy(kind, { latex, mathml, formula, ink }) {
    const { clipboard } = viewOf(this.#button).navigator;
    const text = kind === "latex" ? latex : kind === "mathml" ? mathml : null;
    if (text !== null) {
      const type = kind === "latex" ? "application/x-tex" : "application/mathml+xml";
      try {
        // Over plain http there is no clipboard.
        await clipboard.writeText(text);
        return this.#say("copied");
      } catch {
        download(new Blob([text], { type }), kind === "latex" ? "formula.tex" : "formula.mml");
        return this.#say("downloaded");
      }
    }
    const picture = kind === "formula" && mathml !== null && formula !== null
      ? pngOfMathml(mathml, formula).catch(() => pngOf(ink, frameOf(ink)))
      : pngOf(ink, frameOf(ink));
    try {
      // Safari takes a picture that is still being made; it asks for the click to be the cause.
      await clipboard.write([new ClipboardItem({ "image/png": picture })]);
      this.#say("copied");
    } catch {
      download(await picture, `${kind}.png`);
      this.#say("downloaded");
    }
  }

  /** @param {"copied" | "downloaded"} key */
  #say(key) {
    const words = this.#options.translate(key);
    this.#button.textContent = words;
    this.#options.announce(words);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.refresh();
    }, SHOWN_MS);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { key } = event;
    if (key === "Escape" || key === "Tab") {
      this.#close();
    } else if (key in MOVES) {
      const items = [...this.#menu.querySelectorAll("button")];
      const next = items.findIndex((item) => item.matches(":focus"))
        + MOVES[/** @type {keyof typeof MOVES} */ (key)];
      items[Math.min(Math.max(next, 0), items.length - 1)]?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** The ink, and a little around it. @param {Copyable["ink"]} ink */
function frameOf(ink) {
  const { left, top, right, bottom } = boxOf(ink);
  return {
    left: left - AROUND, top: top - AROUND,
    width: right - left + 2 * AROUND, height: bottom - top + 2 * AROUND,
  };
}
