// Learning: what somebody has taught, on this device. It is loaded with the first of it.
//
// The recognizer has the examples of this page, the store those of the device. What another page
// has added or deleted since is added to the recognizer's, or taken from them.

import "../core/i18n-learning.js";
import { History } from "./history.js";
import { LearntStrip } from "./learnt-strip.js";
import { writeSetting } from "./settings.js";

/**
 * @typedef {import("./drawing-store.js").Drawing} Drawing
 * @typedef {import("../core/examples.js").Example} Example
 *
 * @typedef {object} LearningOptions
 * @property {import("../js/recognizer.js").InkRecognizer} recognizer
 * @property {HTMLElement} section to fill
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {(text: string) => void} notify
 * @property {AbortSignal} signal
 */

const NAME = "ink-examples";
const STEP_MS = 10;

export class Learning {
  #recognizer;
  #section;
  #translate;
  #notify;
  #store;
  #strip;
  /** What was stored when it was last looked at, by the example as text. */
  #known = /** @type {Map<string, Drawing>} */ (new Map());
  /** What was deleted, act by act. @type {(readonly Drawing[])[]} */ #deleted = [];

  /** @param {LearningOptions} options @param {History} store */
  constructor({ recognizer, section, translate, notify, signal }, store) {
    this.#recognizer = recognizer;
    this.#section = section;
    this.#translate = translate;
    this.#notify = notify;
    this.#store = store;
    this.#strip = new LearntStrip(section, translate, {
      delete: (id) => this.#forget((each) => each.id === id, () => store.delete(id)),
      deleteAll: () => this.#forget(() => true, () => store.clear()),
      restore: () => this.#restore(),
    }, signal);
    recognizer.addEventListener("ready", () => this.#show(), { signal });
    store.subscribe((all) => this.#follow(all));
  }

  /** @param {LearningOptions} options */
  static async open(options) {
    const store = await History.open(NAME);
    const learning = new Learning(options, store);
    learning.#follow(await store.all());
    return learning;
  }

  /**
   * Stores what the recognizer has just been taught.
   * @param {string} id of the drawing, which is one example, whatever else it was taken for before
   * @param {Example} example
   */
  async keep(id, { label, strokes }) {
    const taught = new Set(this.#recognizer.examples.map(textOf));
    const evicted = [...this.#known].filter(([text, each]) => !taught.has(text) && each.id !== id);
    this.#deleted = [];
    await this.#store.keep({
      id, label, began: new Date().toISOString(), answer: null,
      strokes: strokes.map(({ x, y }, number) => (
        { number, x: [...x], y: [...y], t: x.map((_, i) => i * STEP_MS) })),
    });
    for (const [, each] of evicted) await this.#store.delete(each.id);
  }

  /** Takes back what a drawing has taught. @param {string} id */
  async drop(id) {
    if ([...this.#known.values()].some((each) => each.id === id)) await this.#store.delete(id);
  }

  /** Shows it in the language of the moment. */
  localize() { this.#show(); }

  /** @param {readonly Drawing[]} all newest first */
  #follow(all) {
    const before = this.#known;
    const now = this.#known = new Map([...all].reverse().map((each) => [textOf(each), each]));
    const taught = this.#recognizer.examples;
    const texts = taught.map(textOf);
    const left = taught.filter((_, i) => now.has(texts[i] ?? "") || !before.has(texts[i] ?? ""));
    const added = [...now.values()].filter((each) => !texts.includes(textOf(each))).map(exampleOf);
    if (left.length < taught.length || added.length > 0) {
      this.#recognizer.examples = [...left, ...added];
    }
    writeSetting("taught", all.length === 0 ? null : "yes");
    this.#show();
  }

  #show() {
    const drawings = [...this.#known.values()];
    const isEmpty = drawings.length === 0 && this.#deleted.length === 0;
    this.#section.hidden = isEmpty || !this.#recognizer.teaches;
    this.#strip.show(drawings, { canRestore: this.#deleted.length > 0 });
  }

  /** @param {(drawing: Drawing) => boolean} isMeant @param {() => Promise<void>} act */
  async #forget(isMeant, act) {
    const drawings = [...this.#known.values()].filter(isMeant);
    if (drawings.length === 0) return;
    this.#deleted.push(drawings);
    await act();
    this.#notify(this.#translate("unlearnt", { count: drawings.length }));
  }

  async #restore() {
    const drawings = this.#deleted.pop() ?? [];
    // All of them are told at once.
    for (const [i, drawing] of drawings.entries()) {
      await this.#store.keep(drawing, { isUnderWay: i < drawings.length - 1 });
    }
  }
}

/** @param {Drawing} drawing @returns {Example} */
function exampleOf({ label, strokes }) {
  return { label: label ?? "", strokes: strokes.map(({ x, y }) => ({ x, y })) };
}

/** @param {Drawing | Example} either */
function textOf(either) {
  return JSON.stringify(exampleOf(/** @type {Drawing} */ (either)));
}
