// The shadow tree of <ink-recognizer>, which the page's styles do not reach, and the parts in it.

import { CANVAS } from "../core/ink.js";
import { requireElement, translateElements } from "../dom/elements.js";
import { Answers } from "./answers.js";
import { drawGuide } from "./guide.js";
import { Keyboard } from "./keyboard.js";
import { Layers } from "./layers.js";
import { Pad } from "./pad.js";
import { Status } from "./status.js";
import { STYLE } from "./style.js";

/**
 * @typedef {{pad: Pad, answers: Answers, status: Status}} Parts
 *
 * @typedef {object} PartsOptions
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {() => void} onDown called before a pointer or a key changes the ink
 * @property {AbortSignal} signal ends all parts
 */

const ROW = `<li class="answer">
    <span class="label"></span>
    <span class="track"><span class="fill"></span></span>
    <span class="share"></span>
  </li>`;

const TEMPLATE = document.createElement("template");
// There is no space before the container: a page whose text is `white-space: pre` would show it.
TEMPLATE.innerHTML = `<div class="container"><div class="recognizer" part="recognizer">
    <p id="status" part="status" data-state="connecting">
      <span class="light"></span>
      <span class="words"></span>
    </p>
    <div class="pad" part="pad">
      <svg class="guide" viewBox="0 0 400 400" aria-hidden="true"></svg>
      <p class="hint" part="hint" aria-hidden="true" data-i18n="hint"></p>
      <canvas id="pad" tabindex="0" role="application" data-i18n-label="pad"
        aria-describedby="help"></canvas>
      <canvas class="upper" aria-hidden="true"></canvas>
      <span class="cursor" hidden></span>
      <span class="corner"></span>
      <span class="corner right"></span>
      <span class="corner low"></span>
      <p id="help" class="unseen" data-i18n="padHelp"></p>
    </div>
    <section id="answers" part="answers" data-seq="0" data-i18n-label="answer">
      <div class="best" aria-hidden="true">
        <p class="digit" part="digit"></p>
        <p class="caption" part="caption"></p>
      </div>
      <ol class="top" part="top">${ROW.repeat(3)}</ol>
      <div class="insight">
        <figure class="saw" part="saw">
          <div class="frame"><img data-i18n-alt="sawLong" alt="" hidden></div>
          <figcaption data-i18n="saw" aria-hidden="true"></figcaption>
        </figure>
        <p class="delay" part="delay"><span class="total"></span><span class="parts"></span></p>
      </div>
    </section>
    <div class="more"><slot></slot></div>
    <p id="notice" part="notice" aria-live="polite"></p>
    <p id="announcement" class="unseen" aria-live="polite"></p>
  </div></div>`;

/** Builds the shadow tree of an element. @param {HTMLElement} host @returns {ShadowRoot} */
export function buildShadowTree(host) {
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [STYLE];
  root.append(TEMPLATE.content.cloneNode(true));
  return root;
}

/**
 * Has the parts follow an attribute of their host, other than those of its connection.
 * @param {ShadowRoot} root
 * @param {Parts} parts
 * @param {string} name
 * @param {import("../core/i18n.js").Translate} translate in the language of the moment
 */
export function applyAttribute(root, { pad, answers, status }, name, translate) {
  const value = root.host.getAttribute(name);
  const frame = requireElement(root, ".recognizer", HTMLElement);
  if (name === "lang") {
    translateElements(root, translate);
    for (const part of [answers, status]) part.localize(translate);
  } else if (name === "tool") {
    pad.tool = value === "eraser" ? "eraser" : "pen";
    frame.classList.toggle("erases", pad.tool === "eraser");
  } else if (name === "ink-kept") {
    status.keepsInk(value !== null);
  } else if (name === "pen-width") {
    pad.width = Number(value) > 0 ? Number(value) : undefined;
  } else {
    const guide = requireElement(root, ".guide", SVGSVGElement);
    drawGuide(guide, CANVAS, value ?? "");
    frame.classList.toggle("has-guide", guide.childElementCount > 0);
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
  const layers = new Layers({ lower: canvas, upper, ink, size: CANVAS, signal });
  const corners = [...root.querySelectorAll(".corner")];
  const pad = new Pad({ canvas, corners, ink, layers, onDown, signal });
  const answers = new Answers(find("#answers"), find("#announcement"), translate);
  const onPen = (/** @type {string} */ key) => answers.announce(translate(key));
  new Keyboard({ canvas, cursor: find(".cursor"), ink, pad, onDown, onPen, signal });
  const status = new Status(find("#status"), find("#status .words"), translate, signal);
  return { pad, answers, status };
}
