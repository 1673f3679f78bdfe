// The text of a line, character by character: each is a button that opens its other readings.
//
// All of them are one stop of the Tab key; the arrow keys go from one to the next.

import { spoken } from "../core/symbols.js";
import { createHtml, requireElement } from "../dom/elements.js";
import { percent } from "../element/answers.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("./reading.js").Character} Character
 *
 * @typedef {object} CharactersOptions
 * @property {HTMLElement} place
 * @property {Translate} translate in the language of the moment
 * @property {string} [name] what all of them are, as a key of the texts
 * @property {(index: number, button: HTMLElement) => void} onOpen
 * @property {(index: number) => void} onErase
 * @property {(index: number) => void} onStress called with -1 for none
 * @property {AbortSignal} signal
 */

// From so many characters on they are smaller, and have two rows.
const LONG = 9;
const LONGER = 18;
const MOVES = Object.freeze({ ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity });

export class Characters {
  #options;
  #list = createHtml("ol", { class: "text", role: "list" });
  #value = createHtml("li", { class: "value", part: "value" });
  /** @type {HTMLElement[]} */ #buttons = [];
  #current = 0;

  /** @param {CharactersOptions} options */
  constructor(options) {
    this.#options = options;
    const { place, signal } = options;
    place.append(this.#list);
    signal.addEventListener("abort", () => this.#list.remove());
    // In another window, to which the element was moved, the target need not be one of our Node.
    const indexOf = (/** @type {Event} */ event) => {
      const path = event.composedPath();
      return this.#buttons.findIndex((button) => path.includes(button));
    };
    const listen = (/** @type {string} */ type, /** @type {(i: number) => void} */ listener) =>
      this.#list.addEventListener(type, (event) => listener(indexOf(event)), { signal });
    listen("click", (index) => { if (index !== -1) this.#open(index); });
    listen("focusin", (index) => this.#turnTo(index));
    listen("pointerover", (index) => options.onStress(index));
    for (const type of ["focusout", "pointerleave"]) listen(type, () => options.onStress(-1));
    this.#list.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  /** @param {readonly Character[]} characters @param {string | null} value */
  show(characters, value) {
    const { name = "line", translate } = this.#options;
    this.#list.ariaLabel = translate(name);
    this.#list.dataset["length"] = characters.length > LONGER ? "longer"
      : characters.length > LONG ? "long" : "short";
    while (this.#buttons.length < characters.length) this.#add();
    const removed = this.#buttons.splice(characters.length);
    const hadFocus = removed.some((button) => button.matches(":focus"));
    for (const button of removed) button.closest("li")?.remove();
    characters.forEach((character, i) => this.#fill(i, character));
    this.#value.textContent = value ?? "";
    if (value === null) this.#value.remove();
    else this.#list.append(this.#value);
    this.#turnTo(Math.min(this.#current, characters.length - 1));
    if (hadFocus) this.#buttons.at(-1)?.focus();
  }

  /** Puts the focus on a character, or the last one. @param {number} index */
  focus(index) { (this.#buttons[index] ?? this.#buttons.at(-1))?.focus(); }

  #add() {
    const attributes = { type: "button", "aria-haspopup": "menu", part: "character" };
    const button = createHtml("button", attributes,
      createHtml("span", { class: "glyph" }), createHtml("span", { class: "share" }));
    this.#buttons.push(button);
    const item = createHtml("li", {}, button);
    if (this.#value.parentNode === this.#list) this.#value.before(item);
    else this.#list.append(item);
  }

  /** @param {number} index @param {Character} character */
  #fill(index, { label, p, isWeak, isPinned }) {
    const { translate } = this.#options;
    const button = /** @type {HTMLElement} */ (this.#buttons[index]);
    requireElement(button, ".glyph", HTMLElement).textContent = label;
    requireElement(button, ".share", HTMLElement).textContent = isWeak ? percent(p) : "";
    button.classList.toggle("weak", isWeak);
    button.classList.toggle("pinned", isPinned);
    const key = isPinned ? "characterPinned" : isWeak ? "characterUnsure" : "character";
    const said = { label: spoken(label, translate), percent: percent(p) };
    button.ariaLabel = translate(key, said);
    button.title = translate(key, { label, percent: percent(p) });
  }

  /** @param {number} index */
  #open(index) {
    this.#turnTo(index);
    this.#options.onOpen(index, /** @type {HTMLElement} */ (this.#buttons[index]));
  }

  /** @param {number} index of the character that the Tab key comes to */
  #turnTo(index) {
    this.#current = Math.max(index, 0);
    for (const [i, button] of this.#buttons.entries()) {
      button.tabIndex = i === this.#current ? 0 : -1;
    }
    if (this.#buttons[index]?.matches(":focus")) this.#options.onStress(index);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "Delete" || key === "Backspace") {
      this.#options.onErase(this.#current);
    } else if (key in MOVES) {
      const move = MOVES[/** @type {keyof typeof MOVES} */ (key)];
      this.focus(Math.min(Math.max(this.#current + move, 0), this.#buttons.length - 1));
    } else if (key === "ArrowDown") {
      this.#open(this.#current);
    } else {
      return;
    }
    event.preventDefault();
  }
}
