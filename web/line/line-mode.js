// Lines and texts in the element: joins the parts that they have, for as long as it reads them.

import "../core/i18n-line.js";
import { createHtml, requireElement } from "../dom/elements.js";
import { Characters } from "./characters.js";
import { startEndlessBoard } from "./endless-board.js";
import { PrintedText } from "./printed-text.js";
import { Segments } from "./segments.js";
import { STYLE } from "./style.js";
import { announcementOf, captionOf } from "./words.js";

/**
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../element/answers.js").AnswerState} AnswerState
 * @typedef {import("./endless-board.js").BoardOptions} BoardOptions
 * @typedef {import("./endless-board.js").BoardView} BoardView
 * @typedef {import("./marks.js").Marks} Marks
 */

export const STYLES = Object.freeze([STYLE]);

// A value beside the ink is in the way while a reading is doubtful, such as that of half a =.
export const LIKELY = 0.5;

/** @param {ShadowRoot} root @param {BoardOptions} options */
export function startMode(root, options) {
  startEndlessBoard(root, options, (marks) => new LineView(root, marks, options));
}

/** Shows the answers to a line or a text. @implements {BoardView} */
class LineView {
  #options;
  #marks;
  #line = createHtml("div", { class: "line", part: "line" });
  #caption = createHtml("p", { class: "line-caption" });
  #characters;
  #segments;
  /** Of a text. @type {PrintedText | null} */ #print = null;

  /** @param {ShadowRoot} root @param {Marks} marks @param {BoardOptions} options */
  constructor(root, marks, options) {
    const { translate, signal } = options;
    this.#options = options;
    this.#marks = marks;
    this.#line.dataset["several"] = options.several;
    requireElement(root, "#answers", HTMLElement).prepend(this.#caption, this.#line);
    this.#segments = new Segments({
      ...options, place: this.#line, marks,
      onMenuClosed: (index) => this.#characters.focus(index),
    });
    const open = (/** @type {number} */ index, /** @type {DOMRect} */ rect) =>
      this.#segments.open(index, rect);
    const stress = (/** @type {number} */ index) => {
      marks.stress(index);
      this.#print?.stress(index);
    };
    if (options.several === "text") {
      this.#print = new PrintedText(this.#line, { open, stress }, signal);
    }
    this.#characters = new Characters({
      place: this.#line, translate, signal,
      onOpen: (index, button) =>
        open(index, this.#print?.rectOf(index) ?? button.getBoundingClientRect()),
      onErase: (index) => this.#segments.erase(index),
      onStress: stress,
    });
    signal.addEventListener("abort", () => {
      this.#line.remove();
      this.#caption.remove();
    });
  }

  /** @param {AnswerState} state @param {Prediction | null} answer */
  show(state, answer) {
    const { several, translate } = this.#options;
    const value = answer?.value ?? null;
    const shown = this.#segments.show(answer);
    this.#characters.show(shown, value);
    this.#print?.show(shown);
    const isLikely = state === "final" && (answer?.p ?? 0) >= LIKELY;
    this.#marks.showValue(isLikely ? value : null, shown);
    this.#caption.textContent = captionOf(state, answer, translate, several);
  }

  /** @param {Prediction} answer */
  announcement(answer) {
    return announcementOf(answer, this.#options.translate, this.#options.several);
  }
}
