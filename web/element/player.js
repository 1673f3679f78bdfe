// Playing of sessions on a pad: one at a time, and the ink and the answer stay.

import { Playback } from "../core/playback.js";
import { clockOf } from "../dom/elements.js";

/**
 * @typedef {import("../core/session-file.js").Session} Session
 *
 * @typedef {object} PlayerOptions
 * @property {HTMLElement} host whose window has the time
 * @property {import("../core/ink.js").Ink} ink
 * @property {(answer: import("../core/server-messages.js").Prediction) => void} answer
 * @property {(isPlaying: boolean) => void} changed
 */

export class Player {
  #options;
  /** @type {Playback | null} */ #playback = null;

  /** @param {PlayerOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get isPlaying() { return this.#playback !== null; }

  /** Plays a session at its real speed. @param {Session} session */
  play(session) {
    const { host, ink, answer, changed } = this.#options;
    this.#playback = new Playback(session, ink, {
      answer,
      ended: () => {
        this.#playback = null;
        changed(false);
      },
    }, clockOf(host));
    changed(true);
    this.#playback.start();
  }

  /** Ends what is being played; all its ink is there. */
  stop() { this.#playback?.stop(); }
}
