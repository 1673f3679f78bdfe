// A stroke point needs a way to the server; here people read how that is, in plain words.

/**
 * @typedef {import("../core/messages.js").Refusal} Refusal
 * @typedef {import("./socket.js").SocketState} SocketState
 * @typedef {import("../core/i18n.js").Say} Say
 */

const TICK_MS = 1_000;
/** What a fatal refusal means for the reader, for as long as there is no connection. */
const CLOSED_KEYS = Object.freeze(["full", "idle", "internal", "token", "version"]);

export class Status {
  #root;
  #words;
  /** @type {Say} */ #say;
  /** @type {SocketState} */ #state = "connecting";
  /** @type {number | null} */ #retryAt_ms = null;
  /** @type {string | undefined} */ #reason;
  #hasConnected = false;
  #isPlaying = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #tick;

  /** @param {HTMLElement} root @param {HTMLElement} words @param {Say} say @param {AbortSignal} signal */
  constructor(root, words, say, signal) {
    this.#root = root;
    this.#words = words;
    this.#say = say;
    for (const type of ["online", "offline"]) addEventListener(type, () => this.#refresh(), { signal });
    signal.addEventListener("abort", () => clearInterval(this.#tick));
    this.#refresh();
  }

  /** @param {Say} say */
  speak(say) {
    this.#say = say;
    this.#refresh();
  }

  /**
   * @param {SocketState} state
   * @param {number | null} retryIn_ms until the next try, if one is planned
   * @returns {"lost" | "back" | null} what has to be said of it, to those who do not see it
   */
  show(state, retryIn_ms) {
    const wasOpen = this.#state === "open";
    const isBack = state === "open" && this.#hasConnected && !wasOpen;
    this.#state = state;
    this.#retryAt_ms = retryIn_ms === null ? null : performance.now() + retryIn_ms;
    if (state === "open") {
      this.#hasConnected = true;
      this.#reason = undefined;
    }
    clearInterval(this.#tick);
    if (this.#retryAt_ms !== null) this.#tick = setInterval(() => this.#refresh(), TICK_MS);
    this.#refresh();
    if (isBack) return "back";
    return wasOpen && state !== "open" && this.#reason !== "idle" ? "lost" : null;
  }

  /** @param {Refusal} refusal a fatal one: why the connection is about to end, or was not had */
  explain(refusal) {
    this.#reason = refusal.code;
    this.#refresh();
  }

  /** @param {boolean} isPlaying */
  playing(isPlaying) {
    this.#isPlaying = isPlaying;
    this.#refresh();
  }

  #refresh() {
    const isOffline = !navigator.onLine && this.#state !== "open";
    this.#root.dataset["state"] = this.#isPlaying ? "playing" : isOffline ? "offline" : this.#state;
    const seconds = this.#retryAt_ms === null ? 0 : Math.max(Math.ceil((this.#retryAt_ms - performance.now()) / 1000), 0);
    this.#words.textContent = this.#say(this.#isPlaying ? "playing" : isOffline ? "offline" : this.#key(seconds), { seconds });
  }

  /** @param {number} seconds */
  #key(seconds) {
    if (this.#state === "open") return "open";
    if (this.#state === "full") return "full";
    if (this.#reason !== undefined && CLOSED_KEYS.includes(this.#reason)) return this.#reason;
    if (!this.#hasConnected && this.#state === "connecting") return "connecting";
    // A wait of a second needs no countdown.
    return seconds > 1 ? "reconnectingIn" : "reconnecting";
  }
}
