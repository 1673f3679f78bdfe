// Stores of drawings: the browser's IndexedDB, or memory where that is forbidden or broken.

/**
 * @typedef {{label: string, p: number, rejected: boolean}} Answer
 *
 * `began` is an ISO date in UTC. `answer` is null while nothing has read the strokes. `label` is
 * what the drawing means: null for no digit, undefined where nobody has said. `recognize` is there
 * for what is no digit, `pins` for characters that somebody has corrected.
 * @typedef {object} Drawing
 * @property {string} id
 * @property {string} began
 * @property {import("../core/ink.js").Stroke[]} strokes
 * @property {Answer | null} answer
 * @property {string | null | undefined} [label]
 * @property {import("../core/messages.js").Recognition} [recognize]
 * @property {readonly import("../core/messages.js").NumberedPin[]} [pins]
 */

/**
 * As many as can still be looked through. With some 5 kB each they take a megabyte, which browsers
 * grant without asking.
 */
export const MAX_DRAWINGS = 200;

const VERSION = 1;
const STORE = "drawings";
const BY_TIME = "began";

/**
 * A final answer as it is stored. A line that is refused has no text.
 * @param {import("../core/server-messages.js").Prediction} answer
 * @returns {Answer}
 */
export function answerOf({ top, rejected }) {
  return { label: "", p: 0, ...top[0], rejected };
}

/** Drawings in IndexedDB. Whatever closes the database, the next call opens it again. */
export class Database {
  #name;
  /** @type {Promise<IDBDatabase> | null} */ #opened = null;

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
  }

  /** @param {Drawing} drawing */
  async put(drawing) {
    for (let more = 1; ; more *= 2) {
      try {
        await this.#run("readwrite", (store) => committed(store.put(drawing)));
        await this.#run("readwrite", (store) => {
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

  /** @param {Drawing} drawing @param {Answer} answer */
  async addAnswer(drawing, answer) {
    await this.#run("readwrite", (store) => {
      const request = store.get(drawing.id);
      request.onsuccess = () => {
        if (isUnread(request.result, drawing)) store.put({ ...request.result, answer });
      };
    });
  }

  /** @param {string} id */
  async delete(id) { await this.#run("readwrite", (store) => committed(store.delete(id))); }

  async clear() { await this.#run("readwrite", (store) => committed(store.clear())); }

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
    const closed = () => { this.#opened = null; };
    const database = await (this.#opened ??= openDatabase(this.#name, closed));
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done(/** @type {T} */ (request?.result));
      transaction.onabort = () => fail(transaction.error);
    });
  }
}

/** Drawings where there is no database. */
export class Memory {
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

  /** @param {Drawing} drawing @param {Answer} answer */
  async addAnswer(drawing, answer) {
    const stored = this.#drawings.get(drawing.id);
    if (isUnread(stored, drawing)) this.#drawings.set(drawing.id, { ...stored, answer });
  }

  /** @param {string} id */
  async delete(id) { this.#drawings.delete(id); }

  async clear() { this.#drawings.clear(); }

  close() {}
}

/**
 * Whether a stored drawing still is as it was read, and without an answer.
 * @param {Drawing | undefined} stored
 * @param {Drawing} drawing
 * @returns {stored is Drawing}
 */
function isUnread(stored, drawing) {
  if (stored === undefined || stored.answer !== null) return false;
  return JSON.stringify(stored.strokes) === JSON.stringify(drawing.strokes);
}

/**
 * @param {string} name
 * @param {() => void} onClose called if the browser closes it
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(name, onClose) {
  return new Promise((done, fail) => {
    let isTooLate = false;
    const request = indexedDB.open(name, VERSION);
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

// A transaction that waits for its requests is lost with its page; this one is not.
/** @template T @param {IDBRequest<T>} request the last one @returns {IDBRequest<T>} */
function committed(request) {
  request.transaction?.commit();
  return request;
}

/** @param {IDBObjectStore} store @param {(count: number) => number} excess of so many */
function dropOldest(store, excess) {
  const request = store.index(BY_TIME).getAllKeys();
  request.onsuccess = () => {
    const ids = request.result;
    for (const id of ids.slice(0, Math.max(excess(ids.length), 0))) store.delete(id);
  };
}
