// The strip of what was learnt: for each label the small drawings that it was learnt from.

import { pathOf } from "../core/outline.js";
import { boxOf } from "../core/stroke.js";
import { createHtml, createSvg } from "../dom/elements.js";
import { timeOf } from "./gallery.js";

/**
 * @typedef {import("./drawing-store.js").Drawing} Drawing
 *
 * @typedef {object} StripListener
 * @property {(id: string) => void} delete
 * @property {() => void} deleteAll
 * @property {() => void} restore what was deleted last
 */

// In units of an example's box, whose longer side is 1000.
const PEN_WIDTH = 70;
const AROUND = 90;

const STYLE = `
#learnt .row button {
  min-height: 2.25rem; padding: 0 0.4rem; color: var(--muted); font-size: 0.875rem;
}

#learnt .row > div { display: flex; margin-inline: auto -0.4rem; }
#learnt .unseen { visibility: hidden; }
#learnt .labels {
  display: flex; gap: 1rem; padding: 4px var(--gap); margin: -4px calc(-1 * var(--gap));
  list-style: none; overflow-x: auto; overscroll-behavior-x: contain;
}

#learnt .labels > li { flex: none; }
#learnt h3 { font-size: 0.75rem; font-weight: 400; line-height: 1.3; }
#learnt .labels ul { display: flex; gap: 6px; padding: 2px 0 0; list-style: none; }
#learnt .labels button {
  position: relative; padding: 4px;
  background: var(--surface); border: 1px solid var(--line);
}

#learnt .labels svg { display: block; width: 2.75rem; height: 2.75rem; }
#learnt .drawing { fill: var(--ink); stroke: none; }
#learnt .cross {
  position: absolute; inset: -5px -5px auto auto; width: 1.125rem; height: 1.125rem; padding: 4px;
  border-radius: 50%; background: var(--track); color: var(--muted); stroke-width: 3;
}

#learnt .labels .cross { width: 1.125rem; height: 1.125rem; }
@media (hover: hover) {
  #learnt .labels button:hover .cross { background: var(--accent); color: var(--on-accent); }
}
`;

export class LearntStrip {
  #translate;
  #title = createHtml("h2", { id: "learnt-title" });
  #restore = createHtml("button", { type: "button", id: "relearn" });
  #deleteAll = createHtml("button", { type: "button", id: "unlearn" });
  #labels = createHtml("ul", { class: "labels" });
  /** @type {Map<string, {item: HTMLLIElement, text: string}>} by ids */ #items = new Map();

  /**
   * @param {HTMLElement} section to fill
   * @param {import("../core/i18n.js").Translate} translate in the language of the moment
   * @param {StripListener} listener
   * @param {AbortSignal} signal
   */
  constructor(section, translate, listener, signal) {
    this.#translate = translate;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    document.adoptedStyleSheets.push(sheet);
    section.replaceChildren(
      createHtml("div", { class: "row" }, this.#title,
        createHtml("div", {}, this.#restore, this.#deleteAll)),
      this.#labels);
    this.#restore.addEventListener("click", () => listener.restore(), { signal });
    this.#deleteAll.addEventListener("click", () => listener.deleteAll(), { signal });
    this.#labels.addEventListener("click", ({ target }) => {
      const item = target instanceof Element ? target.closest("button") : null;
      if (item !== null) listener.delete(item.value);
    }, { signal });
  }

  /**
   * @param {readonly Drawing[]} drawings oldest first
   * @param {{canRestore: boolean}} options
   */
  show(drawings, { canRestore }) {
    const buttons = [...this.#labels.querySelectorAll("button")];
    const focused = buttons.findIndex((button) => button.matches(":focus"));
    const hadFocus = focused !== -1
      || [this.#restore, this.#deleteAll].some((button) => button.matches(":focus"));
    const isUndo = this.#restore.matches(":focus") && canRestore;
    this.#title.textContent = this.#translate("learntTitle");
    this.#restore.textContent = this.#translate("undo");
    this.#deleteAll.textContent = this.#translate("unlearnAll");
    // They keep their places, so that nothing moves under a finger.
    this.#restore.classList.toggle("unseen", !canRestore);
    this.#deleteAll.classList.toggle("unseen", drawings.length === 0);
    this.#forgetOthers(new Set(drawings.map(({ id }) => id)));
    const labels = [...new Set(drawings.map(({ label }) => label ?? ""))].sort();
    this.#labels.replaceChildren(...labels.map((label, i) => {
      const title = createHtml("h3", { id: `learnt-${i}` });
      title.textContent = this.#translate("yours", { label });
      const own = drawings.filter((drawing) => drawing.label === label).reverse();
      return createHtml("li", {}, title, createHtml("ul", { "aria-labelledby": `learnt-${i}` },
        ...own.map((drawing) => this.#itemOf(drawing))));
    }));
    if (hadFocus && !isUndo) this.#keepFocus(buttons, focused);
  }

  /**
   * Gives the focus, where what had it is gone, to what is in its place: it would otherwise go to
   * the top of the page, far from a keyboard's user.
   * @param {readonly HTMLButtonElement[]} before
   * @param {number} focused which of them had it; -1 for none
   */
  #keepFocus(before, focused) {
    const now = [...this.#labels.querySelectorAll("button")];
    const same = now.find((button) => button === before[focused]);
    const next = before.slice(focused).find((button) => now.includes(button)) ?? now.at(-1);
    const all = now.length === 0 ? this.#restore : this.#deleteAll;
    (focused === -1 ? all : same ?? next ?? all).focus();
  }

  /** @param {Set<string>} ids */
  #forgetOthers(ids) {
    for (const id of this.#items.keys()) if (!ids.has(id)) this.#items.delete(id);
  }

  /** @param {Drawing} drawing */
  #itemOf({ id, label, began, strokes }) {
    const text = JSON.stringify(strokes);
    let item = this.#items.get(id)?.item;
    if (item === undefined || this.#items.get(id)?.text !== text) {
      const button = createHtml("button", { type: "button", value: id },
        pictureOf(strokes), cross());
      item = /** @type {HTMLLIElement} */ (createHtml("li", {}, button));
      this.#items.set(id, { item, text });
    }
    const time = timeOf(new Date(began), this.#translate("locale"));
    const name = this.#translate("unlearn", { label: label ?? "", time });
    const button = /** @type {HTMLButtonElement} */ (item.firstElementChild);
    button.setAttribute("aria-label", name);
    button.title = name;
    return item;
  }
}

function cross() {
  return createSvg("svg", { class: "cross", viewBox: "0 0 24 24", "aria-hidden": "true" },
    createSvg("path", { d: "M4 4l16 16M20 4L4 20" }));
}

/** @param {Drawing["strokes"]} strokes */
function pictureOf(strokes) {
  const { left, top, right, bottom } = boxOf(strokes);
  const side = Math.max(right - left, bottom - top) + 2 * AROUND;
  const [x, y] = [(left + right - side) / 2, (top + bottom - side) / 2];
  return createSvg("svg",
    { class: "drawing", viewBox: `${x} ${y} ${side} ${side}`, "aria-hidden": "true" },
    ...strokes.map((stroke) =>
      createSvg("path", { d: pathOf({ ...stroke, width: PEN_WIDTH }) })));
}
