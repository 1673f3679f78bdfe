// The menu of a character: its likeliest labels to choose from, "none", and to take a choice back.

import { spoken } from "../core/symbols.js";
import { createHtml, viewOf } from "../dom/elements.js";
import { percent } from "../element/answers.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("./reading.js").Character} Character
 *
 * @typedef {object} MenuListener
 * @property {(character: Character, label: string | null) => void} pin null takes the pin back
 * @property {(character: Character) => void} erase
 * @property {() => void} closed
 */

const EDGE = 8; // CSS px that stay free between the menu and the edge of the window.
const MOVES = Object.freeze({ ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity });

export class CharacterMenu {
  #menu = createHtml("div", { class: "menu", popover: "auto", role: "menu", part: "menu" });
  #translate;
  #listener;

  /**
   * @param {HTMLElement} place
   * @param {Translate} translate in the language of the moment
   * @param {MenuListener} listener
   * @param {AbortSignal} signal
   */
  constructor(place, translate, listener, signal) {
    this.#translate = translate;
    this.#listener = listener;
    place.append(this.#menu);
    signal.addEventListener("abort", () => this.#menu.remove());
    this.#menu.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  get isOpen() { return this.#menu.matches(":popover-open"); }

  /** @param {Character} character @param {DOMRect} rect at which it opens */
  open(character, rect) {
    this.#menu.ariaLabel = this.#translate("choices", {
      label: spoken(character.label, this.#translate),
    });
    this.#menu.replaceChildren(...this.#itemsOf(character));
    this.#menu.showPopover();
    this.#placeAt(rect);
    const items = this.#items;
    (items.find((item) => item.ariaChecked === "true") ?? items[0])?.focus();
  }

  close() { if (this.isOpen) this.#menu.hidePopover(); }

  /** @returns {HTMLElement[]} */
  get #items() { return [...this.#menu.querySelectorAll("button")]; }

  /** @param {Character} character */
  #itemsOf(character) {
    const { label, isPinned, isShared } = character;
    // What the reader has chosen need not be among what the network thinks likeliest.
    const isListed = character.top.some((candidate) => candidate.label === label);
    const top = isListed ? character.top : [{ label, p: 0 }, ...character.top];
    const items = top.map((candidate) => this.#item(
      { role: "menuitemradio", "aria-checked": String(candidate.label === label) },
      [
        createHtml("span", { class: "glyph" }, candidate.label),
        createHtml("span", { class: "track" }, this.#fill(candidate.p)),
        createHtml("span", { class: "share" }, percent(candidate.p)),
      ],
      () => this.#listener.pin(character, candidate.label),
    ));
    for (const [i, item] of items.entries()) {
      const { label: name = "", p = 0 } = top[i] ?? {};
      item.ariaLabel = this.#translate("character", {
        label: spoken(name, this.#translate), percent: percent(p),
      });
    }
    const words = (/** @type {string} */ key) => [this.#translate(key)];
    if (isPinned) {
      items.push(this.#item({ role: "menuitem", class: "words" }, words("unpin"),
        () => this.#listener.pin(character, null)));
    }
    items.push(this.#item({ role: "menuitem", class: "words" }, words("noCharacter"),
      () => this.#listener.erase(character)));
    if (!isShared) return items;
    return [createHtml("p", { role: "presentation" }, this.#translate("joined")), ...items];
  }

  /**
   * @param {import("../dom/elements.js").Attributes} attributes
   * @param {(Node | string)[]} children
   * @param {() => void} choose
   */
  #item(attributes, children, choose) {
    const item = createHtml("button", { type: "button", tabindex: -1, ...attributes }, ...children);
    item.addEventListener("click", () => {
      this.close();
      choose();
      this.#listener.closed();
    });
    return item;
  }

  /** @param {number} p */
  #fill(p) {
    const fill = createHtml("span", { class: "fill" });
    fill.style.transform = `translateX(${(p - 1) * 100}%)`;
    return fill;
  }

  /** Below what it is about, or above it, and inside the window. @param {DOMRect} rect */
  #placeAt({ left, top, bottom }) {
    const { offsetWidth: width, offsetHeight: height } = this.#menu;
    const { innerWidth, innerHeight } = viewOf(this.#menu);
    const isBelow = bottom + height + EDGE <= innerHeight || top - height < EDGE;
    const y = isBelow ? Math.min(bottom, innerHeight - height - EDGE) : top - height;
    this.#menu.style.left = `${Math.max(Math.min(left, innerWidth - width - EDGE), EDGE)}px`;
    this.#menu.style.top = `${Math.max(y, EDGE)}px`;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { key } = event;
    if (key === "Escape" || key === "Tab") {
      this.close();
      this.#listener.closed();
    } else if (key in MOVES) {
      const items = this.#items;
      const focused = items.findIndex((item) => item.matches(":focus"));
      const next = focused + MOVES[/** @type {keyof typeof MOVES} */ (key)];
      items[Math.min(Math.max(next, 0), items.length - 1)]?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }
}
