// The switch between a digit and a line: what lines alone need is loaded with the first of them.

import { requireElement, translateElements } from "../dom/elements.js";
import { adoptStyle, showGuide } from "../element/shadow-tree.js";

/**
 * @typedef {object} SwitchOptions
 * @property {import("../element/shadow-tree.js").Parts} parts
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {AbortSignal} signal
 */

export class LineSwitch {
  #root;
  #turned = new AbortController();
  /** Those of lines. @type {readonly string[]} */ styles = [];

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {boolean} isLine @param {SwitchOptions} options */
  async turn(isLine, { parts, ink, translate, signal }) {
    this.#turned.abort();
    this.#turned = new AbortController();
    const ending = AbortSignal.any([this.#turned.signal, signal]);
    requireElement(this.#root, ".recognizer", HTMLElement).classList.toggle("reads-line", isLine);
    // The keyboard goes where the eye goes: a line's text stands above the board.
    const pad = requireElement(this.#root, ".pad", HTMLElement);
    const place = isLine ? "before" : "after";
    pad[place](requireElement(this.#root, "#answers", HTMLElement));
    const hint = requireElement(this.#root, ".hint", HTMLElement);
    hint.dataset["i18n"] = isLine ? "hintLine" : "hint";
    translateElements(this.#root, translate);
    parts.board.isEndless = isLine;
    parts.layers.fit();
    void showGuide(this.#root, parts.board);
    if (!isLine) return;
    const module = await import("../line/line-mode.js").catch(() => null);
    if (module === null || ending.aborted) return;
    this.styles = [module.STYLE];
    adoptStyle(this.#root, ...this.styles);
    module.startLineMode(this.#root, { ...parts, ink, translate, signal: ending });
    parts.board.subscribe(() => void showGuide(this.#root, parts.board), ending);
  }
}
