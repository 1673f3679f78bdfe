// Typeset characters that can be tapped, however small they are: the nearest one is meant.
//
// They are no buttons, which a finger could not hit in running text; the keyboard has a list.

import { createHtml } from "../dom/elements.js";

/**
 * Where a character is, in CSS px of the window.
 * @typedef {{index: number, rect: DOMRect}} Place
 *
 * @typedef {object} TappableListener
 * @property {(index: number, rect: DOMRect) => void} open a character, at its rectangle
 * @property {(index: number) => void} stress called with -1 for none
 */

const REACH = 16; // CSS px beside a character that a finger may hit.

export class Tappable {
  #element;
  #placesOf;
  #halo = createHtml("div", { class: "halo", hidden: "" });
  #stressed = -1;

  /**
   * @param {HTMLElement} element which the characters are in, and the frame of the stressed one
   * @param {() => Place[]} places where they are now
   * @param {TappableListener} listener
   * @param {AbortSignal} signal
   */
  constructor(element, places, listener, signal) {
    this.#element = element;
    this.#placesOf = places;
    element.append(this.#halo);
    const at = (/** @type {MouseEvent} */ { clientX, clientY }) =>
      nearestPlace(places(), clientX, clientY, REACH);
    element.addEventListener("click", (event) => {
      const found = at(event);
      if (found !== undefined) listener.open(found.index, found.rect);
    }, { signal });
    element.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      const index = at(event)?.index ?? -1;
      element.classList.toggle("points", index !== -1);
      if (index !== this.#stressed) listener.stress(index);
    }, { signal });
    element.addEventListener("pointerleave", () => listener.stress(-1), { signal });
  }

  /** Where a character is. @param {number} index @returns {DOMRect} */
  rectOf(index) {
    const found = this.#placesOf().find((place) => place.index === index);
    return found?.rect ?? this.#element.getBoundingClientRect();
  }

  /** Frames a character, again after each change of the layout. @param {number} [index] */
  stress(index = this.#stressed) {
    this.#stressed = index;
    const found = index === -1 ? undefined
      : this.#placesOf().find((place) => place.index === index);
    this.#halo.hidden = found === undefined;
    if (found === undefined) return;
    const { left, top } = this.#element.getBoundingClientRect();
    const { x, y, width, height } = found.rect;
    Object.assign(this.#halo.style, {
      left: `${x - left}px`, top: `${y - top}px`, width: `${width}px`, height: `${height}px`,
    });
  }
}

/**
 * The place nearest to a point, if that is near enough.
 * @param {readonly Place[]} places
 * @param {number} x
 * @param {number} y
 * @param {number} reach in CSS px
 * @returns {Place | undefined}
 */
function nearestPlace(places, x, y, reach) {
  const distances = places.map(({ rect }) => Math.hypot(
    Math.max(rect.left - x, 0, x - rect.right), Math.max(rect.top - y, 0, y - rect.bottom)));
  // Of several that are hit the smallest: a power stands in the box of its base.
  const area = (/** @type {number} */ i) => {
    const { width = 0, height = 0 } = places[i]?.rect ?? {};
    return width * height;
  };
  const [nearest] = [...places.keys()].sort((one, other) =>
    (distances[one] ?? 0) - (distances[other] ?? 0) || area(one) - area(other));
  const isNear = nearest !== undefined && (distances[nearest] ?? Infinity) <= reach;
  return isNear ? places[nearest] : undefined;
}
