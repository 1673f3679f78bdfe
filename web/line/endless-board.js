// What every line, text and formula has on the board: marks, scrolling, selection, scratching out.

import { scratchedBy } from "../core/scratch.js";
import { requireElement, translateElements } from "../dom/elements.js";
import { Marks } from "./marks.js";
import { Scroller } from "./scroller.js";
import { Selection } from "./selection.js";
import { scrollWithTwoFingers } from "./two-fingers.js";
import { WORDS } from "./words.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../element/answers.js").AnswerView} AnswerView
 * @typedef {import("./words.js").Several} Several
 *
 * @typedef {object} BoardExtras
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {Several} several what is written
 * @property {AbortSignal} signal ends the mode
 *
 * @typedef {import("../element/shadow-tree.js").Parts & BoardExtras} BoardOptions
 *
 * What shows the answers. It may take a stroke that is about to be finished for something else.
 * @typedef {AnswerView & {takes?: (stroke: Stroke) => boolean}} BoardView
 */

/**
 * @param {ShadowRoot} root
 * @param {BoardOptions} options
 * @param {(marks: Marks) => BoardView} makeView
 */
export function startEndlessBoard(root, options, makeView) {
  const { board, pad, answers, ink, several, signal, translate } = options;
  const area = requireElement(root, ".pad", HTMLElement);
  const canvas = requireElement(root, "#pad", HTMLCanvasElement);
  const marks = new Marks(area, board, signal);
  const scroller = new Scroller(area, board, ink, signal);
  scrollWithTwoFingers({ area, board, pad, scroller, signal });
  pad.selector = new Selection({
    area, canvas, board, ink, marks, signal,
    announce: (key, values) => answers.announce(translate(key, values)),
  });
  const view = makeView(marks);
  pad.onStroke = (stroke) => scratchOut(root, ink, stroke) || view.takes?.(stroke) === true;
  const frame = requireElement(root, ".recognizer", HTMLElement);
  ink.subscribe(({ kind }) => {
    if (kind !== "points") frame.classList.toggle("is-writing", ink.open !== null);
  }, signal);
  answers.view = view;
  signal.addEventListener("abort", () => {
    pad.selector = pad.onStroke = answers.view = null;
  });
  requireElement(root, ".hint", HTMLElement).dataset["i18n"] = WORDS[several].hint;
  translateElements(root, translate);
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
