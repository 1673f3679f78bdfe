// History: the drawings of this device, in the browser's IndexedDB, sent nowhere.

/**
 * `began` is an ISO date in UTC. `label` is what the drawing means: null for no digit, undefined
 * where nobody has said.
 * @typedef {object} Drawing
 * @property {string} id
 * @property {string} began
 * @property {import("../core/ink.js").Stroke[]} strokes
 * @property {{label: string, p: number, rejected: boolean} | null} answer
 * @property {string | null | undefined} [label]
 *
 * @typedef {(drawings: Drawing[]) => void} HistoryListener
 */

/**
 * As many as can still be looked through. With some 5 kB each they take a megabyte, which browsers
 * grant without asking.
 */
export const MAX_DRAWINGS = 200;

const NAME = "ink"; // Of the database, and of the channel by which pages notify each other.
const VERSION = 1;
const STORE = "drawings";
const BY_TIME = "began";

/** The drawings of this device. Pages that are open at the same time have the same. */
export class History {
  /** @type {Database | Memory} */ #store;
  /** @type {BroadcastChannel | null} */ #channel = null;
  /** @type {Set<HistoryListener>} */ #listeners = new Set();
  #isOpen = true;

  /** @param {Database | Memory} store */
  constructor(store) {
    this.#store = store;
    this.#listen();
  }

  /** Opens it; where the browser stores nothing, drawings last as long as the page. */
  static async open() {
    const database = new Database();
    try {
      await database.all();
    } catch {
      return new History(new Memory());
    }
    return new History(database);
  }

  /** Whether drawings are still there when the page is opened again. */
  get isLasting() { return this.#store instanceof Database; }

  /**
   * Adds a drawing, or replaces the one with its id. The oldest make room for it.
   * @param {Drawing} drawing of which a copy is stored
   * @returns {Promise<boolean>} false if the disk is too full even for this one
   */
  async keep(drawing) {
    const copy = structuredClone(drawing);
    return this.#change((store) => store.put(copy));
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
      const channel = this.#channel ?? new BroadcastChannel(NAME);
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
    this.#channel = new BroadcastChannel(NAME);
    this.#channel.onmessage = () => void this.#notify();
  }
}

/** Drawings in IndexedDB. Whatever closes the database, the next call opens it again. */
class Database {
  /** @type {Promise<IDBDatabase> | null} */ #opened = null;

  /** @param {Drawing} drawing */
  async put(drawing) {
    for (let more = 1; ; more *= 2) {
      try {
        await this.#run("readwrite", (store) => {
          store.put(drawing);
          dropOldest(store, (count) => count - MAX_DRAWINGS);
        });
        return true;
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
      }
      const before = await this.#run("readonly", (store) => store.count());
      if (before === 0) return false;
      await this.#run("readwrite", (store) => dropOldest(store, () => more));
    }
  }

  /** @returns {Promise<Drawing[]>} */
  async all() {
    const drawings = await this.#run("readonly", (store) => store.index(BY_TIME).getAll());
    return drawings.reverse();
  }

  /** @param {string} id */
  async delete(id) { await this.#run("readwrite", (store) => store.delete(id)); }

  async clear() { await this.#run("readwrite", (store) => store.clear()); }

  /** Closes it once what was begun is finished. */
  close() {
    void this.#opened?.then((database) => database.close(), () => undefined);
    this.#opened = null;
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T> | void} work
   * @returns {Promise<T>} the request's result, once all of it is written
   */
  async #run(mode, work) {
    const database = await (this.#opened ??= openDatabase(() => { this.#opened = null; }));
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done(/** @type {T} */ (request?.result));
      transaction.onabort = () => fail(transaction.error);
    });
  }
}

/** Drawings where there is no database. */
class Memory {
  /** @type {Map<string, Drawing>} */ #drawings = new Map();

  /** @param {Drawing} drawing */
  async put(drawing) {
    this.#drawings.set(drawing.id, drawing);
    for (const { id } of (await this.all()).slice(MAX_DRAWINGS)) this.#drawings.delete(id);
    return true;
  }

  /** @returns {Promise<Drawing[]>} */
  async all() {
    const drawings = [...this.#drawings.values()];
    drawings.sort((one, other) => (one.began < other.began ? 1 : -1));
    return structuredClone(drawings);
  }

  /** @param {string} id */
  async delete(id) { this.#drawings.delete(id); }

  async clear() { this.#drawings.clear(); }

  close() {}
}

/** @param {() => void} onClose called if the browser closes it @returns {Promise<IDBDatabase>} */
function openDatabase(onClose) {
  return new Promise((done, fail) => {
    let isTooLate = false;
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "id" }).createIndex(BY_TIME, BY_TIME);
    };
    request.onerror = () => fail(request.error);
    request.onblocked = () => {
      // Another page holds an older version open, nobody knows for how long.
      isTooLate = true;
      fail(new Error("another page holds the database"));
    };
    request.onsuccess = () => {
      const database = request.result;
      if (isTooLate) return database.close();
      database.onversionchange = () => {
        database.close();
        onClose();
      };
      database.onclose = onClose;
      done(database);
    };
  });
}

/** @param {IDBObjectStore} store @param {(count: number) => number} excess of so many */
function dropOldest(store, excess) {
  const request = store.index(BY_TIME).getAllKeys();
  request.onsuccess = () => {
    const ids = request.result;
    for (const id of ids.slice(0, Math.max(excess(ids.length), 0))) store.delete(id);
  };
}
