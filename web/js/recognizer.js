// The custom element <ink-recognizer>: a pad to draw on, and what a service reads while you draw.
//
//   attributes  src       the service's WebSocket; without it "ws" beside the page
//               token     what the service may ask for
//               lang      "en" or "zh"; without it that of the page
//               tool      "pen" or "eraser"
//               pen-width in canvas units, of which the pad is 400 wide
//               guide     "lines", or a digit to trace
//               ink-kept  present where the page stores what is drawn: so the words say
//   properties  ink (strokes; may be set), unfinished, answer, labels, keeps, session, label,
//               isEmpty, canUndo, canRedo, isPlaying
//   methods     clear(), undo(), redo(), play(session), stop(), read(inks)
//   events      interim, prediction, rejected: each answer is one of them, `detail` has it;
//               inkchange; connection; ready; playing
//
// Its parts, custom CSS properties, and all else about it are in docs/component.md.

import { languageOf, translator } from "../core/i18n.js";
import { CANVAS, Ink } from "../core/ink.js";
import { Playback } from "../core/playback.js";
import { readStrokes } from "../core/session-validation.js";
import { clockOf, defineElement, requireElement, upgradeProperties } from "../dom/elements.js";
import { Link } from "../element/link.js";
import { Recorder } from "../element/recorder.js";
import {
  adoptStyle, applyAttribute, buildShadowTree, connectParts,
} from "../element/shadow-tree.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").Prediction} Prediction
 * @typedef {import("../core/session-file.js").Session} Session
 * @typedef {import("../element/shadow-tree.js").Parts & {link: Link}} Parts
 *
 * A prediction as an event's detail; `label` is null where there is no ink.
 * @typedef {Prediction & {label: string | null, delay_ms: number | null}} Answer
 */

export class InkRecognizer extends HTMLElement {
  static observedAttributes = ["src", "token", "lang", "tool", "pen-width", "guide", "ink-kept"];

  #root = buildShadowTree(this);
  #ink = new Ink();
  #recorder = new Recorder(CANVAS);
  /** Ends when the element is removed. */ #lifetime = new AbortController();
  /** Ends sooner if the address changes. */ #connected = new AbortController();
  /** @type {Parts | null} */ #parts = null;
  /** @type {Playback | null} */ #playback = null;
  /** @type {Answer | null} */ #answer = null;
  /** @type {import("../core/messages.js").Ready | null} */ #ready = null;

  constructor() {
    super();
    upgradeProperties(this);
  }

  connectedCallback() {
    // Nobody sees a document that no window shows, for example one that a script has parsed.
    if (this.ownerDocument.defaultView === null) return;
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    /** @type {import("../core/i18n.js").Translate} */
    const translate = (key, values) => this.#translate(key, values);
    const onDown = () => this.stop();
    const parts = connectParts(this.#root, { ink: this.#ink, translate, onDown, signal });
    this.#ink.subscribe((change) => this.#follow(change), signal);
    this.#parts = { ...parts, link: this.#connect(parts) };
    for (const name of ["lang", "tool", "pen-width", "guide", "ink-kept"]) {
      this.attributeChangedCallback(name);
    }
    this.#showInk();
    // What is under way when the page is left is ink, too: its stroke ends where it got to.
    addEventListener("pagehide", () => this.#ink.end(), { signal });
  }

  disconnectedCallback() {
    this.stop();
    // The pointer that draws is lost with the element's place; its stroke ends where it got to.
    this.#ink.end();
    this.#lifetime.abort();
    this.#connected.abort();
  }

  adoptedCallback() { adoptStyle(this.#root); }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (this.#parts === null) return;
    if (name !== "src" && name !== "token") {
      return applyAttribute(this.#root, this.#parts, name, this.#translate);
    }
    this.stop();
    this.#parts.link = this.#connect(this.#parts);
  }

  /** Copies of the strokes, in units of a canvas 400 wide and 400 high. @returns {Stroke[]} */
  get ink() { return structuredClone([...this.#ink.strokes]); }
  /** @throws {import("../core/session-validation.js").BadSession} naming what is no stroke's */
  set ink(strokes) {
    this.stop();
    this.#ink.replace(readStrokes(strokes));
  }

  /** A copy of the stroke under way. @returns {Stroke | null} */
  get unfinished() { return structuredClone(this.#ink.open); }
  /** The last final answer to the ink as it is. @returns {Answer | null} */
  get answer() { return this.#answer; }
  /** What the network can answer; empty before it is known. @returns {readonly string[]} */
  get labels() { return this.#ready?.labels ?? []; }
  /** Whether the service stores labelled samples, of those who consent. */
  get keeps() { return this.#ready?.keeps ?? false; }
  /** What has gone over the connection so far, as a session file. @returns {Session} */
  get session() { return this.#recorder.file(); }
  /** What the drawing means: null for no digit. @returns {string | null | undefined} */
  get label() { return this.#recorder.label; }
  set label(label) { this.#recorder.label = label; }
  get isEmpty() { return this.#ink.isEmpty; }
  get canUndo() { return this.#ink.canUndo; }
  get canRedo() { return this.#ink.canRedo; }
  get isPlaying() { return this.#playback !== null; }

  undo() { this.stop(); this.#ink.undo(); }
  redo() { this.stop(); this.#ink.redo(); }
  clear() { this.stop(); this.#ink.clear(); }

  /**
   * The service's final answers to other inks than that of the pad: null for one that it refuses,
   * and fewer of them where the connection ends.
   * @param {readonly Stroke[][]} inks
   * @returns {AsyncGenerator<Prediction | null, void, void>}
   */
  async* read(inks) {
    const { signal } = this.#connected;
    const module = await import("../element/reader.js").catch(() => null);
    if (module !== null) yield* module.readInks(inks, this.#service, signal);
  }

  /** Plays a session at its real speed; its ink and answer stay. @param {Session} session */
  play(session) {
    this.stop();
    if (this.#parts === null) return;
    const { answers, link } = this.#parts;
    link.pause();
    this.#playback = new Playback(session, this.#ink, {
      answer: (answer) => answers.present(answer),
      ended: () => {
        this.#playback = null;
        this.#showPlaying(false);
        // The answer that follows is the network's of today.
        answers.invalidate(this.#ink.isEmpty, link.nextSeq);
        link.resume();
      },
    }, clockOf(this));
    this.#showPlaying(true);
    this.#playback.start();
  }

  /** Ends what is being played; all its ink is there. */
  stop() { this.#playback?.stop(); }

  get #service() {
    const src = this.getAttribute("src") || "ws";
    return { src, base: this.baseURI, token: this.getAttribute("token") };
  }

  get #translate() {
    const lang = this.getAttribute("lang") || this.ownerDocument.documentElement.lang;
    return translator(languageOf([lang, ...navigator.languages]));
  }

  /** @param {Omit<Parts, "link">} parts @returns {Link} */
  #connect({ answers, status }) {
    this.#connected.abort();
    this.#connected = new AbortController();
    const link = new Link({
      service: this.#service, ink: this.#ink, canvas: CANVAS, recorder: this.#recorder,
      listener: {
        connection: (state, retryIn_ms, fault) => {
          const news = status.show(state, retryIn_ms, fault);
          if (news !== null) answers.announce(news);
          if (state === "open") this.#notice("");
          const message = status.words;
          this.#dispatch("connection", { state, reason: fault?.key ?? null, message });
        },
        ready: (ready) => {
          this.#ready = ready;
          this.#dispatch("ready", ready);
        },
        answer: (answer, total_ms) => this.#answered(answer, total_ms),
        error: (error) => {
          if (error.fatal) return status.explain(error);
          this.#notice(this.#translate(error.code === "limit" ? "limit" : "otherRefusal"));
        },
      },
      signal: this.#connected.signal,
    });
    // Another service's answer is out of date, and the new one counts its messages from 1.
    this.#answer = null;
    answers.invalidate(this.#ink.isEmpty, link.nextSeq);
    // Whoever creates the element may still have to set its attributes.
    queueMicrotask(() => link.connect());
    return link;
  }

  /** @param {import("../core/ink.js").Change} change */
  #follow(change) {
    const { answers, link } = /** @type {Parts} */ (this.#parts);
    const { kind } = change;
    if (kind === "points") return link.follow(change);
    this.#answer = null;
    // The end of a stroke continues what is shown; all else makes it out of date. This has to come
    // before the link, which counts on with each message.
    if (kind !== "end") answers.invalidate(this.#ink.isEmpty, link.nextSeq);
    link.follow(change);
    this.#showInk();
    this.#dispatch("inkchange", { kind, drawing: this.#ink.drawing });
  }

  /** @param {Prediction} answer @param {number | null} total_ms */
  #answered(answer, total_ms) {
    if (this.isPlaying || !this.#parts?.answers.show(answer, total_ms)) return;
    const detail = { ...answer, label: answer.top[0]?.label ?? null, delay_ms: total_ms };
    if (answer.final) {
      this.#notice("");
      this.#answer = detail;
    }
    const type = answer.rejected ? "rejected" : "prediction";
    this.#dispatch(answer.final ? type : "interim", detail);
  }

  #showInk() { this.#frame.classList.toggle("has-ink", !this.#ink.isEmpty); }

  /** @param {boolean} isPlaying */
  #showPlaying(isPlaying) {
    this.#parts?.status.playing(isPlaying);
    this.#frame.classList.toggle("is-playing", isPlaying);
    this.#dispatch("playing", { isPlaying });
  }

  /** @param {string} text */
  #notice(text) { requireElement(this.#root, "#notice", HTMLElement).textContent = text; }

  get #frame() { return requireElement(this.#root, ".recognizer", HTMLElement); }

  /** @param {string} type @param {unknown} detail */
  #dispatch(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
}

defineElement("ink-recognizer", InkRecognizer);
