// The switch between one character and several: what lines, texts and formulas alone need is loaded
// with the first of them.

import { hasSegments } from "../core/messages.js";
import { requireElement, translateElements } from "../dom/elements.js";
import { adoptStyle, showGuide } from "../element/shadow-tree.js";

/**
 * @typedef {import("../core/messages.js").Recognition} Recognition
 *
 * @typedef {object} SwitchOptions
 * @property {ShadowRoot} root
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 */

export class LineSwitch {
  #options;
  #turned = new AbortController();
  /** Those of what several characters alone need. @type {readonly string[]} */ styles = [];

  /** @param {SwitchOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {Recognition} recognize
   * @param {import("../element/shadow-tree.js").Parts} parts
   * @param {AbortSignal} signal ends them
   */
  async turn(recognize, parts, signal) {
    const { root, ink, translate } = this.#options;
    this.#turned.abort();
    this.#turned = new AbortController();
    const ending = AbortSignal.any([this.#turned.signal, signal]);
    const isLine = hasSegments(recognize);
    const { classList } = requireElement(root, ".recognizer", HTMLElement);
    classList.toggle("reads-line", isLine);
    classList.toggle("reads-math", recognize === "math");
    // The keyboard goes where the eye goes: a line's text stands above the board.
    const pad = requireElement(root, ".pad", HTMLElement);
    const place = isLine ? "before" : "after";
    pad[place](requireElement(root, "#answers", HTMLElement));
    const hint = requireElement(root, ".hint", HTMLElement);
    const isDigit = recognize === "digit";
    hint.dataset["i18n"] = isLine ? "hintLine" : isDigit ? "hint" : "hintCharacter";
    translateElements(root, translate);
    parts.answers.refusal = isDigit ? "notDigit" : "notCharacter";
    parts.board.isEndless = isLine;
    parts.layers.fit();
    void showGuide(root, parts.board);
    if (!isLine) return;
    const loading = recognize === "math" ? import("../math/math-mode.js")
      : import("../line/line-mode.js");
    const module = await loading.catch(() => null);
    if (module === null || ending.aborted) return;
    this.styles = module.STYLES;
    adoptStyle(root, ...this.styles);
    const several = /** @type {import("../line/words.js").Several} */ (recognize);
    module.startMode(root, { ...parts, ink, translate, several, signal: ending });
    parts.board.subscribe(() => void showGuide(root, parts.board), ending);
  }
}
