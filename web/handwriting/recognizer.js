// HandwritingRecognizer: drawings with hints of their own, and the connections that read them.

import { DrawingReader } from "./drawing-reader.js";
import { HandwritingDrawing } from "./drawing.js";
import { readingOf, TEXT } from "./hints.js";
import { predictionsOf } from "./predictions.js";
import { INTERNAL } from "./web-idl.js";
import { wireStrokes } from "./wire-strokes.js";

/**
 * @typedef {import("../core/server-messages.js").Ready} Ready
 * @typedef {import("../element/diagnosis.js").Service} Service
 * @typedef {import("./hints.js").Reading} Reading
 */

/**
 * A recognizer that is connected.
 * @type {(service: Service) => Promise<HandwritingRecognizer>}
 * @throws {DOMException} NotSupportedError: the service reads no texts; OperationError: it does not
 *   answer; UnknownError: it refuses this page
 */
export let openRecognizer;

/** @implements {globalThis.HandwritingRecognizer} */
export class HandwritingRecognizer {
  /** Has ended once the recognizer is finished. */ #ending = new AbortController();
  /** By what the service is told. @type {Map<string, DrawingReader>} */ #readers = new Map();
  #service;

  /** @param {[key?: symbol, service?: Service]} parts */
  constructor(...[key, service]) {
    if (key !== INTERNAL || service === undefined) throw new TypeError("Illegal constructor");
    this.#service = service;
  }

  /**
   * A new drawing without strokes.
   * @param {HandwritingHints} [hints]
   * @throws {TypeError} the hints cannot be converted
   * @throws {DOMException} InvalidStateError: the recognizer is finished
   */
  startDrawing(hints = {}) {
    const { signal } = this.#ending;
    const reading = readingOf(hints);
    signal.throwIfAborted();
    return new HandwritingDrawing(INTERNAL, (strokes) => this.#predict(strokes, reading));
  }

  /** Frees the service; drawings get no more predictions. */
  finish() {
    this.#ending.abort(new DOMException("The recognizer is finished", "InvalidStateError"));
  }

  static {
    openRecognizer = async (service) => {
      const recognizer = new HandwritingRecognizer(INTERNAL, service);
      try {
        const { recognizers } = await recognizer.#reader(readingOf({})).open();
        if (recognizers[TEXT] !== undefined) return recognizer;
        throw new DOMException("The service reads no texts", "NotSupportedError");
      } catch (error) {
        recognizer.finish();
        throw error;
      }
    };
  }

  /**
   * @param {(readonly HandwritingPoint[])[]} strokes
   * @param {Reading} reading
   * @returns {Promise<HandwritingPrediction[]>}
   */
  async #predict(strokes, reading) {
    this.#ending.signal.throwIfAborted();
    const drawn = wireStrokes(strokes);
    if (drawn.length === 0) return [];
    return predictionsOf(await this.#reader(reading).read(drawn), drawn);
  }

  /** @param {Reading} reading */
  #reader(reading) {
    const key = JSON.stringify(reading);
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      const { signal } = this.#ending;
      reader = new DrawingReader({ service: this.#service, reading, signal });
      this.#readers.set(key, reader);
    }
    return reader;
  }
}
