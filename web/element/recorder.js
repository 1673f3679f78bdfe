// A stroke point is remembered here as it went over the wire, so that a drawing can be saved and played back as a test.

/**
 * @typedef {import("../core/messages.js").Size} Size
 * @typedef {{at: number, send: unknown} | {at: number, recv: unknown}} Entry
 * @typedef {{format: "ink-session", v: 1, label?: string | null, canvas: Size, messages: Entry[]}} SessionFile
 */

// About 25 messages go each way in a second of drawing, so this is minutes of pen movement and a few megabytes: enough
// for any drawing worth keeping, and a page left open all day does not fill a phone's memory. When it is full the end is
// left out, not the beginning, because a session can only be played back from its start.
const MAX_MESSAGES = 20_000;

export class Recording {
  /** What the drawing means: null for ink that is no digit, undefined where nobody has said. @type {string | null | undefined} */ label;
  #canvas;
  /** @type {Entry[]} */ #messages = [];
  #began_ms = 0;
  #hasInk = false;

  /** @param {Size} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Whether there is no drawing in it to save. */
  get isEmpty() { return !this.#hasInk; }

  /** A connection is ready: what went over the one before it is forgotten. */
  begin() {
    this.#messages = [];
    this.#began_ms = performance.now();
    this.#hasInk = false;
  }

  /** @param {import("../core/messages.js").ClientMessage} message */
  sent(message) {
    this.#add({ at: this.#now(), send: message });
    if (message.type !== "config") this.#hasInk = true;
  }

  /** @param {string} text a frame the server sent, kept as it came, with the fields this page does not know */
  received(text) {
    this.#add({ at: this.#now(), recv: JSON.parse(text) });
  }

  /** @returns {SessionFile} */
  file() {
    const label = this.label === undefined ? {} : { label: this.label };
    return { format: "ink-session", v: 1, ...label, canvas: this.#canvas, messages: [...this.#messages] };
  }

  #now() { return Math.round(performance.now() - this.#began_ms); }

  /** @param {Entry} entry */
  #add(entry) {
    if (this.#messages.length < MAX_MESSAGES) this.#messages.push(entry);
  }
}
