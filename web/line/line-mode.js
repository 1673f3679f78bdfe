// Lines in the element: joins the parts that only lines have, for as long as it reads them.

import "../core/i18n-line.js";
import { scratchedBy } from "../core/scratch.js";
import { createHtml, requireElement, translateElements, viewOf } from "../dom/elements.js";
import { CharacterMenu } from "./character-menu.js";
import { Characters } from "./characters.js";
import { Marks } from "./marks.js";
import { charactersOf } from "./reading.js";
import { Scroller } from "./scroller.js";
import { Selection } from "./selection.js";
import { TINTS, tintsOf } from "./tints.js";
import { scrollWithTwoFingers } from "./two-fingers.js";
import { announcementOf, captionOf } from "./words.js";

export { STYLE } from "./style.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../element/answers.js").AnswerState} AnswerState
 * @typedef {import("../element/answers.js").AnswerView} AnswerView
 * @typedef {import("./reading.js").Character} Character
 *
 * @typedef {object} LineExtras
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {AbortSignal} signal ends the mode
 *
 * @typedef {import("../element/shadow-tree.js").Parts & LineExtras} LineOptions
 */

// A value beside the ink is in the way while a reading is doubtful, such as that of half a =.
const LIKELY = 0.5;

/** @param {ShadowRoot} root @param {LineOptions} options */
export function startLineMode(root, options) {
  const { board, pad, answers, ink, signal } = options;
  const area = requireElement(root, ".pad", HTMLElement);
  const canvas = requireElement(root, "#pad", HTMLCanvasElement);
  const marks = new Marks(area, board, signal);
  const scroller = new Scroller(area, board, ink, signal);
  scrollWithTwoFingers({ area, board, pad, scroller, signal });
  pad.selector = new Selection({
    area, canvas, board, ink, marks, signal,
    announce: (key, values) => answers.announce(options.translate(key, values)),
  });
  pad.onStroke = (stroke) => scratchOut(root, ink, stroke);
  const frame = requireElement(root, ".recognizer", HTMLElement);
  ink.subscribe(({ kind }) => {
    if (kind !== "points") frame.classList.toggle("is-writing", ink.open !== null);
  }, signal);
  answers.view = new LineView(root, marks, options);
  signal.addEventListener("abort", () => {
    pad.selector = pad.onStroke = answers.view = null;
    options.layers.tint(new Map());
  });
  translateElements(root, options.translate);
}

/**
 * Takes a stroke, which is about to be finished, for a gesture if it scratches out others.
 * @param {ShadowRoot} root
 * @param {import("../core/ink.js").Ink} ink
 * @param {Stroke} stroke
 */
function scratchOut(root, ink, stroke) {
  if (root.host.getAttribute("scratch-out") === "off") return false;
  const strokes = scratchedBy(stroke, ink.strokes);
  if (strokes.length === 0) return false;
  ink.undo();
  ink.erase(...strokes.map(({ number }) => number));
  root.host.dispatchEvent(new CustomEvent("scratchout", { detail: { count: strokes.length } }));
  return true;
}

/** Shows the answers to a line. @implements {AnswerView} */
class LineView {
  #options;
  #marks;
  #line = createHtml("div", { class: "line", part: "line" });
  #caption = createHtml("p", { class: "line-caption" });
  #tintSamples = [...Array(TINTS).keys()].map((i) =>
    createHtml("span", { class: `tint-${i}`, hidden: "" }));
  #characters;
  #menu;
  /** @type {Prediction | null} */ #answer = null;
  /** @type {Character[]} */ #shown = [];
  /** Whose menu was opened last. */ #opened = 0;
  /** @type {Map<Stroke, number>} */ #tints = new Map();

  /** @param {ShadowRoot} root @param {Marks} marks @param {LineOptions} options */
  constructor(root, marks, options) {
    const { ink, translate, signal } = options;
    this.#options = options;
    this.#marks = marks;
    requireElement(root, "#answers", HTMLElement).prepend(this.#caption, this.#line);
    this.#line.append(...this.#tintSamples);
    const numbersOf = (/** @type {Character} */ { strokes }) => strokes.map(({ number }) => number);
    this.#characters = new Characters({
      place: this.#line, translate, signal,
      onOpen: (index, button) => this.#open(index, button),
      onErase: (index) => {
        const character = this.#shown[index];
        if (character !== undefined) ink.erase(...numbersOf(character));
      },
      onStress: (index) => marks.stress(index),
    });
    this.#menu = new CharacterMenu(this.#line, translate, {
      pin: (character, label) => ink.pin(numbersOf(character), label),
      erase: (character) => ink.erase(...numbersOf(character)),
      closed: () => this.#characters.focus(this.#opened),
    }, signal);
    // What it offers is about the ink as it was.
    ink.subscribe(() => this.#menu.close(), signal);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      const list = viewOf(root).matchMedia(query);
      list.addEventListener("change", () => this.#tint(), { signal });
    }
    signal.addEventListener("abort", () => {
      this.#line.remove();
      this.#caption.remove();
    });
  }

  /** @param {AnswerState} state @param {Prediction | null} answer */
  show(state, answer) {
    const { ink, translate } = this.#options;
    if (answer !== this.#answer) {
      this.#answer = answer;
      this.#shown = charactersOf(answer, ink);
    }
    const value = answer?.value ?? null;
    const tints = tintsOf(this.#shown, this.#tints);
    this.#tints = new Map(this.#shown.flatMap(({ strokes }, i) =>
      strokes.map((stroke) => [stroke, /** @type {number} */ (tints[i])])));
    this.#tint();
    this.#characters.show(this.#shown, value);
    this.#marks.show(this.#shown, tints);
    const isLikely = state === "final" && (answer?.p ?? 0) >= LIKELY;
    this.#marks.showValue(isLikely ? value : null, this.#shown);
    this.#caption.textContent = captionOf(state, answer, translate);
  }

  /** @param {Prediction} answer */
  announcement(answer) { return announcementOf(answer, this.#options.translate); }

  /** @param {number} index of a character @param {HTMLElement} button at which its menu opens */
  #open(index, button) {
    const character = this.#shown[index];
    this.#opened = index;
    if (character !== undefined) this.#menu.open(character, button);
  }

  #tint() {
    const colours = this.#tintSamples.map((sample) => getComputedStyle(sample).color);
    this.#options.layers.tint(new Map([...this.#tints].map(([stroke, tint]) => (
      [stroke, /** @type {string} */ (colours[tint])]))));
  }
}
