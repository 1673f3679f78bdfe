// The switch between a digit and a line: what lines alone need is loaded with the first of them.

import { requireElement, translateElements } from "../dom/elements.js";
import { adoptStyle, showGuide } from "../element/shadow-tree.js";

/**
 * @typedef {object} SwitchOptions
 * @property {ShadowRoot} root
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 */

export class LineSwitch {
  #options;
  #turned = new AbortController();
  /** Those of lines. @type {readonly string[]} */ styles = [];

  /** @param {SwitchOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {boolean} isLine
   * @param {import("../element/shadow-tree.js").Parts} parts
   * @param {AbortSignal} signal ends them
   */
  async turn(isLine, parts, signal) {
    const { root, ink, translate } = this.#options;
    this.#turned.abort();
    this.#turned = new AbortController();
    const ending = AbortSignal.any([this.#turned.signal, signal]);
    requireElement(root, ".recognizer", HTMLElement).classList.toggle("reads-line", isLine);
    // The keyboard goes where the eye goes: a line's text stands above the board.
    const pad = requireElement(root, ".pad", HTMLElement);
    const place = isLine ? "before" : "after";
    pad[place](requireElement(root, "#answers", HTMLElement));
    const hint = requireElement(root, ".hint", HTMLElement);
    hint.dataset["i18n"] = isLine ? "hintLine" : "hint";
    translateElements(root, translate);
    parts.board.isEndless = isLine;
    parts.layers.fit();
    void showGuide(root, parts.board);
    if (!isLine) return;
    const module = await import("../line/line-mode.js").catch(() => null);
    if (module === null || ending.aborted) return;
    this.styles = [module.STYLE];
    adoptStyle(root, ...this.styles);
    module.startLineMode(root, { ...parts, ink, translate, signal: ending });
    parts.board.subscribe(() => void showGuide(root, parts.board), ending);
  }
}
