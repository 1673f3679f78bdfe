// Synchronization of the ink with a server: what it lacks is read from the ink, batched and sent.
//
// Nothing is queued. While there is no connection the ink alone grows; a new connection is sent all
// of it, so nothing drawn is ever lost, and the pins of a line. After such an `ink` message the
// server has no history, and it numbers the strokes anew, as the ink then does.

import * as messages from "../core/messages.js";
import { RoundTrips } from "./round-trips.js";
import { ReconnectingSocket } from "./socket.js";

/**
 * @typedef {import("../core/ink.js").Change} Change
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/server-messages.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/server-messages.js").Ready} Ready
 *
 * @typedef {object} LinkListener
 * @property {import("./socket.js").SocketListener["changed"]} connection
 * @property {(ready: Ready) => void} ready
 * @property {(answer: Prediction, roundTrip_ms: number | null) => void} answer
 * @property {(error: ErrorMessage, isBeside: boolean) => void} error
 *
 * @typedef {object} LinkOptions
 * @property {import("./diagnosis.js").Service} service
 * @property {import("../core/ink.js").Ink} ink
 * @property {(ready: Ready) => messages.ConfigMessage} config
 * @property {import("./recorder.js").MessageLog} recorder
 * @property {LinkListener} listener
 * @property {AbortSignal} signal
 */

export class Link {
  #ink;
  #config;
  #listener;
  #socket;
  #seq = 0;
  /** Points of the open stroke that the server has. */ #streamed = 0;
  /** How many edits the server could undo, and redo. */ #undoable = 0; #redoable = 0;
  #pointsPerMessage = 1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #batch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #resync;
  /** The server may have another ink, so the next edit sends all of it. */ #isInDoubt = false;
  #isPaused = false;
  /** Only then the server takes pins. */ #takesPins = false;
  #resyncedRevision = -1; #inkSeq = 0;
  /** Messages whose refusals leave the ink. @type {Set<number | null>} */ #beside = new Set();
  #roundTrips = new RoundTrips();

  /** @param {LinkOptions} options */
  constructor({ service, ink, config, recorder, listener, signal }) {
    this.#ink = ink;
    this.#config = config;
    this.#listener = listener;
    this.#socket = new ReconnectingSocket({
      service, recorder, signal,
      listener: {
        opened: (ready) => this.#opened(ready),
        received: (message) => this.#received(message),
        changed: (state, ...details) => this.#changed(state, ...details),
      },
    });
    signal.addEventListener("abort", () => this.#stopTimers());
  }

  /** The number of the next message: answers with a smaller one are older than the ink is now. */
  get nextSeq() { return this.#seq + 1; }
  get isOpen() { return this.#socket.isOpen; }
  /** Whether the server has the very drawing that is on the pad. */
  get isLevel() { return this.isOpen && !this.#isPaused && !this.#isInDoubt && !this.#ink.open; }

  connect() { this.#socket.connect(); }

  /** Sends what is beside the ink. @param {(seq: number) => messages.ClientMessage} build */
  sendBeside(build) { this.#beside.add(this.#send(build)); }

  /** Stops sending: what happens to the ink is not drawn here but played back. */
  pause() {
    this.#isPaused = true;
    this.#stopTimers();
  }

  /** Starts sending again, with all of the ink. */
  resume() {
    this.#isPaused = false;
    if (this.isOpen) this.#sendAll();
  }

  /** Tells the server what has happened to the ink. @param {Change} change */
  follow(change) {
    if (this.#isPaused) return;
    if (change.kind === "begin") {
      this.#streamed = 0;
      this.#socket.wake();
    } else if (change.kind === "points") {
      this.#batch ??= setTimeout(() => this.#streamOpen(), messages.BATCH_MS);
    } else if (this.isOpen) {
      if (!this.#isInDoubt) this.#sendEdit(change);
      else if (this.#resync === undefined) this.#sendAll();
    }
  }

  /** @param {Change} change */
  #sendEdit(change) {
    if (change.kind === "replace") return this.#sendAll();
    if (change.kind === "undo" || change.kind === "redo") return this.#sendSteps(change);
    if (change.kind === "abandon") {
      // Not `undo`, which would take back an edit if the server had not seen the stroke after all.
      const { number } = change.stroke;
      if (this.#streamed > 0) this.#send((seq) => messages.eraseMessage(seq, number));
      // There is nothing to erase, but the answer to what is left may have been skipped when the
      // stroke began.
      else if (!this.#ink.isEmpty) this.#sendAll();
      return;
    }
    const erased = change.kind === "erase" ? change.strokes : [];
    this.#undoable += Math.max(erased.length, 1);
    this.#redoable = 0;
    if (change.kind === "end") return this.#stream(change.stroke, true);
    if (change.kind === "clear") this.#send((seq) => messages.historyMessage("clear", seq));
    if (change.kind === "pin") {
      this.#send((seq) => messages.correctMessage(seq, change.strokes, change.label));
    }
    for (const { number } of erased) this.#send((seq) => messages.eraseMessage(seq, number));
  }

  /** @param {{kind: "undo" | "redo", steps: number}} change */
  #sendSteps({ kind, steps }) {
    // An edit from before the last `ink` message is unknown to the server.
    if ((kind === "undo" ? this.#undoable : this.#redoable) < steps) return this.#sendAll();
    this.#undoable += kind === "undo" ? -steps : steps;
    this.#redoable += kind === "undo" ? steps : -steps;
    for (let i = 0; i < steps; i += 1) this.#send((seq) => messages.historyMessage(kind, seq));
  }

  #streamOpen() {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    const { open } = this.#ink;
    if (open !== null && this.isOpen && !this.#isInDoubt) this.#stream(open, false);
  }

  // What the server lacks of it, in as many messages as that takes.
  /** @param {import("../core/ink.js").Stroke} stroke @param {boolean} isFinished */
  #stream(stroke, isFinished) {
    const length = stroke.x.length;
    if (!isFinished && this.#streamed === length) return;
    do {
      const from = this.#streamed;
      const to = Math.min(from + this.#pointsPerMessage, length);
      const end = isFinished && to === length;
      this.#send((seq) => messages.pointsMessage(seq, stroke, { from, to, end }));
      this.#streamed = to;
    } while (this.#streamed < length);
  }

  /** Replaces the server's ink by ours: the finished strokes, then the open one from its start. */
  #sendAll() {
    this.#stopTimers();
    this.#isInDoubt = false;
    this.#undoable = this.#redoable = 0;
    this.#ink.renumber();
    const { strokes } = this.#ink;
    // What is too long for one `ink` message follows as strokes. They are not counted as edits: the
    // server would undo them one by one, which need not be what the ink does.
    const fitting = messages.strokesThatFit(strokes, this.#pointsPerMessage);
    const pins = this.#takesPins ? this.#ink.pins : [];
    const isWhole = fitting === strokes.length;
    this.#inkSeq = this.#send((seq) =>
      messages.inkMessage(seq, strokes.slice(0, fitting), isWhole ? pins : []));
    for (const stroke of strokes.slice(fitting)) {
      this.#streamed = 0;
      this.#stream(stroke, true);
    }
    for (const { strokes: pinned, label } of isWhole ? [] : pins) {
      this.#send((seq) => messages.correctMessage(seq, pinned, label));
    }
    this.#streamed = 0;
    this.#streamOpen();
  }

  /** @param {(seq: number) => messages.ClientMessage} build @returns {number} its seq */
  #send(build) {
    this.#seq += 1;
    this.#roundTrips.sent(this.#seq);
    this.#socket.send(build(this.#seq));
    return this.#seq;
  }

  /** @param {Ready} ready */
  #opened(ready) {
    this.#pointsPerMessage = messages.pointsThatFit(ready);
    this.#streamed = this.#undoable = this.#redoable = 0;
    this.#isInDoubt = false;
    const config = this.#config(ready);
    this.#takesPins = messages.hasSegments(config.recognize ?? "digit");
    this.#socket.send({ ...config, heartbeat: true });
    this.#listener.ready(ready);
    if (this.#isPaused) return;
    if (this.#ink.strokes.length > 0) return this.#sendAll();
    this.#ink.renumber();
    this.#streamOpen();
  }

  /** @param {Prediction | ErrorMessage} message */
  #received(message) {
    if (message.type === "error") return this.#failed(message);
    this.#listener.answer(message, this.#roundTrips.answered(message.seq));
    if (this.#isPaused || this.#isInDoubt || this.#ink.open !== null) return;
    if (!message.final || message.seq !== this.#seq) return;
    if (message.strokes !== this.#ink.strokes.length) this.#resynchronize();
  }

  /** @param {ErrorMessage} error */
  #failed(error) {
    const isBeside = this.#beside.has(error.seq);
    this.#listener.error(error, isBeside);
    if (error.fatal || this.#isPaused || isBeside) return;
    // Errors that were under way when the ink was sent whole are about what it has replaced.
    if (error.seq !== null && error.seq < this.#inkSeq) return;
    // More ink than the server can hold would be refused again, until some is taken back.
    if (error.code === "limit") this.#isInDoubt = true;
    else this.#resynchronize(error.retry_ms ?? 0);
  }

  // The same ink is sent only once: a second time would not help either.
  /** Sends the ink whole. @param {number} [wait_ms] */
  #resynchronize(wait_ms = 0) {
    this.#isInDoubt = true;
    if (this.#resyncedRevision === this.#ink.revision) return;
    this.#resyncedRevision = this.#ink.revision;
    clearTimeout(this.#resync);
    this.#resync = setTimeout(() => { if (this.isOpen) this.#sendAll(); }, wait_ms);
  }

  /** @type {import("./socket.js").SocketListener["changed"]} */
  #changed(state, ...details) {
    if (state !== "open") {
      this.#stopTimers();
      this.#roundTrips.clear();
    }
    this.#listener.connection(state, ...details);
  }

  #stopTimers() {
    clearTimeout(this.#batch);
    clearTimeout(this.#resync);
    this.#batch = this.#resync = undefined;
  }
}
