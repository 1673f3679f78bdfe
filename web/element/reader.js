// Reading of ink that is not on the pad, over a connection of its own, which ends with the last.

import { CANVAS, Ink } from "../core/ink.js";
import { configMessage } from "../core/messages.js";
import { Link } from "./link.js";
import { Recorder } from "./recorder.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 *
 * @typedef {object} ReaderOptions
 * @property {import("./diagnosis.js").Service} service
 * @property {import("../core/messages.js").Recognition} recognize what they are taken for
 * @property {import("./lessons.js").Taught} taught what the service learns before it reads them
 * @property {AbortSignal} signal
 */

/**
 * The final answers to some inks, in order; null for one that the service refuses. There are fewer
 * where the connection ends before.
 * @param {Iterable<Stroke[]>} inks none of them empty
 * @param {ReaderOptions} options
 * @returns {AsyncGenerator<Prediction | null, void, void>}
 */
export async function* readInks(inks, { service, recognize, taught, signal }) {
  const isTaught = recognize === "digit" && taught.examples.length > 0;
  const lessons = isTaught ? await import("./lessons.js").catch(() => null) : null;
  const ending = new AbortController();
  const ink = new Ink();
  /** @type {(outcome: Prediction | "refused" | "ended") => void} */
  let settle = () => {};
  const link = new Link({
    service, ink, signal: ending.signal,
    config: () => configMessage(CANVAS, recognize),
    recorder: new Recorder(() => CANVAS),
    listener: {
      connection: (state) => {
        if (state !== "connecting" && state !== "open") settle("ended");
      },
      ready: (ready) => {
        const teachable = ready.teaches ? ready : null;
        if (lessons !== null) new lessons.Lessons({
          taught, ink, link: () => link, service: () => teachable,
          notice: () => {}, translate: (key) => key,
        }).begin();
      },
      answer: (answer) => {
        const isOfAll = answer.final && answer.strokes === ink.strokes.length;
        if (isOfAll && answer.seq === link.nextSeq - 1) settle(answer);
      },
      error: ({ fatal, retry_ms }, isBeside) => {
        if (fatal) settle("ended");
        // The link sends the ink again where that can help.
        else if (retry_ms === null && !isBeside) settle("refused");
      },
    },
  });
  const end = () => {
    ending.abort();
    settle("ended");
  };
  signal.addEventListener("abort", end, { signal: ending.signal });
  ink.subscribe((change) => link.follow(change), ending.signal);
  try {
    for (const strokes of inks) {
      const outcome = await new Promise((resolve) => {
        settle = resolve;
        ink.replace(structuredClone(strokes));
        link.connect();
      });
      if (outcome === "ended" || signal.aborted) return;
      yield outcome === "refused" ? null : outcome;
    }
  } finally {
    end();
  }
}
