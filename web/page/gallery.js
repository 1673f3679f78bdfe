// A stroke point is seen again here, in a small picture: the drawings made on this device, to choose from.

import { pathOf } from "../core/outline.js";
import { CANVAS } from "../element/pad.js";

/**
 * @typedef {import("./history.js").Drawing} Drawing
 * @typedef {import("../core/i18n.js").Say} Say
 * @typedef {{item: HTMLLIElement, content: string, drawing: Drawing}} Shown
 */

const SVG = "http://www.w3.org/2000/svg";

export class Gallery {
  #list;
  #say;
  /** @type {Map<string, Shown>} by the drawings' ids */ #shown = new Map();

  /**
   * @param {HTMLOListElement} list to fill
   * @param {Say} say in the language of the moment
   * @param {(drawing: Drawing) => void} chosen
   * @param {AbortSignal} signal
   */
  constructor(list, say, chosen, signal) {
    this.#list = list;
    this.#say = say;
    list.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest("li") : null;
      const shown = [...this.#shown.values()].find((each) => each.item === item);
      if (shown !== undefined && event.target !== item) chosen(shown.drawing);
    }, { signal });
  }

  /**
   * Elements of drawings that have not changed stay the same, and so the focus stays where it is.
   * @param {readonly Drawing[]} drawings in order
   */
  show(drawings) {
    this.#remove(new Set(drawings.map((drawing) => drawing.id)));
    let next = this.#list.firstElementChild;
    for (const drawing of drawings) {
      const item = this.#itemOf(drawing);
      // An element that is moved loses the focus, so only those are moved that have to be.
      if (item === next) next = next.nextElementSibling;
      else this.#list.insertBefore(item, next);
    }
  }

  /** @param {Set<string>} kept */
  #remove(kept) {
    for (const [id, { item }] of this.#shown) {
      if (kept.has(id)) continue;
      const neighbour = item.nextElementSibling ?? item.previousElementSibling;
      const hadFocus = item.matches(":focus-within");
      item.remove();
      this.#shown.delete(id);
      // Else people who use the keyboard would find themselves at the top of the page.
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
    const button = item.querySelector("button") ?? item.appendChild(document.createElement("button"));
    button.type = "button";
    button.setAttribute("aria-label", name);
    button.title = name;
    button.replaceChildren(this.#pictureOf(drawing), answerOf(drawing));
    this.#shown.set(drawing.id, { item, content, drawing });
    return item;
  }

  /** @param {Drawing} drawing */
  #nameOf(drawing) {
    const time = timeOf(new Date(drawing.began), this.#say("locale"));
    const label = meaningOf(drawing);
    if (label === undefined) return this.#say("drawnUnread", { time });
    return label === null ? this.#say("drawnRejected", { time }) : this.#say("drawnDigit", { label, time });
  }

  /** @param {Drawing} drawing */
  #pictureOf({ strokes }) {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 ${CANVAS.width} ${CANVAS.height}`);
    picture.setAttribute("aria-hidden", "true"); // The button's name says what it is.
    for (const stroke of strokes) {
      const path = picture.appendChild(document.createElementNS(SVG, "path"));
      path.setAttribute("d", pathOf(stroke));
      path.setAttribute("fill", "currentColor");
    }
    return picture;
  }
}

/** What somebody has said that it is, else what it was read as. @param {Drawing} drawing @returns {string | null | undefined} null for no digit */
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
function timeOf(time, locale) {
  const isToday = time.toDateString() === new Date().toDateString();
  return time.toLocaleString(locale, isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
