// Recording of a session as it goes over the wire, to save the drawing and to play it back.

/**
 * @typedef {import("../core/ink.js").Size} Size
 * @typedef {import("../core/messages.js").ClientMessage} ClientMessage
 * @typedef {import("../core/session-file.js").Entry} Entry
 * @typedef {import("../core/session-file.js").Session} Session
 *
 * What is told of each message.
 * @typedef {Pick<Recorder, "begin" | "sent" | "received">} MessageLog
 */

// About 25 messages go each way in a second of drawing, so this is minutes of pen movement and a
// few megabytes: enough for any drawing worth keeping, and a page left open all day does not fill a
// phone's memory. A full recording lacks its end, not its beginning, because a session can only be
// played back from its start.
const MAX_MESSAGES = 20_000;

export class Recorder {
  /**
   * What the drawing means: null for ink that is no digit, undefined where nobody has said.
   * @type {string | null | undefined}
   */
  label;
  #canvas;
  /** @type {Entry[]} */ #messages = [];
  #began_ms = 0;

  /** @param {() => Size} canvas its size when a file is made */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Begins a new recording, because a connection is ready. */
  begin() {
    this.#messages = [];
    this.#began_ms = performance.now();
  }

  /** @param {ClientMessage} message */
  sent(message) {
    this.#add({ at: this.#now(), send: message });
  }

  /** @param {string} text a server's frame, stored with the fields that this page does not know */
  received(text) {
    this.#add({ at: this.#now(), recv: JSON.parse(text) });
  }

  /** @returns {Session} */
  file() {
    const label = this.label === undefined ? {} : { label: this.label };
    const messages = [...this.#messages];
    return { format: "ink-session", v: 1, ...label, canvas: this.#canvas(), messages };
  }

  #now() { return Math.round(performance.now() - this.#began_ms); }

  /** @param {Entry} entry */
  #add(entry) {
    if (this.#messages.length < MAX_MESSAGES) this.#messages.push(entry);
  }
}
