// The element's connection: its link to the service that its attributes name, and what it makes of
// the link's news: words that are shown and said, and events.

import { configMessage } from "../core/messages.js";
import { Link } from "./link.js";

/**
 * @typedef {import("../core/messages.js").Recognition} Recognition
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("./link.js").LinkListener} LinkListener
 *
 * A prediction as an event's detail; `label` is null where there is no ink, and a line's text.
 * @typedef {Prediction & {label: string | null, delay_ms: number | null}} Answer
 *
 * `reason` is a key of core/i18n-faults.js, or null; `message` has the words that are shown.
 * @typedef {object} ConnectionNews
 * @property {import("./socket.js").SocketState} state
 * @property {string | null} reason
 * @property {string} message
 *
 * What each event of the element has in its `detail`.
 * @typedef {object} EventDetails
 * @property {Answer} interim
 * @property {Answer} prediction
 * @property {Answer} rejected
 * @property {import("../core/server-messages.js").Ready} ready
 * @property {ConnectionNews} connection
 * @property {{kind: import("../core/ink.js").Change["kind"], drawing: number}} inkchange
 * @property {{isPlaying: boolean}} playing
 * @property {{count: number}} scratchout how many strokes were scratched out
 *
 * @typedef {object} ConnectionOptions
 * @property {HTMLElement & {size: import("../core/ink.js").Size, recognize: Recognition}} host
 * @property {import("../core/ink.js").Ink} ink
 * @property {import("./lessons.js").Taught} taught
 * @property {import("./recorder.js").Recorder} recorder
 * @property {import("./status.js").Status} status
 * @property {import("./answers.js").Answers} answers
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {(text: string) => void} notice
 * @property {(type: "connection", detail: ConnectionNews) => void} dispatch
 * @property {LinkListener["ready"]} ready
 * @property {LinkListener["answer"]} answer
 */

export class Connection {
  #options;
  /** Ends sooner than the element if the service changes, or what it is to read. */
  #ending = new AbortController();
  /** @type {Link} */ #link;
  /** Once there is something to learn. @type {import("./lessons.js").Lessons | null} */
  #lessons = null;
  /** @type {import("../core/server-messages.js").Ready | null} */ #ready = null;

  /** @param {ConnectionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#link = this.renew();
  }

  get link() { return this.#link; }

  /** Connects to what the attributes say now. */
  renew() {
    const { host, ink, recorder, answers } = this.#options;
    this.#ending.abort();
    this.#ending = new AbortController();
    const link = this.#link = new Link({
      service: this.#service, ink, recorder,
      config: ({ recognizers }) => {
        const isKnown = host.recognize in recognizers;
        return configMessage(host.size, isKnown ? host.recognize : "digit");
      },
      listener: this.#listener,
      signal: this.#ending.signal,
    });
    // Another service's answer is out of date, and the new one counts its messages from 1.
    answers.invalidate(ink.isEmpty, link.nextSeq);
    // Whoever creates the element may still have to set its attributes.
    queueMicrotask(() => link.connect());
    return link;
  }

  end() { this.#ending.abort(); }

  /**
   * Has the service learn what the drawing on the pad is.
   * @param {string} label
   * @returns {Promise<boolean>} false if it does not learn
   */
  async teach(label) {
    const { revision, strokes } = this.#options.ink;
    return (await this.#load())?.teach(label, strokes, revision) ?? false;
  }

  /** Has the service learn from the examples that there are now. */
  async learn() { (await this.#load())?.tell(); }

  async #load() {
    const module = await import("./lessons.js").catch(() => null);
    return this.#lessons ??= module && new module.Lessons({
      ...this.#options, link: () => this.#link, service: () => this.#ready,
    });
  }

  /**
   * The final answers to other inks.
   * @param {readonly Stroke[][]} inks
   * @param {Recognition} recognize what they are read as
   * @returns {AsyncGenerator<Prediction | null, void, void>}
   */
  async* read(inks, recognize) {
    const { signal } = this.#ending;
    const { taught } = this.#options;
    const module = await import("./reader.js").catch(() => null);
    if (module === null) return;
    yield* module.readInks(inks, { service: this.#service, recognize, taught, signal });
  }

  get #service() {
    const { host } = this.#options;
    const src = host.getAttribute("src") || "ws";
    return { src, base: host.baseURI, token: host.getAttribute("token") };
  }

  /** @returns {LinkListener} */
  get #listener() {
    const { host, status, answers, translate, notice, dispatch, ready, answer } = this.#options;
    const { taught } = this.#options;
    return {
      answer,
      ready: (message) => {
        // A service of an older version reads digits alone.
        if (!(host.recognize in message.recognizers)) notice(translate("noLines"));
        this.#ready = message.teaches && host.recognize === "digit" ? message : null;
        ready(message);
        if (this.#lessons !== null) this.#lessons.begin();
        else if (taught.examples.length > 0) void this.learn();
      },
      connection: (state, retryIn_ms, fault) => {
        const news = status.show(state, retryIn_ms, fault);
        if (news !== null) answers.announce(news);
        if (state === "open") notice("");
        const message = status.words;
        dispatch("connection", { state, reason: fault?.key ?? null, message });
      },
      error: (error, isBeside) => {
        if (error.fatal) return status.explain(error);
        if (isBeside) return this.#lessons?.refused(error);
        notice(translate(error.code === "limit" ? "limit" : "otherRefusal"));
      },
    };
  }
}
