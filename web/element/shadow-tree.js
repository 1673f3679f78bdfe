// The shadow tree of <ink-recognizer>, which the page's styles do not reach, and the parts in it.

import { CANVAS } from "../core/ink.js";
import { TOP } from "../core/messages.js";
import {
  createHtml, createSvg, requireElement, translateElements,
} from "../dom/elements.js";
import { Answers } from "./answers.js";
import { Board } from "./board.js";
import { Keyboard } from "./keyboard.js";
import { Layers } from "./layers.js";
import { Pad } from "./pad.js";
import { Status } from "./status.js";
import { STYLE } from "./style.js";

/**
 * @typedef {object} Parts
 * @property {Board} board
 * @property {Layers} layers
 * @property {Pad} pad
 * @property {Answers} answers
 * @property {Status} status
 * @property {(text: string) => void} notice shows words about the ink
 *
 * @typedef {object} PartsOptions
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {() => void} onDown called before a pointer or a key changes the ink
 * @property {AbortSignal} signal ends all parts
 */

/** @type {WeakMap<Document, Map<string, CSSStyleSheet>>} */
const styleSheets = new WeakMap();

/** Builds the shadow tree of an element. @param {HTMLElement} host @returns {ShadowRoot} */
export function buildShadowTree(host) {
  const root = host.attachShadow({ mode: "open" });
  adoptStyle(root);
  root.append(createHtml("div", { class: "container" },
    createHtml("div", { class: "recognizer", part: "recognizer" },
      createHtml("p", { id: "status", part: "status", "data-state": "connecting" },
        createHtml("span", { class: "light" }), createHtml("span", { class: "words" })),
      padTree(),
      answersTree(),
      createHtml("div", { class: "more" }, createHtml("slot")),
      createHtml("p", { id: "notice", part: "notice", "aria-live": "polite" }),
      createHtml("p", { id: "announcement", class: "unseen", "aria-live": "polite" }))));
  return root;
}

/**
 * Gives a shadow tree its style, again whenever its host comes into another document: a style sheet
 * serves only the one for which it was made.
 * @param {ShadowRoot} root
 * @param {readonly string[]} more styles
 */
export function adoptStyle(root, ...more) {
  const { ownerDocument } = root;
  const view = ownerDocument.defaultView;
  // A document that no window shows needs no style.
  if (view === null) return;
  const sheets = styleSheets.get(ownerDocument) ?? new Map();
  styleSheets.set(ownerDocument, sheets);
  root.adoptedStyleSheets = [STYLE, ...more].map((style) => {
    const sheet = sheets.get(style) ?? new view.CSSStyleSheet();
    if (!sheets.has(style)) sheet.replaceSync(style);
    sheets.set(style, sheet);
    return sheet;
  });
}

function padTree() {
  const square = { viewBox: `0 0 ${CANVAS.width} ${CANVAS.height}`, "aria-hidden": "true" };
  return createHtml("div", { class: "pad", part: "pad" },
    createSvg("svg", { class: "guide", ...square }),
    createHtml("p", { class: "hint", part: "hint", "aria-hidden": "true", "data-i18n": "hint" }),
    createHtml("canvas", {
      id: "pad", tabindex: 0, role: "application", "data-i18n-label": "pad",
      "aria-describedby": "help",
    }),
    createHtml("canvas", { class: "upper", "aria-hidden": "true" }),
    createSvg("svg", { class: "printed", ...square }, createSvg("path")),
    createHtml("span", { class: "cursor", hidden: "" }),
    createHtml("span", { class: "corner" }),
    createHtml("span", { class: "corner right" }),
    createHtml("span", { class: "corner low" }),
    createHtml("p", { id: "help", class: "unseen", "data-i18n": "padHelp" }));
}

function answersTree() {
  return createHtml("section",
    { id: "answers", part: "answers", "data-seq": 0, "data-i18n-label": "answer" },
    createHtml("div", { class: "best", "aria-hidden": "true" },
      createHtml("p", { class: "digit", part: "digit" }),
      createHtml("p", { class: "caption", part: "caption" })),
    createHtml("ol", { class: "top", part: "top" }, ...Array.from({ length: TOP }, answerRow)),
    createHtml("div", { class: "insight" },
      createHtml("figure", { class: "saw", part: "saw" },
        createHtml("div", { class: "frame" },
          createHtml("img", { "data-i18n-alt": "sawLong", alt: "", hidden: "" })),
        createHtml("figcaption", { "data-i18n": "saw", "aria-hidden": "true" })),
      createHtml("p", { class: "delay", part: "delay" },
        createHtml("span", { class: "total" }), createHtml("span", { class: "parts" }))));
}

function answerRow() {
  return createHtml("li", { class: "answer" },
    createHtml("span", { class: "label" }),
    createHtml("span", { class: "track" }, createHtml("span", { class: "fill" })),
    createHtml("span", { class: "share" }));
}

/**
 * Shows a guide. Few people want one, so its module is loaded with the first; while that cannot be
 * had there is none.
 * @param {ShadowRoot} root
 * @param {Board} board
 */
export async function showGuide(root, board) {
  const guide = guideOf(root, board);
  const svg = requireElement(root, ".guide", SVGSVGElement);
  const module = guide === "" ? null : await import("./guide.js").catch(() => null);
  // Another one may have been chosen meanwhile.
  if (guide !== guideOf(root, board)) return;
  svg.setAttribute("viewBox", `0 0 ${board.width} ${board.height}`);
  if (module === null) svg.replaceChildren();
  else module.drawGuide(svg, board, guide);
  const frame = requireElement(root, ".recognizer", HTMLElement);
  frame.classList.toggle("has-guide", svg.childElementCount > 0);
}

/** A line has no digit to trace. @param {ShadowRoot} root @param {Board} board */
function guideOf(root, board) {
  const guide = root.host.getAttribute("guide") ?? "";
  return board.isEndless && guide !== "lines" ? "" : guide;
}

/**
 * Has the parts follow an attribute of their host, other than those of its connection.
 * @param {ShadowRoot} root
 * @param {Parts} parts
 * @param {string} name
 * @param {import("../core/i18n.js").Translate} translate in the language of the moment
 */
export function applyAttribute(root, { board, pad, answers, status }, name, translate) {
  const value = root.host.getAttribute(name);
  const frame = requireElement(root, ".recognizer", HTMLElement);
  if (name === "lang") {
    translateElements(root, translate);
    for (const part of [answers, status]) part.localize(translate);
  } else if (name === "tool") {
    pad.tool = value === "eraser" || value === "select" ? value : "pen";
    frame.classList.toggle("erases", pad.tool === "eraser");
    frame.classList.toggle("selects", pad.tool === "select");
  } else if (name === "ink-kept") {
    status.keepsInk(value !== null);
  } else if (name === "pen-width") {
    pad.width = Number(value) > 0 ? Number(value) : undefined;
  } else {
    void showGuide(root, board);
  }
}

/**
 * Brings a shadow tree to life.
 * @param {ShadowRoot} root
 * @param {PartsOptions} options
 * @returns {Parts}
 */
export function connectParts(root, { ink, translate, onDown, signal }) {
  /** @param {string} selector */
  const find = (selector) => requireElement(root, selector, HTMLElement);
  const canvas = requireElement(root, "#pad", HTMLCanvasElement);
  const upper = requireElement(root, ".upper", HTMLCanvasElement);
  const printed = requireElement(root, ".printed path", SVGPathElement);
  const corners = [...root.querySelectorAll(".corner")];
  const board = new Board(ink);
  const layers = new Layers({ lower: canvas, upper, printed, corners, ink, board, signal });
  const pad = new Pad({ canvas, corners, board, ink, layers, onDown, signal });
  const answers = new Answers(find("#answers"), find("#announcement"), translate);
  const onPen = (/** @type {string} */ key) => answers.announce(translate(key));
  new Keyboard({ canvas, cursor: find(".cursor"), board, ink, pad, onDown, onPen, signal });
  const status = new Status(find("#status"), find("#status .words"), translate, signal);
  const notice = (/** @type {string} */ text) => { find("#notice").textContent = text; };
  return { board, layers, pad, answers, status, notice };
}
