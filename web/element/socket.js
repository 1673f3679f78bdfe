// A WebSocket that reconnects, with growing waits, and reports what state it is in.
//
//   state      | means                                     | ends by
//   -----------|-------------------------------------------|--------------------------------------
//   connecting | a socket opens; no `ready` came yet       | `ready` → open; a close, or silence →
//              |                                           | closed or full
//   open       | messages go both ways                     | a close, silence → closed or full; the
//              |                                           | page is left → closed
//   closed     | waits to reconnect, longer each time      | the wait ends, `online`, the page is
//              |                                           | visible → connecting
//   full       | the server takes no more sessions for now | the wait it asked for → connecting
//   failed     | as things are, there can be no            | a message → open, closed or full; it
//              | connection; a fault says why              | goes on trying, if the address is one
//
// Two reasons to be closed wait for something else: after `idle` for the next stroke, so that a
// forgotten page holds no place, and after `version` for nothing, because only a reload helps.

import { expectsAnswer, subprotocols } from "../core/messages.js";
import { BadServerMessage, readServerMessage } from "../core/server-messages.js";
import { Backoff } from "./backoff.js";

/**
 * @typedef {import("../core/messages.js").ClientMessage} ClientMessage
 * @typedef {import("../core/server-messages.js").ErrorMessage} ErrorMessage
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/server-messages.js").Ready} Ready
 * @typedef {import("./diagnosis.js").Fault} Fault
 * @typedef {"connecting" | "open" | "closed" | "full" | "failed"} SocketState
 *
 * The wait is that until the next attempt, if one is planned and worth telling.
 * @typedef {object} SocketListener
 * @property {(ready: Ready) => void} opened
 * @property {(message: Prediction | ErrorMessage) => void} received
 * @property {(state: SocketState, retryIn_ms: number | null, fault: Fault | null) => void} changed
 *
 * @typedef {object} SocketOptions
 * @property {import("./diagnosis.js").Service} service
 * @property {import("./recorder.js").MessageLog} recorder
 * @property {SocketListener} listener
 * @property {AbortSignal} signal
 */

// A phone that changed networks keeps a dead socket open for minutes; nobody waits that long.
const ANSWER_WAIT_MS = 5_000;
const FULL_WAIT_MS = 5_000; // When a full server does not say how long.
// A connection that lasted this long, or answered, starts the waits from the shortest again.
const STABLE_MS = 5_000;
const GOING_AWAY = 1001;
const TRY_LATER = 1013;
/** Where the words cannot be loaded. @type {import("./diagnosis.js").Diagnosis} */
const WITHOUT_WORDS = { state: "failed", fault: { key: "failed", values: {} } };

export class ReconnectingSocket {
  #service;
  #recorder;
  #listener;
  #signal;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {AbortController} */ #listening = new AbortController();
  /** @type {SocketState} */ #state = "closed";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  #retryAt_ms = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #watchdog;
  /** @type {ErrorMessage | null} */ #fatalError = null;
  /** Why there is none, of the state `failed` alone. @type {Fault | null} */ #fault = null;
  /** The browser does not even try this address. */ #isHopeless = false;
  /** How many refusals in a row nothing spoke for. */ #unexplained = 0;
  /** The search for the reason of the last one. */ #asking = new AbortController();
  #awaitedSeq = 0;
  #backoff = new Backoff();
  #opened_ms = 0;
  #hasAnswered = false;

  /** @param {SocketOptions} options */
  constructor({ service, recorder, listener, signal }) {
    this.#service = service;
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
      if (this.#fault === null) this.#change("closed");
    }, { signal });
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.#reconnectNow();
    }, { signal });
    signal.addEventListener("abort", () => this.#drop());
  }

  /** The WebSocket's address. @throws {TypeError} it is none */
  get #url() {
    // The address is relative to the page, so that it works behind any path prefix.
    return new URL(this.#service.src, this.#service.base).href.replace(/^http/, "ws");
  }

  get isOpen() { return this.#state === "open"; }

  connect() {
    if (this.#socket !== null || this.#isHopeless || this.#signal.aborted) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const { signal } = this.#listening = new AbortController();
    // Who was told that there can be no connection is not told of each attempt.
    if (this.#fault === null) this.#change("connecting");
    let socket;
    try {
      socket = new WebSocket(this.#url, subprotocols(this.#service.token));
    } catch {
      this.#isHopeless = true;
      return void this.#diagnose((module) => module.diagnoseAddress(this.#service));
    }
    this.#socket = socket;
    this.#hasAnswered = false;
    this.#opened_ms = performance.now();
    this.#fatalError = null;
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
    this.#write(JSON.stringify(message));
    this.#recorder.sent(message);
    if (expectsAnswer(message)) {
      this.#awaitedSeq = message.seq;
      this.#startWatchdog();
    }
  }

  /** Sends nothing to a server that has just closed; a new one gets all. @param {string} frame */
  #write(frame) { if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame); }

  /** @param {unknown} frame */
  #receive(frame) {
    let message;
    try {
      message = readServerMessage(frame);
    } catch (error) {
      if (!(error instanceof BadServerMessage)) throw error;
      // Whatever answers there is not our server in working order; a new connection may reach it.
      console.error(error);
      return this.#lost();
    }
    if (message?.type === "heartbeat") return this.#write(/** @type {string} */ (frame));
    // A recording begins no sooner: a server that restarts may accept a connection only to end it,
    // and the recording has to outlive that.
    if (message?.type === "ready") this.#recorder.begin();
    [this.#unexplained, this.#fault] = [0, null];
    this.#asking.abort();
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
    const isRefused = this.#state !== "open" && this.#fatalError === null;
    const hasLasted = performance.now() - this.#opened_ms > STABLE_MS;
    if (this.#state === "open" && (this.#hasAnswered || hasLasted)) this.#backoff.reset();
    this.#drop();
    const reason = this.#fatalError?.code;
    const isFull = code === TRY_LATER || reason === "full";
    if (reason !== "version" && reason !== "idle") {
      const asked_ms = this.#fatalError?.retry_ms ?? (isFull ? FULL_WAIT_MS : null);
      const wait_ms = this.#backoff.next_ms(asked_ms, code === GOING_AWAY);
      this.#retryAt_ms = performance.now() + wait_ms;
      this.#retry = setTimeout(() => this.#retryIfVisible(), wait_ms);
    }
    if (this.#fault === null) this.#change(isFull ? "full" : "closed");
    if (!isRefused) return;
    const refusal = { url: this.#url, token: this.#service.token, count: this.#unexplained + 1 };
    void this.#diagnose((module, signal) => module.askWhyRefused({ ...refusal, signal }));
  }

  // A fault is told once, and stays until a connection or another fault; not to know is no news.
  /** @param {import("./diagnosis.js").Search} find */
  async #diagnose(find) {
    const { signal } = this.#asking = new AbortController();
    const module = await import("./diagnosis.js").catch(() => null);
    const found = module ? await find(module, signal) : this.#isHopeless ? WITHOUT_WORDS : null;
    if (signal.aborted) return;
    this.#unexplained = found?.state === "closed" ? this.#unexplained + 1 : 0;
    if (found === null || found.state === "closed") return;
    const isKnown = found.state === this.#state && found.fault?.key === this.#fault?.key;
    // Whether the server is still full, the attempt that is under way learns by itself.
    if (isKnown || (found.state === "full" && this.#state === "connecting")) return;
    this.#fault = found.fault;
    this.#change(found.state);
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

  #startWatchdog() { this.#watchdog ??= setTimeout(() => this.#lost(), ANSWER_WAIT_MS); }

  #stopWatchdog() {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  /** Drops the socket: on a dead network its `close` event comes only after a long timeout. */
  #drop() {
    this.#stopWatchdog();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#asking.abort();
    this.#listening.abort();
    this.#socket?.close();
    this.#socket = null;
  }

  /** @param {SocketState} state */
  #change(state) {
    this.#state = state;
    const retryIn_ms = this.#retry === undefined ? null : this.#retryAt_ms - performance.now();
    this.#listener.changed(state, retryIn_ms, this.#fault);
  }
}
