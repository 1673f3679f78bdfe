// Formulas in the element: joins the parts that they have, for as long as it reads them.

import "../core/i18n-line.js";
import "../core/i18n-math.js";
import { mathmlOf } from "../core/mathml.js";
import { createHtml, requireElement } from "../dom/elements.js";
import { Characters } from "../line/characters.js";
import { startEndlessBoard } from "../line/endless-board.js";
import { LIKELY } from "../line/line-mode.js";
import { Segments } from "../line/segments.js";
import { STYLE as LINE_STYLE } from "../line/style.js";
import { announcementOf, captionOf } from "../line/words.js";
import { Copying } from "./copying.js";
import { Formula } from "./formula.js";
import { Readings } from "./readings.js";
import { STYLE } from "./style.js";
import { tappedCharacter } from "./taps.js";
import { treeOf, typesetLatex } from "./typesetting.js";

/**
 * @typedef {import("../core/mathml.js").MathElement} MathElement
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../element/answers.js").AnswerState} AnswerState
 * @typedef {import("../line/endless-board.js").BoardOptions} BoardOptions
 * @typedef {import("../line/endless-board.js").BoardView} BoardView
 * @typedef {import("../line/marks.js").Marks} Marks
 */

export const STYLES = Object.freeze([LINE_STYLE, STYLE]);

/** @param {ShadowRoot} root @param {BoardOptions} options */
export function startMode(root, options) {
  startEndlessBoard(root, options, (marks) => new MathView(root, marks, options));
}

/** Shows the answers to a formula. @implements {BoardView} */
class MathView {
  #root;
  #options;
  #marks;
  #place = createHtml("div", { class: "line", part: "line", "data-several": "math" });
  #caption = createHtml("p", { class: "line-caption" });
  #segments;
  #formula;
  #signs;
  #readings;
  #copying;
  /** @type {Prediction | null} */ #answer = null;
  /** @type {AnswerState} */ #state = "empty";
  #chosen = 0;
  /** What is shown, until the next is there. @type {MathElement | null} */ #tree = null;
  /** The answer that it is of. @type {Prediction | null} */ #typeset = null;

  /** @param {ShadowRoot} root @param {Marks} marks @param {BoardOptions} options */
  constructor(root, marks, options) {
    const { answers, ink, translate, signal } = options;
    this.#root = root;
    this.#options = options;
    this.#marks = marks;
    const tools = createHtml("div", { class: "formula-tools" });
    requireElement(root, "#answers", HTMLElement).prepend(this.#caption, this.#place);
    const stress = (/** @type {number} */ index) => {
      marks.stress(index);
      this.#formula.stress(index);
    };
    this.#segments = new Segments({
      ...options, place: this.#place, marks,
      onMenuClosed: (index) => this.#signs.focus(index),
    });
    const open = (/** @type {number} */ index, /** @type {DOMRect} */ rect) =>
      this.#segments.open(index, rect);
    this.#formula = new Formula(this.#place, { open, stress }, signal);
    this.#signs = new Characters({
      place: this.#place, translate, signal, name: "signs",
      onOpen: (index) => open(index, this.#formula.rectOf(index)),
      onErase: (index) => this.#segments.erase(index),
      onStress: stress,
    });
    this.#place.append(tools);
    this.#readings = new Readings(tools, translate, (index) => {
      this.#chosen = index;
      this.#typeset = null;
      void this.show(this.#state, this.#answer);
    }, signal);
    this.#copying = new Copying({
      place: tools, translate, signal,
      content: () => ({
        latex: this.#isLatexBroken ? null : this.#reading?.latex ?? null,
        mathml: this.#tree === null ? null : mathmlOf(this.#tree),
        formula: this.#tree === null ? null : this.#formula.size,
        ink: ink.strokes,
      }),
      announce: (words) => answers.announce(words),
    });
    ink.subscribe(({ kind }) => { if (kind !== "points") this.#copying.refresh(); }, signal);
    signal.addEventListener("abort", () => {
      this.#place.remove();
      this.#caption.remove();
    });
  }

  /** Whether the LaTeX is none that others could typeset. */
  get #isLatexBroken() { return this.#place.dataset["latex"] === "unknown"; }
  get #reading() { return this.#answer?.alternatives?.[this.#chosen]; }

  /** @param {AnswerState} state @param {Prediction | null} answer */
  show(state, answer) {
    const { several, translate } = this.#options;
    this.#state = state;
    if (answer !== this.#answer) this.#chosen = 0;
    this.#answer = answer;
    const shown = this.#segments.show(answer);
    this.#signs.show(shown, null);
    this.#readings.show(answer?.alternatives ?? [], this.#chosen);
    void this.#typesetReading();
    delete this.#place.dataset["latex"];
    if (state === "final") void this.#checkLatex();
    const value = state === "final" && (answer?.p ?? 0) >= LIKELY ? this.#value : "";
    this.#marks.showValue(value === "" ? null : value, shown);
    this.#caption.textContent = captionOf(state, answer, translate, several);
    this.#copying.refresh();
  }

  /** @param {Prediction} answer */
  announcement(answer) {
    return announcementOf(answer, this.#options.translate, this.#options.several);
  }

  /**
   * Takes a tap on a sign's ink for the wish to see what else it may be.
   * @param {import("../core/ink.js").Stroke} stroke
   */
  takes(stroke) {
    const { board, ink, signal } = this.#options;
    const index = tappedCharacter(stroke, ink.strokes, this.#segments.shown);
    const box = this.#segments.shown[index]?.box ?? null;
    if (box === null) return false;
    ink.undo();
    const { left, top, width } = requireElement(this.#root, ".pad", HTMLElement)
      .getBoundingClientRect();
    const scale = width / board.width;
    const rect = new DOMRect(left + (box.left - board.left) * scale, top + box.top * scale,
      (box.right - box.left) * scale, (box.bottom - box.top) * scale);
    // The browser takes the end of this very tap for one beside the menu, which would close it.
    setTimeout(() => { if (!signal.aborted) this.#segments.open(index, rect); });
    return true;
  }

  /** What the formula comes to, as it stands behind it. */
  get #value() {
    const { text = "", value } = this.#reading ?? {};
    const own = value ?? (this.#chosen === 0 ? this.#answer?.value : null) ?? null;
    if (own === null) return "";
    return text.endsWith("=") ? own : `= ${own}`;
  }

  /** LaTeX that is copied has to be good elsewhere: it is typeset once for that. */
  async #checkLatex() {
    const reading = this.#reading;
    if (reading?.latex === undefined) return;
    const tree = await typesetLatex(reading.latex);
    if (reading !== this.#reading || tree === undefined) return;
    this.#place.dataset["latex"] = tree === null ? "unknown" : "known";
  }

  /** Shows the reading that is chosen; what was shown stays until that is typeset. */
  async #typesetReading() {
    const [answer, chosen] = [this.#answer, this.#chosen];
    if (answer !== null && this.#typeset !== answer) {
      const reading = this.#reading ?? {};
      const found = treeOf(reading);
      const tree = found instanceof Promise ? await found : found;
      if (answer !== this.#answer || chosen !== this.#chosen) return;
      // While the pen moves there may be no formula, but there soon is one again.
      if (tree !== null || this.#state !== "interim") {
        this.#tree = tree;
        this.#typeset = answer;
      }
    }
    if (answer === null) this.#tree = this.#typeset = null;
    // What another answer's elements stand for is not what is on the ink.
    const isOfAnswer = this.#typeset === answer && answer !== null;
    this.#formula.show(this.#tree, this.#value, isOfAnswer ? this.#segments.shown : []);
  }
}
