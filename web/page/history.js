// History: the drawings of this device, kept by the browser, sent nowhere.

import { Database, Memory } from "./drawing-store.js";

/**
 * @typedef {import("./drawing-store.js").Answer} Answer
 * @typedef {import("./drawing-store.js").Drawing} Drawing
 * @typedef {(drawings: Drawing[]) => void} HistoryListener
 */

const NAME = "ink";

/** The drawings of this device. Pages that are open at the same time have the same. */
export class History {
  #name;
  /** @type {Database | Memory} */ #store;
  /** @type {BroadcastChannel | null} */ #channel = null;
  /** @type {Set<HistoryListener>} */ #listeners = new Set();
  #isOpen = true;

  /** @param {string} name @param {Database | Memory} store */
  constructor(name, store) {
    this.#name = name;
    this.#store = store;
    this.#listen();
  }

  /**
   * Opens it; where the browser stores nothing, drawings last as long as the page.
   * @param {string} [name] of the database, and of the channel by which pages notify each other
   */
  static async open(name = NAME) {
    const database = new Database(name);
    try {
      await database.all();
    } catch {
      return new History(name, new Memory());
    }
    return new History(name, database);
  }

  /** Whether drawings are still there when the page is opened again. */
  get isLasting() { return this.#store instanceof Database; }

  /**
   * Adds a drawing, or replaces the one with its id. The oldest make room for it. If the page is
   * left right after this call, the drawing is kept all the same.
   * @param {Drawing} drawing of which a copy is stored
   * @param {{isUnderWay?: boolean}} [options] `isUnderWay`: there will be more of it in a moment,
   *   so that nobody is notified yet
   * @returns {Promise<boolean>} false if the disk is too full even for this one
   */
  async keep(drawing, { isUnderWay = false } = {}) {
    const copy = structuredClone(drawing);
    const put = (/** @type {Database | Memory} */ store) => store.put(copy);
    return isUnderWay ? this.#ask(put) : this.#change(put);
  }

  /**
   * Adds the answer to a drawing that has none, unless it has changed or is gone.
   * @param {Drawing} drawing as it was read
   * @param {Answer} answer
   */
  async addAnswer(drawing, answer) {
    await this.#change((store) => store.addAnswer(drawing, answer));
  }

  /** @returns {Promise<Drawing[]>} newest first */
  async all() { return this.#ask((store) => store.all()); }

  /** @param {string} id */
  async delete(id) { await this.#change((store) => store.delete(id)); }

  async clear() { await this.#change((store) => store.clear()); }

  /**
   * Calls a listener with all drawings, newest first, after each change on any page.
   * @param {HistoryListener} listener
   * @returns {() => void} ends the subscription
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes it once what was begun is finished; the next call opens it again. */
  close() {
    this.#isOpen = false;
    this.#channel?.close();
    this.#channel = null;
    this.#store.close();
  }

  /** @template T @param {(store: Database | Memory) => Promise<T>} work @returns {Promise<T>} */
  async #change(work) {
    const result = await this.#ask(work);
    if (this.isLasting) {
      // The history may have been closed meanwhile; other pages need the notice all the same.
      const channel = this.#channel ?? new BroadcastChannel(this.#name);
      channel.postMessage(null);
      if (channel !== this.#channel) channel.close();
    }
    await this.#notify();
    return result;
  }

  /** @template T @param {(store: Database | Memory) => Promise<T>} work @returns {Promise<T>} */
  async #ask(work) {
    this.#isOpen = true;
    this.#listen();
    try {
      return await work(this.#store);
    } catch (error) {
      if (!(this.#store instanceof Database)) throw error;
      // A newer page has changed the database, or the disk is broken. What is drawn from now on
      // lasts as long as the page.
      this.#store.close();
      this.#store = new Memory();
      return work(this.#store);
    }
  }

  async #notify() {
    if (this.#listeners.size === 0 || !this.#isOpen) return;
    const drawings = await this.all();
    for (const listener of this.#listeners) listener(drawings);
  }

  #listen() {
    if (this.#channel !== null || !this.isLasting) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = () => void this.#notify();
  }
}
