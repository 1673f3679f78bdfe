// A connection that reads drawings with the same hints, one after another: it waits out what ends
// within seconds, such as a server's restart, and says of all else what is wrong.

import { Reader } from "../element/reader.js";
import { configOf } from "./hints.js";

/**
 * @typedef {import("../core/server-messages.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/server-messages.js").Ready} Ready
 * @typedef {import("../core/stroke.js").Stroke} Stroke
 * @typedef {import("../element/diagnosis.js").Fault} Fault
 *
 * @typedef {object} DrawingReaderOptions
 * @property {import("../element/diagnosis.js").Service} service
 * @property {import("./hints.js").Reading} reading
 * @property {AbortSignal} signal
 */

/** A handshake and a second attempt; a page waits for it before it can offer handwriting. */
const OPEN_WAIT_MS = 3_000;
/** A dead connection is noticed after five seconds; a new one then has as long. */
const ANSWER_WAIT_MS = 10_000;

export class DrawingReader {
  #signal;
  #reader;
  /** @type {(ready: Ready) => void} */ #opened = () => {};
  /** @type {(error: unknown) => void} */ #refused = () => {};
  /** The drawing before is read first. @type {Promise<unknown>} */ #last = Promise.resolve();

  /** @param {DrawingReaderOptions} options */
  constructor({ service, reading, signal }) {
    this.#signal = signal;
    this.#reader = new Reader({
      service, signal,
      config: (ready) => configOf(reading, ready),
      listener: {
        ready: (ready) => this.#opened(ready),
        connection: (state, _, fault) => {
          if (state === "failed") void faultError(fault).then((error) => this.#refused(error));
          else if (state === "full") this.#refused(retryError("The service is full"));
        },
        fatal: () => {}, // The connection comes about again, or the wait ends.
      },
    });
  }

  /**
   * Connects.
   * @returns {Promise<Ready>} what the service offers
   * @throws {DOMException} OperationError: it does not answer; UnknownError: it refuses this page
   */
  async open() {
    /** @type {Promise<Ready>} */
    const opening = new Promise((resolve, reject) => {
      this.#opened = resolve;
      this.#refused = reject;
      this.#reader.link.connect();
    });
    return within(OPEN_WAIT_MS, opening);
  }

  /**
   * What a drawing says.
   * @param {readonly Stroke[]} strokes at least one
   * @returns {Promise<Prediction>}
   * @throws {DOMException} InvalidStateError: the signal has ended the connection; OperationError:
   *   there is no answer in time; UnknownError: the service refuses the drawing, or this page
   */
  async read(strokes) {
    const reading = this.#last.then(() => this.#readNext(strokes));
    this.#last = reading.catch(() => {});
    return reading;
  }

  /** @param {readonly Stroke[]} strokes @returns {Promise<Prediction>} */
  async #readNext(strokes) {
    this.#signal.throwIfAborted();
    /** @type {Promise<never>} */
    const refusal = new Promise((_, reject) => { this.#refused = reject; });
    const outcome = await within(
      ANSWER_WAIT_MS, Promise.race([this.#reader.read(strokes), refusal]));
    this.#signal.throwIfAborted();
    if (outcome?.type === "prediction") return outcome;
    throw new DOMException(`The service refuses the drawing: ${outcome?.message}`, "UnknownError");
  }
}

/**
 * @template T
 * @param {number} wait_ms
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
async function within(wait_ms, promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    const error = retryError(`The service did not answer within ${wait_ms / 1000} s`);
    timer = setTimeout(() => reject(error), wait_ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} message what ends by itself, so that a page may try again */
function retryError(message) { return new DOMException(message, "OperationError"); }

/** What the page's owner has to mend. @param {Fault | null} fault */
async function faultError(fault) {
  const module = await import("../core/i18n.js").catch(() => null);
  const { key, values } = fault ?? { key: "failed", values: {} };
  // These words are made for the element, and end with what becomes of its ink.
  const words = module?.translator("en")(key, { ...values, ink: "" }) ?? key;
  const message = key === "token" ? "it asks for a token, which useService() takes" : words;
  return new DOMException(`No connection to the service: ${message.replace(/ · $/, "")}`,
    "UnknownError");
}
