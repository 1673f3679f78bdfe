// A stroke point, wrapped in a message, leaves through here: one WebSocket after another, so that there is always one.
//
//   state      | means                                           | what ends it
//   -----------|-------------------------------------------------|------------------------------------------------------
//   connecting | a socket opens; the server has not said `ready` | `ready` → open; a close, or silence → closed or full
//   open       | messages go both ways                           | a close, or no answer in time → closed or full;
//              |                                                 | the page is left → closed
//   closed     | waits to try again, longer each time            | the wait ends, `online`, page visible → connecting
//   full       | the server takes no more sessions for now       | the wait it asked for ends → connecting
//
// Of the closed ones two wait for something else: after `idle` for the next stroke, so that a forgotten page does not hold
// a place, and after `version` for nothing, because only a reload helps.

import { BadServerMessage, isAnswered, readServerMessage, subprotocols } from "../core/messages.js";
import { whyRefused } from "./refusal.js";

/**
 * @typedef {import("../core/messages.js").ClientMessage} ClientMessage
 * @typedef {import("../core/messages.js").Ready} Ready
 * @typedef {import("../core/messages.js").Prediction} Prediction
 * @typedef {import("../core/messages.js").Refusal} Refusal
 * @typedef {"connecting" | "open" | "closed" | "full"} SocketState
 * @typedef {object} SocketOwner
 * @property {(ready: Ready) => void} opened
 * @property {(message: Prediction | Refusal) => void} received
 * @property {(state: SocketState, retryIn_ms: number | null) => void} changed
 */

const ANSWER_WAIT_MS = 5_000; // A phone that changed networks keeps a dead socket open for minutes; nobody waits that long.
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
const FULL_WAIT_MS = 5_000; // When a full server does not say how long.
const STEADY_MS = 5_000; // A connection that lasted this long, or answered, starts the waits from the shortest again.
const GOING_AWAY = 1001;
const TRY_LATER = 1013;

export class ReconnectingSocket {
  #url;
  #token;
  #owner;
  #recording;
  #signal;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {AbortController} */ #listening = new AbortController();
  /** @type {SocketState} */ #state = "closed";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #watch;
  /** @type {Refusal | null} */ #lastWords = null;
  #awaited = 0;
  #attempts = 0;
  #opened_ms = 0;
  #hasAnswered = false;

  /**
   * @param {string} url
   * @param {string | null} token
   * @param {SocketOwner} owner
   * @param {import("./recorder.js").Recording} recording
   * @param {AbortSignal} signal
   */
  constructor(url, token, owner, recording, signal) {
    this.#url = url;
    this.#token = token;
    this.#owner = owner;
    this.#recording = recording;
    this.#signal = signal;
    addEventListener("online", () => this.#hurry(), { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#hurry();
    }, { signal });
    // A page that is left may be kept to be come back to; its place on the server is not.
    addEventListener("pagehide", () => {
      this.#drop();
      this.#change("closed");
    }, { signal });
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.#hurry();
    }, { signal });
    signal.addEventListener("abort", () => this.#drop());
  }

  get isOpen() { return this.#state === "open"; }

  connect() {
    if (this.#socket !== null || this.#signal.aborted) return;
    clearTimeout(this.#retry);
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const socket = new WebSocket(this.#url, subprotocols(this.#token));
    this.#socket = socket;
    this.#hasAnswered = false;
    this.#opened_ms = performance.now();
    this.#lastWords = null;
    this.#change("connecting");
    socket.addEventListener("message", (event) => this.#receive(event.data), { signal });
    socket.addEventListener("close", (event) => this.#lost(event.code), { signal });
    this.#expectAnswer();
  }

  /** A stroke begins: wakes a connection that was closed because nobody drew. */
  wake() {
    if (this.#state === "closed" && this.#lastWords?.code === "idle") this.connect();
  }

  /** @param {ClientMessage} message only while the socket is open */
  send(message) {
    this.#socket?.send(JSON.stringify(message));
    this.#recording.sent(message);
    if (isAnswered(message)) {
      this.#awaited = message.seq;
      if (this.#watch === undefined) this.#expectAnswer();
    }
  }

  /** @param {unknown} frame */
  #receive(frame) {
    let message;
    try {
      message = readServerMessage(frame);
    } catch (error) {
      if (!(error instanceof BadServerMessage)) throw error;
      // Whatever speaks there, it is not our server in working order; a new connection may find it.
      console.error(`The server sent a bad message: ${error.message}`);
      return this.#lost();
    }
    // Not before: a server that restarts may still accept a connection only to send it away, and the recording has to outlive that.
    if (message?.type === "ready") this.#recording.begin();
    this.#recording.received(/** @type {string} */ (frame));
    if (message === null) return;
    if (message.type === "ready") {
      this.#stopWatch();
      this.#change("open");
      return this.#owner.opened(message);
    }
    // Any word is a sign of life, but the wait is over only with the newest answer owed.
    this.#stopWatch();
    if (message.seq !== null && message.seq < this.#awaited) this.#expectAnswer();
    if (message.type === "prediction") this.#hasAnswered = true;
    if (message.type === "error" && message.fatal) this.#lastWords = message;
    this.#owner.received(message);
  }

  /** @param {number} [code] with which the server closed, if it did */
  #lost(code) {
    const isRefused = this.#state === "connecting" && this.#lastWords === null;
    const isSteady = this.#state === "open" && (this.#hasAnswered || performance.now() - this.#opened_ms > STEADY_MS);
    if (isSteady) this.#attempts = 0;
    this.#drop();
    const reason = this.#lastWords?.code;
    const isFull = code === TRY_LATER || reason === "full";
    const wait_ms = reason === "version" || reason === "idle" ? null : this.#wait_ms(isFull, code === GOING_AWAY);
    if (wait_ms !== null) this.#retry = setTimeout(() => this.#tryAgain(), wait_ms);
    this.#change(isFull ? "full" : "closed", wait_ms);
    if (isRefused) this.#askWhy();
  }

  async #askWhy() {
    const code = await whyRefused(this.#url, this.#token, this.#signal);
    if (code === null || this.#state !== "closed") return;
    this.#owner.received({ type: "error", seq: null, code, message: "", fatal: true, retry_ms: null });
  }

  /**
   * With chance in it, so that a server that restarts does not meet all its clients in the same instant.
   * @param {boolean} isFull
   * @param {boolean} isGoingAway
   */
  #wait_ms(isFull, isGoingAway) {
    const asked = this.#lastWords?.retry_ms ?? (isFull ? FULL_WAIT_MS : null);
    if (asked !== null) return asked * (1 + Math.random() / 4);
    const longest = isGoingAway ? FIRST_WAIT_MS : Math.min(FIRST_WAIT_MS * 2 ** this.#attempts, LONGEST_WAIT_MS);
    this.#attempts += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  #tryAgain() {
    this.#retry = undefined;
    // A page nobody looks at can wait; it will hear when it becomes visible.
    if (document.visibilityState === "visible") this.connect();
  }

  /** The network or the reader is back: no reason to wait on, unless the server asked for it. */
  #hurry() {
    const mustWait = this.#retry !== undefined && (this.#state === "full" || this.#lastWords?.retry_ms != null);
    const mustReload = this.#lastWords?.code === "version";
    if (!mustWait && !mustReload) this.connect();
  }

  #expectAnswer() {
    this.#watch = setTimeout(() => this.#lost(), ANSWER_WAIT_MS);
  }

  #stopWatch() {
    clearTimeout(this.#watch);
    this.#watch = undefined;
  }

  /** Lets go of the socket at once: on a dead network its own `close` event comes only after the closing handshake times out. */
  #drop() {
    this.#stopWatch();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#listening.abort();
    this.#socket?.close();
    this.#socket = null;
  }

  /** @param {SocketState} state @param {number | null} [retryIn_ms] */
  #change(state, retryIn_ms = null) {
    this.#state = state;
    this.#owner.changed(state, retryIn_ms);
  }
}
