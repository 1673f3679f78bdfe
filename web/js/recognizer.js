// <ink-recognizer>: a pad and its answers. A stroke point goes pad → ink → link → server → link → answers; this file joins them.
//
//   attributes  src       the service's WebSocket; without it "ws" beside the page
//               token     what the service may want to be told
//               lang      "en" or "zh"; without it that of the page
//               tool      "pen" or "eraser"
//               pen-width in canvas units, of which the pad is 400 wide
//               guide     "lines", or a digit to trace
//   properties  ink (strokes; may be set), answer, labels, keeps, session, isEmpty, canUndo, canRedo, isPlaying
//   methods     clear(), undo(), redo(), play(session), stop()
//   events      interim, prediction, rejected: each answer is one of them, `detail` has it; inkchange; connection; ready; playing
//   parts       recognizer, status, pad, hint, answers, digit, caption, top, saw, delay, notice
//   properties of style: --ink-side, --ink-digit, --ink-font-size, --ink-accent, --ink-color, --ink-surface, --ink-line, --ink-color-scheme

import { Answers } from "../element/answers.js";
import { element } from "../dom/elements.js";
import { drawGuide } from "../element/guide.js";
import { Ink } from "../core/ink.js";
import { Keyboard } from "../element/keyboard.js";
import { Layers } from "../element/layers.js";
import { Link } from "../element/link.js";
import { CANVAS, Pad } from "../element/pad.js";
import { Playback } from "../core/playback.js";
import { build } from "../element/shadow-tree.js";
import { Recording } from "../element/recorder.js";
import { readStrokes } from "../core/session-file.js";
import { Status } from "../element/status.js";
import { languageOf, speaker, translate } from "../core/i18n.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").Prediction} Prediction
 * @typedef {import("../core/session-file.js").Session} Session
 * @typedef {{pad: Pad, link: Link, answers: Answers, status: Status}} Parts
 */

/** The network's answer as an event's detail; `label` is null where there is no ink. @typedef {Prediction & {label: string | null, delay_ms: number | null}} Answer */

/** What a refusal that leaves the connection open means for the reader. @type {Record<string, string>} */
const REFUSAL_KEYS = { limit: "limit" };

export class InkRecognizer extends HTMLElement {
  static observedAttributes = ["src", "token", "lang", "tool", "pen-width", "guide"];

  #root = build(this);
  #ink = new Ink();
  #recording = new Recording(CANVAS);
  #living = new AbortController();
  /** Ends with the connection, sooner than the element if it is told another address. */ #connected = new AbortController();
  /** @type {Parts | null} */ #parts = null;
  /** @type {Playback | null} */ #playback = null;
  /** @type {Answer | null} */ #answer = null;
  /** @type {import("../core/messages.js").Ready | null} */ #ready = null;

  connectedCallback() {
    this.#living = new AbortController();
    const { signal } = this.#living;
    const canvas = element(this.#root, "#pad", HTMLCanvasElement);
    const layers = new Layers(canvas, element(this.#root, ".upper", HTMLCanvasElement), this.#ink, CANVAS, signal);
    const pad = new Pad(canvas, [...this.#root.querySelectorAll(".corner")], this.#ink, layers, () => this.stop(), signal);
    const answers = new Answers(element(this.#root, "#answers", HTMLElement), element(this.#root, "#announcement", HTMLElement), this.#say);
    new Keyboard(canvas, element(this.#root, ".cursor", HTMLElement), this.#ink, pad, () => this.stop(), (news) => answers.announce(this.#say(news)), signal);
    const statusRoot = element(this.#root, "#status", HTMLElement);
    const status = new Status(statusRoot, element(statusRoot, ".words", HTMLElement), this.#say, signal);
    this.#ink.subscribe((change) => this.#follow(change), signal);
    this.#parts = { pad, answers, status, link: this.#connect(answers, status) };
    for (const name of ["lang", "tool", "pen-width", "guide"]) this.#apply(name);
    this.#showInk();
  }

  disconnectedCallback() {
    this.stop();
    // The pointer that draws is lost with the element's place; its stroke ends where it got to.
    this.#ink.end();
    this.#living.abort();
    this.#connected.abort();
    this.#parts = null;
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (this.#parts === null) return;
    if (name !== "src" && name !== "token") return this.#apply(name);
    this.stop();
    this.#parts.link = this.#connect(this.#parts.answers, this.#parts.status);
  }

  /** The strokes as they are, in units of a canvas 400 wide and 400 high. @returns {Stroke[]} */
  get ink() { return structuredClone([...this.#ink.strokes]); }
  /** @throws {import("../core/session-file.js").BadSession} that names the field which is no stroke's */
  set ink(strokes) {
    this.stop();
    this.#ink.replace(readStrokes(strokes));
  }

  /** The last final answer to the ink as it is. @returns {Answer | null} */
  get answer() { return this.#answer; }
  /** What the network can answer; empty before it is known. @returns {readonly string[]} */
  get labels() { return this.#ready?.labels ?? []; }
  /** Whether the service keeps labelled ink, of those who consent. */
  get keeps() { return this.#ready?.keeps ?? false; }
  /** What has gone over the connection so far, as a session file. @returns {Session} */
  get session() { return this.#recording.file(); }
  /** What the drawing means, as its session file says: null for ink that is no digit. @returns {string | null | undefined} */
  get label() { return this.#recording.label; }
  set label(label) { this.#recording.label = label; }
  get isEmpty() { return this.#ink.isEmpty; }
  get canUndo() { return this.#ink.canUndo; }
  get canRedo() { return this.#ink.canRedo; }
  get isPlaying() { return this.#playback !== null; }

  undo() {
    this.stop();
    this.#ink.undo();
  }

  redo() {
    this.stop();
    this.#ink.redo();
  }

  clear() {
    this.stop();
    this.#ink.clear();
  }

  /** Plays a session at its real speed, with its answers as they came; the ink stays when it has ended. @param {Session} session */
  play(session) {
    this.stop();
    if (this.#parts === null) return;
    const { answers, link, status } = this.#parts;
    link.pause();
    this.#playback = new Playback(session, this.#ink, {
      answer: (answer) => answers.present(answer),
      ended: () => {
        this.#playback = null;
        this.#showPlaying(status, false);
        // The answer that follows is the network's of today.
        answers.outdate(this.#ink.isEmpty, link.nextSeq);
        link.resume();
      },
    });
    this.#showPlaying(status, true);
    this.#playback.start();
  }

  /** Ends what is being played; all its ink is there. */
  stop() { this.#playback?.stop(); }

  get #say() { return speaker(languageOf([this.getAttribute("lang") || document.documentElement.lang, ...navigator.languages])); }

  /** @param {Answers} answers @param {Status} status @returns {Link} */
  #connect(answers, status) {
    this.#connected.abort();
    this.#connected = new AbortController();
    // Relative to the page, so that it works behind any path prefix.
    const url = new URL(this.getAttribute("src") || "ws", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    const link = new Link(url.href, this.getAttribute("token"), this.#ink, CANVAS, this.#recording, {
      connection: (state, retryIn_ms) => {
        const news = status.show(state, retryIn_ms);
        if (news !== null) answers.announce(this.#say(news === "lost" ? "saidLost" : "saidBack"));
        if (state === "open") this.#notice("");
        this.#tell("connection", { state });
      },
      ready: (ready) => {
        this.#ready = ready;
        this.#tell("ready", ready);
      },
      answer: (answer, total_ms) => this.#answered(answers, answer, total_ms),
      refusal: (refusal) => {
        if (refusal.fatal) status.explain(refusal);
        else this.#notice(this.#say(REFUSAL_KEYS[refusal.code] ?? "otherRefusal"));
      },
    }, this.#connected.signal);
    // What another service has said is of the past, and the new one counts its answers from the beginning.
    this.#answer = null;
    answers.outdate(this.#ink.isEmpty, link.nextSeq);
    // Not before who makes the element has given it all its attributes.
    queueMicrotask(() => link.connect());
    return link;
  }

  /** @param {import("../core/ink.js").Change} change */
  #follow(change) {
    const { answers, link } = /** @type {Parts} */ (this.#parts);
    // Points and the end of a stroke go on with what is shown; everything else makes it a matter of the past. This has to come
    // before the link, which counts on with each message.
    if (change.kind !== "points" && change.kind !== "end") answers.outdate(this.#ink.isEmpty, link.nextSeq);
    if (change.kind !== "points") this.#answer = null;
    link.follow(change);
    if (change.kind === "points") return;
    this.#showInk();
    this.#tell("inkchange", { kind: change.kind });
  }

  /** @param {Answers} answers @param {Prediction} answer @param {number | null} total_ms */
  #answered(answers, answer, total_ms) {
    if (this.isPlaying || !answers.show(answer, total_ms)) return;
    const detail = { ...answer, label: answer.top[0]?.label ?? null, delay_ms: total_ms };
    if (answer.final) {
      this.#notice("");
      this.#answer = detail;
    }
    this.#tell(!answer.final ? "interim" : answer.rejected ? "rejected" : "prediction", detail);
  }

  /** @param {string} name of an attribute */
  #apply(name) {
    if (this.#parts === null) return;
    const { pad, answers, status } = this.#parts;
    const value = this.getAttribute(name);
    if (name === "lang") {
      const say = this.#say;
      translate(this.#root, say);
      answers.speak(say);
      status.speak(say);
    } else if (name === "tool") {
      pad.tool = value === "eraser" ? "eraser" : "pen";
      this.#frame.classList.toggle("erases", pad.tool === "eraser");
    } else if (name === "pen-width") {
      pad.width = Number(value) > 0 ? Number(value) : undefined;
    } else {
      const guide = element(this.#root, ".guide", SVGSVGElement);
      drawGuide(guide, CANVAS, value ?? "");
      this.#frame.classList.toggle("has-guide", guide.childElementCount > 0);
    }
  }

  #showInk() { this.#frame.classList.toggle("has-ink", !this.#ink.isEmpty); }

  /** @param {Status} status @param {boolean} isPlaying */
  #showPlaying(status, isPlaying) {
    status.playing(isPlaying);
    this.#frame.classList.toggle("is-playing", isPlaying);
    this.#tell("playing", { isPlaying });
  }

  /** @param {string} words */
  #notice(words) { element(this.#root, "#notice", HTMLElement).textContent = words; }

  get #frame() { return element(this.#root, ".recognizer", HTMLElement); }

  /** @param {string} type @param {unknown} detail */
  #tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
}

customElements.define("ink-recognizer", InkRecognizer);
