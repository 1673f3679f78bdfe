// A WebSocket that reconnects, with growing waits, and reports what state it is in.
//
//   state      | means                                     | ends by
//   -----------|-------------------------------------------|--------------------------------------
//   connecting | a socket opens; no `ready` came yet       | `ready` → open; a close, or silence →
//              |                                           | closed or full
//   open       | messages go both ways                     | a close, or no answer in time →
//              |                                           | closed or full; the page is left →
//              |                                           | closed
//   closed     | waits to reconnect, longer each time      | the wait ends, `online`, the page is
//              |                                           | visible → connecting
//   full       | the server takes no more sessions for now | the wait it asked for ends →
//              |                                           | connecting
//
// Two reasons to be closed wait for something else: after `idle` for the next stroke, so that a
// forgotten page holds no place, and after `version` for nothing, because only a reload helps.

import {
  authorization, BadServerMessage, expectsAnswer, readServerMessage, subprotocols,
} from "../core/messages.js";

/**
 * @typedef {import("../core/messages.js").ClientMessage} ClientMessage
 * @typedef {import("../core/messages.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/messages.js").Prediction} Prediction
 * @typedef {import("../core/messages.js").Ready} Ready
 * @typedef {"connecting" | "open" | "closed" | "full"} SocketState
 *
 * @typedef {object} SocketListener
 * @property {(ready: Ready) => void} opened
 * @property {(message: Prediction | ErrorMessage) => void} received
 * @property {(state: SocketState, retryIn_ms: number | null) => void} changed
 *
 * @typedef {object} SocketOptions
 * @property {string} url
 * @property {string | null} token
 * @property {import("./recorder.js").Recorder} recorder
 * @property {SocketListener} listener
 * @property {AbortSignal} signal
 */

// A phone that changed networks keeps a dead socket open for minutes; nobody waits that long.
const ANSWER_WAIT_MS = 5_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
const FULL_WAIT_MS = 5_000; // When a full server does not say how long.
// A connection that lasted this long, or answered, starts the waits from the shortest again.
const STABLE_MS = 5_000;
const GOING_AWAY = 1001;
const TRY_LATER = 1013;
/** @type {Record<number, string>} */
const CODES_OF_STATUS = { 401: "token", 503: "full" };

export class ReconnectingSocket {
  #url;
  #token;
  #recorder;
  #listener;
  #signal;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {AbortController} */ #listening = new AbortController();
  /** @type {SocketState} */ #state = "closed";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #watchdog;
  /** @type {ErrorMessage | null} */ #fatalError = null;
  #awaitedSeq = 0;
  #attempts = 0;
  #opened_ms = 0;
  #hasAnswered = false;

  /** @param {SocketOptions} options */
  constructor({ url, token, recorder, listener, signal }) {
    this.#url = url;
    this.#token = token;
    this.#recorder = recorder;
    this.#listener = listener;
    this.#signal = signal;
    addEventListener("online", () => this.#reconnectNow(), { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#reconnectNow();
    }, { signal });
    // The browser may keep a page that is left, to come back to; its place on the server is freed.
    addEventListener("pagehide", () => {
      this.#drop();
      this.#change("closed");
    }, { signal });
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.#reconnectNow();
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
    this.#fatalError = null;
    this.#change("connecting");
    socket.addEventListener("message", (event) => this.#receive(event.data), { signal });
    socket.addEventListener("close", (event) => this.#lost(event.code), { signal });
    this.#startWatchdog();
  }

  /** Reopens a connection that was closed because nobody drew: a stroke begins. */
  wake() {
    if (this.#state === "closed" && this.#fatalError?.code === "idle") this.connect();
  }

  /** @param {ClientMessage} message only while the socket is open */
  send(message) {
    this.#socket?.send(JSON.stringify(message));
    this.#recorder.sent(message);
    if (expectsAnswer(message)) {
      this.#awaitedSeq = message.seq;
      if (this.#watchdog === undefined) this.#startWatchdog();
    }
  }

  /** @param {unknown} frame */
  #receive(frame) {
    let message;
    try {
      message = readServerMessage(frame);
    } catch (error) {
      if (!(error instanceof BadServerMessage)) throw error;
      // Whatever answers there is not our server in working order; a new connection may reach it.
      console.error(`The server sent a bad message: ${error.message}`);
      return this.#lost();
    }
    // A recording begins no sooner: a server that restarts may accept a connection only to end it,
    // and the recording has to outlive that.
    if (message?.type === "ready") this.#recorder.begin();
    this.#recorder.received(/** @type {string} */ (frame));
    if (message === null) return;
    if (message.type === "ready") {
      this.#stopWatchdog();
      this.#change("open");
      return this.#listener.opened(message);
    }
    // Any message is a sign of life, but the wait ends only with the newest pending answer.
    this.#stopWatchdog();
    if (message.seq !== null && message.seq < this.#awaitedSeq) this.#startWatchdog();
    if (message.type === "prediction") this.#hasAnswered = true;
    if (message.type === "error" && message.fatal) this.#fatalError = message;
    this.#listener.received(message);
  }

  /** @param {number} [code] with which the server closed, if it did */
  #lost(code) {
    const isRefused = this.#state === "connecting" && this.#fatalError === null;
    const hasLasted = performance.now() - this.#opened_ms > STABLE_MS;
    if (this.#state === "open" && (this.#hasAnswered || hasLasted)) this.#attempts = 0;
    this.#drop();
    const reason = this.#fatalError?.code;
    const isFull = code === TRY_LATER || reason === "full";
    const isWaiting = reason !== "version" && reason !== "idle";
    const wait_ms = isWaiting ? this.#nextWait_ms(isFull, code === GOING_AWAY) : null;
    if (wait_ms !== null) this.#retry = setTimeout(() => this.#retryIfVisible(), wait_ms);
    this.#change(isFull ? "full" : "closed", wait_ms);
    if (isRefused) this.#reportRefusal();
  }

  /** A browser withholds why a WebSocket was refused; an ordinary request is answered with it. */
  async #reportRefusal() {
    const [headers, signal] = [authorization(this.#token), this.#signal];
    const url = this.#url.replace(/^ws/, "http");
    // Services of another origin do not let the page read their status.
    const response = await fetch(url, { headers, signal, cache: "no-store" }).catch(() => null);
    const code = CODES_OF_STATUS[response?.status ?? 0];
    if (code === undefined || this.#state !== "closed") return;
    const error = /** @type {const} */ ({ type: "error", code, message: "", fatal: true });
    this.#listener.received({ ...error, seq: null, retry_ms: null });
  }

  /**
   * Random, so that a server that restarts does not meet all its clients in the same instant.
   * @param {boolean} isFull
   * @param {boolean} isGoingAway
   */
  #nextWait_ms(isFull, isGoingAway) {
    const asked_ms = this.#fatalError?.retry_ms ?? (isFull ? FULL_WAIT_MS : null);
    if (asked_ms !== null) return asked_ms * (1 + Math.random() / 4);
    const backoff_ms = Math.min(FIRST_WAIT_MS * 2 ** this.#attempts, LONGEST_WAIT_MS);
    this.#attempts += 1;
    return (isGoingAway ? FIRST_WAIT_MS : backoff_ms) * (0.5 + Math.random() / 2);
  }

  #retryIfVisible() {
    this.#retry = undefined;
    // A page nobody looks at can wait; it is notified when it becomes visible.
    if (document.visibilityState === "visible") this.connect();
  }

  /** The network or the reader is back: no reason to wait on, unless the server asked for it. */
  #reconnectNow() {
    const isAsked = this.#state === "full" || this.#fatalError?.retry_ms != null;
    const mustWait = this.#retry !== undefined && isAsked;
    if (!mustWait && this.#fatalError?.code !== "version") this.connect();
  }

  #startWatchdog() {
    this.#watchdog = setTimeout(() => this.#lost(), ANSWER_WAIT_MS);
  }

  #stopWatchdog() {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  /** Drops the socket: on a dead network its `close` event comes only after a long timeout. */
  #drop() {
    this.#stopWatchdog();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#listening.abort();
    this.#socket?.close();
    this.#socket = null;
  }

  /** @param {SocketState} state @param {number | null} [retryIn_ms] */
  #change(state, retryIn_ms = null) {
    this.#state = state;
    this.#listener.changed(state, retryIn_ms);
  }
}
