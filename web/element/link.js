// A stroke point is sent from here: what the server has not seen of the ink is read from the ink, batched and streamed.
//
// Nothing is queued. While there is no connection the ink alone grows; a new connection gets all of it, so nothing drawn is
// ever lost. After such an `ink` message the server has no history, and it numbers the strokes anew, as the ink then does.

import * as messages from "../core/messages.js";
import { ReconnectingSocket } from "./socket.js";

/**
 * @typedef {import("../core/ink.js").Change} Change
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").Prediction} Prediction
 * @typedef {import("../core/messages.js").Refusal} Refusal
 * @typedef {object} LinkListener
 * @property {(state: import("./socket.js").SocketState, retryIn_ms: number | null) => void} connection
 * @property {(ready: messages.Ready) => void} ready
 * @property {(answer: Prediction, roundTrip_ms: number | null) => void} answer
 * @property {(refusal: Refusal) => void} refusal
 */

export class Link {
  #ink;
  #canvas;
  #listener;
  #socket;
  #seq = 0;
  /** How many points of the open stroke the server has. */ #streamed = 0;
  /** How many edits the server could undo, and redo. */ #undoable = 0; #redoable = 0;
  #pointsPerMessage = 1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #batch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #healing;
  /** The server refused something, so that its ink may differ: nothing is streamed until an edit sends it whole. */
  #isInDoubt = false;
  #isPaused = false;
  #healedRevision = -1;
  #inkSeq = 0;
  /** @type {Map<number, number>} when each message that is not yet answered was sent */ #sent_ms = new Map();

  /**
   * @param {string} url
   * @param {string | null} token
   * @param {import("../core/ink.js").Ink} ink
   * @param {messages.Size} canvas
   * @param {import("./recorder.js").Recording} recording
   * @param {LinkListener} listener
   * @param {AbortSignal} signal
   */
  constructor(url, token, ink, canvas, recording, listener, signal) {
    this.#ink = ink;
    this.#canvas = canvas;
    this.#listener = listener;
    this.#socket = new ReconnectingSocket(url, token, {
      opened: (ready) => this.#opened(ready),
      received: (message) => this.#received(message),
      changed: (state, retryIn_ms) => this.#changed(state, retryIn_ms),
    }, recording, signal);
    signal.addEventListener("abort", () => this.#stopTimers());
  }

  /** The number of the next message: answers with a smaller one are older than the ink as it is now. */
  get nextSeq() { return this.#seq + 1; }

  connect() { this.#socket.connect(); }

  /** Keeps to itself what happens to the ink, which is not drawn here but played back. */
  pause() {
    this.#isPaused = true;
    this.#stopTimers();
  }

  /** Tells the server what has become of the ink. */
  resume() {
    this.#isPaused = false;
    if (this.#socket.isOpen) this.#sendAll();
  }

  /** Tells the server what has happened to the ink. @param {Change} change */
  follow(change) {
    if (this.#isPaused) return;
    if (change.kind === "begin") {
      this.#streamed = 0;
      this.#socket.wake();
    } else if (change.kind === "points") {
      this.#batch ??= setTimeout(() => this.#streamOpen(), messages.BATCH_MS);
    } else if (this.#socket.isOpen) {
      if (!this.#isInDoubt) this.#sendEdit(change);
      else if (this.#healing === undefined) this.#sendAll();
    }
  }

  /** @param {Change} change */
  #sendEdit(change) {
    const { kind } = change;
    if (kind === "undo" || kind === "redo") {
      // An edit from before the last `ink` message is unknown to the server.
      if ((kind === "undo" ? this.#undoable : this.#redoable) === 0) return this.#sendAll();
      const step = kind === "undo" ? -1 : 1;
      this.#undoable += step;
      this.#redoable -= step;
      return this.#send((seq) => messages.stepMessage(kind, seq));
    }
    if (change.kind === "abandon") {
      // Not `undo`, which would take back an edit if the server had not seen the stroke after all.
      const { number } = change.stroke;
      if (this.#streamed > 0) this.#send((seq) => messages.eraseMessage(seq, number));
      // Nothing to take back, but the answer to what is left may have been passed over when the stroke began.
      else if (!this.#ink.isEmpty) this.#sendAll();
      return;
    }
    if (change.kind === "replace") return this.#sendAll();
    this.#undoable += 1;
    this.#redoable = 0;
    if (change.kind === "end") this.#stream(change.stroke, true);
    else if (change.kind === "erase") this.#send((seq) => messages.eraseMessage(seq, change.stroke.number));
    else this.#send((seq) => messages.stepMessage("clear", seq));
  }

  #streamOpen() {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    const { open } = this.#ink;
    if (open !== null && this.#socket.isOpen && !this.#isInDoubt) this.#stream(open, false);
  }

  /** Sends what the server lacks of a stroke, in as many messages as that takes. @param {Stroke} stroke @param {boolean} end */
  #stream(stroke, end) {
    const length = stroke.x.length;
    if (!end && this.#streamed === length) return;
    do {
      const from = this.#streamed;
      const to = Math.min(from + this.#pointsPerMessage, length);
      this.#send((seq) => messages.pointsMessage(seq, stroke, from, to, end && to === length));
      this.#streamed = to;
    } while (this.#streamed < length);
  }

  /** Replaces the server's ink with ours: the finished strokes, then the open one from its beginning. */
  #sendAll() {
    this.#stopTimers();
    this.#isInDoubt = false;
    this.#undoable = this.#redoable = 0;
    this.#ink.renumber();
    const { strokes } = this.#ink;
    // What is too long for one `ink` message follows as strokes. They are not counted as edits: the server would undo them
    // one by one, which need not be what the ink does.
    let points = 0;
    const tooLong = strokes.findIndex((stroke) => (points += stroke.x.length) > this.#pointsPerMessage);
    const fitting = tooLong === -1 ? strokes.length : tooLong;
    this.#inkSeq = this.#send((seq) => messages.inkMessage(seq, strokes.slice(0, fitting)));
    for (const stroke of strokes.slice(fitting)) {
      this.#streamed = 0;
      this.#stream(stroke, true);
    }
    this.#streamed = 0;
    this.#streamOpen();
  }

  /** @param {(seq: number) => messages.ClientMessage} build @returns {number} its seq */
  #send(build) {
    this.#seq += 1;
    this.#sent_ms.set(this.#seq, performance.now());
    this.#socket.send(build(this.#seq));
    return this.#seq;
  }

  /** @param {messages.Ready} ready */
  #opened(ready) {
    this.#pointsPerMessage = messages.pointsThatFit(ready);
    this.#streamed = this.#undoable = this.#redoable = 0;
    this.#isInDoubt = false;
    this.#socket.send(messages.configMessage(this.#canvas, messages.TOP));
    this.#listener.ready(ready);
    if (this.#isPaused) return;
    if (this.#ink.strokes.length > 0) return this.#sendAll();
    this.#ink.renumber();
    this.#streamOpen();
  }

  /** @param {Prediction | Refusal} message */
  #received(message) {
    if (message.type === "error") return this.#refused(message);
    const sent_ms = this.#sent_ms.get(message.seq);
    for (const seq of this.#sent_ms.keys()) {
      if (seq > message.seq) break;
      this.#sent_ms.delete(seq);
    }
    this.#listener.answer(message, sent_ms === undefined ? null : performance.now() - sent_ms);
    if (this.#isPaused) return;
    const isOfThisInk = message.final && message.seq === this.#seq && this.#ink.open === null && !this.#isInDoubt;
    if (isOfThisInk && message.strokes !== this.#ink.strokes.length) this.#heal();
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    this.#listener.refusal(refusal);
    if (refusal.fatal || this.#isPaused) return;
    // Refusals still on their way when the ink was sent whole are about what it has replaced.
    if (refusal.seq !== null && refusal.seq < this.#inkSeq) return;
    // Sending more ink than the server can hold would be refused again, until some is taken back.
    if (refusal.code === "limit") this.#isInDoubt = true;
    else this.#heal(refusal.retry_ms ?? 0);
  }

  /** Sends the ink whole, but once only for the same ink: if that did not help, a second time will not. @param {number} [wait_ms] */
  #heal(wait_ms = 0) {
    this.#isInDoubt = true;
    if (this.#healedRevision === this.#ink.revision) return;
    this.#healedRevision = this.#ink.revision;
    clearTimeout(this.#healing);
    this.#healing = setTimeout(() => {
      if (this.#socket.isOpen) this.#sendAll();
    }, wait_ms);
  }

  /** @param {import("./socket.js").SocketState} state @param {number | null} retryIn_ms */
  #changed(state, retryIn_ms) {
    if (state !== "open") {
      this.#stopTimers();
      this.#sent_ms.clear();
    }
    this.#listener.connection(state, retryIn_ms);
  }

  #stopTimers() {
    clearTimeout(this.#batch);
    clearTimeout(this.#healing);
    this.#batch = this.#healing = undefined;
  }
}
