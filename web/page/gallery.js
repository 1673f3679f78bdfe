// The gallery: small pictures of the drawings made on this device, to choose from.

import { CANVAS } from "../core/ink.js";
import { hasSegments } from "../core/messages.js";
import { pathOf } from "../core/outline.js";
import { boxOf } from "../core/stroke.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("./history.js").Drawing} Drawing
 * @typedef {{item: HTMLLIElement, content: string, drawing: Drawing}} Shown
 */

// In canvas units: a line of dashes is not to look like one of beams.
const LEAST_HEIGHT = 120;
const AROUND = 24;
const SVG = "http://www.w3.org/2000/svg";

export class Gallery {
  #list;
  #translate;
  /** @type {Map<string, Shown>} by the drawings' ids */ #shown = new Map();

  /**
   * @param {HTMLOListElement} list to fill
   * @param {Translate} translate in the language of the moment
   * @param {(drawing: Drawing) => void} onChoose
   * @param {AbortSignal} signal
   */
  constructor(list, translate, onChoose, signal) {
    this.#list = list;
    this.#translate = translate;
    list.addEventListener("click", ({ target }) => {
      const item = target instanceof Element ? target.closest("li") : null;
      const shown = [...this.#shown.values()].find((each) => each.item === item);
      if (shown !== undefined && target !== item) onChoose(shown.drawing);
    }, { signal });
  }

  /**
   * Shows drawings. Those that have not changed keep their elements, and so the focus.
   * @param {readonly Drawing[]} drawings in order
   */
  show(drawings) {
    this.#removeOthers(new Set(drawings.map((drawing) => drawing.id)));
    let next = this.#list.firstElementChild;
    for (const drawing of drawings) {
      const item = this.#itemOf(drawing);
      // An element that is moved loses the focus, so only those are moved that have to be.
      if (item === next) next = next.nextElementSibling;
      else this.#list.insertBefore(item, next);
    }
  }

  /** @param {Set<string>} ids of the drawings to leave */
  #removeOthers(ids) {
    for (const [id, { item }] of this.#shown) {
      if (ids.has(id)) continue;
      const neighbour = item.nextElementSibling ?? item.previousElementSibling;
      const hadFocus = item.matches(":focus-within");
      item.remove();
      this.#shown.delete(id);
      // The focus would otherwise go to the top of the page, far from a keyboard's user.
      if (hadFocus) neighbour?.querySelector("button")?.focus();
    }
  }

  /** @param {Drawing} drawing @returns {HTMLLIElement} */
  #itemOf(drawing) {
    const name = this.#nameOf(drawing);
    const content = JSON.stringify([name, drawing]);
    const shown = this.#shown.get(drawing.id);
    if (shown?.content === content) return shown.item;
    const item = shown?.item ?? document.createElement("li");
    const button = item.querySelector("button")
      ?? item.appendChild(document.createElement("button"));
    button.type = "button";
    button.setAttribute("aria-label", name);
    button.title = name;
    button.replaceChildren(this.#pictureOf(drawing), answerOf(drawing));
    this.#shown.set(drawing.id, { item, content, drawing });
    return item;
  }

  /** @param {Drawing} drawing */
  #nameOf(drawing) {
    const time = timeOf(new Date(drawing.began), this.#translate("locale"));
    const label = meaningOf(drawing);
    if (label === undefined) return this.#translate("drawnUnread", { time });
    const isLine = hasSegments(drawing.recognize ?? "digit");
    const rejected = isLine ? "drawnRejectedLine" : "drawnRejected";
    if (label === null) return this.#translate(rejected, { time });
    return this.#translate("drawnDigit", { label, time });
  }

  /** @param {Drawing} drawing */
  #pictureOf({ strokes, recognize }) {
    const whole = { left: 0, top: 0, ...CANVAS };
    const isLine = hasSegments(recognize ?? "digit");
    const { left, top, width, height } = isLine ? frameOf(strokes) : whole;
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    picture.style.aspectRatio = `${width} / ${height}`;
    picture.setAttribute("aria-hidden", "true"); // The button's name says what it is.
    for (const stroke of strokes) {
      const path = picture.appendChild(document.createElementNS(SVG, "path"));
      path.setAttribute("d", pathOf(stroke));
      path.setAttribute("fill", "currentColor");
    }
    return picture;
  }
}

/** What is shown of a line: its ink, and a little around it. @param {Drawing["strokes"]} strokes */
function frameOf(strokes) {
  const { left, top, right, bottom } = boxOf(strokes);
  const height = Math.max(bottom - top, LEAST_HEIGHT) + 2 * AROUND;
  return {
    left: left - AROUND, top: (top + bottom - height) / 2,
    width: Math.max(right - left + 2 * AROUND, height), height,
  };
}

/**
 * What the reader has said that it is, else what it was read as.
 * @param {Drawing} drawing
 * @returns {string | null | undefined} null for no digit
 */
function meaningOf({ answer, label }) {
  if (label !== undefined) return label;
  return answer?.rejected ? null : answer?.label;
}

/** @param {Drawing} drawing @returns {HTMLSpanElement} */
function answerOf(drawing) {
  const element = document.createElement("span");
  const label = meaningOf(drawing);
  element.textContent = label ?? "–";
  element.classList.toggle("rejected", label === null);
  return element;
}

/** The time alone if it was today. @param {Date} time @param {string} locale */
export function timeOf(time, locale) {
  const isToday = time.toDateString() === new Date().toDateString();
  const dateStyle = isToday ? {} : /** @type {const} */ ({ dateStyle: "medium" });
  return time.toLocaleString(locale, { ...dateStyle, timeStyle: "short" });
}
