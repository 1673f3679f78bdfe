// Reading of ink that is not on the pad, over a connection of its own.

import { CANVAS, Ink } from "../core/ink.js";
import { configMessage } from "../core/messages.js";
import { Link } from "./link.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/server-messages.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("./link.js").LinkListener} LinkListener
 * @typedef {import("./link.js").LinkOptions} LinkOptions
 *
 * `fatal` is told the errors that end the connection, which then comes about again by itself.
 * @typedef {object} ReaderListener
 * @property {LinkListener["connection"]} connection
 * @property {LinkListener["ready"]} ready
 * @property {(error: ErrorMessage) => void} fatal
 *
 * @typedef {Pick<LinkOptions, "service" | "config" | "signal">
 *   & {listener: ReaderListener}} ReaderOptions
 *
 * @typedef {object} ReadOptions
 * @property {import("./diagnosis.js").Service} service
 * @property {import("../core/messages.js").Recognition} recognize what they are taken for
 * @property {import("./lessons.js").Taught} taught what the service learns before it reads them
 * @property {AbortSignal} signal
 */

// Nobody plays back what is read here.
const NO_RECORDER = { begin() {}, sent() {}, received() {} };

/** A connection that reads one ink after another, until its signal ends it. */
export class Reader {
  ink = new Ink();
  link;
  /** @type {(outcome: Prediction | ErrorMessage | null) => void} */ #settle = () => {};

  /** @param {ReaderOptions} options */
  constructor({ service, config, listener, signal }) {
    const { ink } = this;
    const link = this.link = new Link({
      service, ink, config, signal, recorder: NO_RECORDER,
      listener: {
        connection: listener.connection,
        ready: listener.ready,
        answer: (answer) => {
          const isOfAll = answer.final && answer.strokes === ink.strokes.length;
          if (isOfAll && answer.seq === link.nextSeq - 1) this.#settle(answer);
        },
        error: (error, isBeside) => {
          if (error.fatal) listener.fatal(error);
          // The link sends the ink again where that can help.
          else if (error.retry_ms === null && !isBeside) this.#settle(error);
        },
      },
    });
    ink.subscribe((change) => link.follow(change), signal);
    signal.addEventListener("abort", () => this.#settle(null));
  }

  /**
   * What the service says to an ink; the one before has to be settled.
   * @param {readonly Stroke[]} strokes at least one; copied
   * @returns {Promise<Prediction | ErrorMessage | null>} an error that refuses the ink, or null
   *   once the signal has ended the connection
   */
  read(strokes) {
    return new Promise((resolve) => {
      this.#settle = resolve;
      // The history holds no more than the ink itself.
      this.link.pause();
      this.ink.undo();
      this.ink.replace(structuredClone(strokes));
      this.link.resume();
      this.link.connect();
    });
  }
}

/**
 * The final answers to some inks, in order; null for one that the service refuses. There are fewer
 * where the connection ends before.
 * @param {Iterable<Stroke[]>} inks none of them empty
 * @param {ReadOptions} options
 * @returns {AsyncGenerator<Prediction | null, void, void>}
 */
export async function* readInks(inks, { service, recognize, taught, signal }) {
  const isTaught = recognize === "digit" && taught.examples.length > 0;
  const lessons = isTaught ? await import("./lessons.js").catch(() => null) : null;
  const ending = new AbortController();
  const end = () => ending.abort();
  const reader = new Reader({
    service, signal: ending.signal,
    config: () => configMessage(CANVAS, recognize),
    listener: {
      fatal: end,
      connection: (state) => {
        if (state !== "connecting" && state !== "open") end();
      },
      ready: (ready) => {
        const teachable = ready.teaches ? ready : null;
        if (lessons !== null) new lessons.Lessons({
          taught, ink: reader.ink, link: () => reader.link, service: () => teachable,
          notice: () => {}, translate: (key) => key,
        }).begin();
      },
    },
  });
  signal.addEventListener("abort", end, { signal: ending.signal });
  try {
    for (const strokes of inks) {
      const outcome = await reader.read(strokes);
      if (outcome === null || signal.aborted) return;
      yield outcome.type === "error" ? null : outcome;
    }
  } finally {
    end();
  }
}
