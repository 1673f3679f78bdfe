// Display of the connection's status, in plain words.

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("../core/server-messages.js").ErrorMessage} ErrorMessage
 * @typedef {import("./socket.js").Fault} Fault
 * @typedef {import("./socket.js").SocketState} SocketState
 */

const TICK_MS = 1_000;
/** Codes of fatal errors that are keys of i18n.js, shown for as long as there is no connection. */
const CLOSED_KEYS = Object.freeze(["full", "idle", "internal", "version"]);

export class Status {
  #root;
  #text;
  /** @type {Translate} */ #translate;
  /** @type {SocketState} */ #state = "connecting";
  /** @type {number | null} */ #retryAt_ms = null;
  /** @type {string | undefined} */ #reason;
  /** @type {Fault | null} */ #fault = null;
  #hasConnected = false;
  #isPlaying = false;
  #isInkKept = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #tick;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} text
   * @param {Translate} translate
   * @param {AbortSignal} signal
   */
  constructor(root, text, translate, signal) {
    this.#root = root;
    this.#text = text;
    this.#translate = translate;
    for (const type of ["online", "offline"]) {
      addEventListener(type, () => this.#refresh(), { signal });
    }
    signal.addEventListener("abort", () => clearInterval(this.#tick));
    this.#refresh();
  }

  /** Changes the language. @param {Translate} translate */
  localize(translate) {
    this.#translate = translate;
    this.#refresh();
  }

  /**
   * @param {SocketState} state
   * @param {number | null} retryIn_ms until the next attempt, if one is planned
   * @param {Fault | null} fault why there can be no connection
   * @returns {string | null} what to announce to those who do not see it
   */
  show(state, retryIn_ms, fault) {
    const wasOpen = this.#state === "open";
    const isBack = state === "open" && this.#hasConnected && !wasOpen;
    this.#state = state;
    this.#fault = fault;
    this.#retryAt_ms = retryIn_ms === null ? null : performance.now() + retryIn_ms;
    if (state === "open") {
      this.#hasConnected = true;
      this.#reason = undefined;
    }
    clearInterval(this.#tick);
    if (this.#retryAt_ms !== null) this.#tick = setInterval(() => this.#refresh(), TICK_MS);
    this.#refresh();
    if (isBack) return this.#say("saidBack");
    if (state === "failed") return this.words;
    return wasOpen && state !== "open" && this.#reason !== "idle" ? this.#say("saidLost") : null;
  }

  /** @param {ErrorMessage} error a fatal one: why the connection ends, or was refused */
  explain(error) {
    this.#reason = error.code;
    this.#refresh();
  }

  /** What is shown. */
  get words() { return this.#text.textContent; }

  /** @param {boolean} isKept whether the ink outlives the page */
  keepsInk(isKept) {
    this.#isInkKept = isKept;
    this.#refresh();
  }

  /** @param {boolean} isPlaying */
  playing(isPlaying) {
    this.#isPlaying = isPlaying;
    this.#refresh();
  }

  #refresh() {
    const isOffline = !navigator.onLine && this.#state !== "open";
    const special = this.#isPlaying ? "playing" : isOffline ? "offline" : null;
    this.#root.dataset["state"] = special ?? this.#state;
    const wait_ms = this.#retryAt_ms === null ? 0 : this.#retryAt_ms - performance.now();
    const seconds = Math.max(Math.ceil(wait_ms / 1000), 0);
    this.#text.textContent = this.#say(special ?? this.#key(seconds), { seconds });
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  #say(key, values = {}) {
    const ink = this.#translate(this.#isInkKept ? "inkIsKept" : "inkStays");
    return this.#translate(key, { ink, ...values, ...this.#fault?.values });
  }

  /** @param {number} seconds */
  #key(seconds) {
    if (this.#state === "open") return "open";
    if (this.#state === "full") return "full";
    if (this.#fault !== null) return this.#fault.key;
    if (this.#reason !== undefined && CLOSED_KEYS.includes(this.#reason)) return this.#reason;
    if (!this.#hasConnected && this.#state === "connecting") return "connecting";
    // A wait of a second needs no countdown.
    return seconds > 1 ? "reconnectingIn" : "reconnecting";
  }
}
