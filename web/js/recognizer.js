// The custom element <ink-recognizer>: a pad to draw on, and what a service reads while you draw.
//
// Its attributes, methods, properties, events, parts and custom CSS properties are in
// docs/component.md.

import { languageOf, translator } from "../core/i18n.js";
import { CANVAS, Ink } from "../core/ink.js";
import { numberedPins, pinsOf, recognitionNamed } from "../core/messages.js";
import { readExamples, readStrokes } from "../core/stroke-validation.js";
import { defineElement, requireElement, upgradeProperties } from "../dom/elements.js";
import { Connection } from "../element/connection.js";
import { Player } from "../element/player.js";
import { Recorder } from "../element/recorder.js";
import {
  adoptStyle, applyAttribute, buildShadowTree, connectParts,
} from "../element/shadow-tree.js";
import { LineSwitch } from "./line-switch.js";

/**
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").Recognition} Recognition
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/session-file.js").Session} Session
 * @typedef {import("../element/shadow-tree.js").Parts & {connection: Connection}} Parts
 *
 * @typedef {import("../core/messages.js").NumberedPin} NumberedPin
 * @typedef {import("../core/examples.js").Example} Example
 * @typedef {import("../element/connection.js").Answer} Answer
 * @typedef {import("../element/connection.js").EventDetails} EventDetails
 */

const OTHER_ATTRIBUTES = ["lang", "tool", "pen-width", "guide", "ink-kept"];

export class InkRecognizer extends HTMLElement {
  static observedAttributes = ["src", "token", "recognize", ...OTHER_ATTRIBUTES];

  #root = buildShadowTree(this);
  #ink = new Ink();
  /** @type {import("../element/lessons.js").Taught} */ #taught = { examples: [] };
  #recorder = new Recorder(() => this.size);
  /** Ends when the element is removed. */ #lifetime = new AbortController();
  /** @type {Parts | null} */ #parts = null;
  #player = new Player({
    host: this, ink: this.#ink,
    answer: (answer) => this.#parts?.answers.present(answer),
    changed: (isPlaying) => this.#showPlaying(isPlaying),
  });
  /** In the language of the moment. @type {import("../core/i18n.js").Translate} */
  #translate = (key, values) => {
    const lang = this.getAttribute("lang") || this.ownerDocument.documentElement.lang;
    return translator(languageOf([lang, ...navigator.languages]))(key, values);
  };
  #lineSwitch = new LineSwitch({ root: this.#root, ink: this.#ink, translate: this.#translate });
  /** @type {Answer | null} */ #answer = null;
  /** @type {import("../core/server-messages.js").Ready | null} */ #ready = null;

  constructor() {
    super();
    upgradeProperties(this);
  }

  connectedCallback() {
    // Nobody sees a document that no window shows, for example one that a script has parsed.
    if (this.ownerDocument.defaultView === null) return;
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    const common = { ink: this.#ink, taught: this.#taught, translate: this.#translate };
    const parts = connectParts(this.#root, { ...common, onDown: () => this.stop(), signal });
    this.#ink.subscribe((change) => this.#follow(change), signal);
    this.#answer = null;
    const connection = new Connection({
      ...common, ...parts, host: this, recorder: this.#recorder,
      dispatch: (type, detail) => this.#dispatch(type, detail),
      ready: (ready) => this.#dispatch("ready", this.#ready = ready),
      answer: (answer, total_ms) => this.#answered(answer, total_ms),
    });
    this.#parts = { ...parts, connection };
    void this.#lineSwitch.turn(this.recognize, parts, signal);
    for (const name of OTHER_ATTRIBUTES) this.attributeChangedCallback(name);
    this.#showInk();
    // What is under way when the page is left is ink, too: its stroke ends where it got to.
    addEventListener("pagehide", () => this.#ink.end(), { signal });
  }

  disconnectedCallback() {
    this.stop();
    // The pointer that draws is lost with the element's place; its stroke ends where it got to.
    this.#ink.end();
    this.#lifetime.abort();
    this.#parts?.connection.end();
  }

  adoptedCallback() { adoptStyle(this.#root, ...this.#lineSwitch.styles); }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (this.#parts === null) return;
    if (OTHER_ATTRIBUTES.includes(name)) {
      return applyAttribute(this.#root, this.#parts, name, this.#translate);
    }
    this.stop();
    if (name === "recognize") {
      void this.#lineSwitch.turn(this.recognize, this.#parts, this.#lifetime.signal);
    }
    this.#answer = null;
    this.#parts.connection.renew();
  }

  /** What the ink is read as. @returns {Recognition} */
  get recognize() { return recognitionNamed(this.getAttribute("recognize")); }

  /** Copies of the strokes, in units of a canvas 400 high, and as wide for one character. */
  get ink() { return structuredClone([...this.#ink.strokes]); }
  /** @throws {import("../core/stroke-validation.js").BadSession} naming what is no stroke's */
  set ink(strokes) { this.restore(strokes); }

  /** What somebody has said that strokes are. @returns {NumberedPin[]} */
  get pins() { return numberedPins(this.#ink.pins); }

  /**
   * Replaces the strokes, and the pins.
   * @param {readonly Stroke[]} strokes
   * @param {readonly NumberedPin[]} [pins]
   * @throws {import("../core/stroke-validation.js").BadSession} naming what is no stroke's
   */
  restore(strokes, pins = []) {
    this.stop();
    const own = readStrokes(strokes);
    this.#ink.replace(own, pinsOf(pins, own, strokes));
  }

  /** The size of the canvas, which is as wide as the board and the ink. */
  get size() { return this.#parts?.board.size ?? CANVAS; }

  /** A copy of the stroke under way. @returns {Stroke | null} */
  get unfinished() { return structuredClone(this.#ink.open); }
  /** The last final answer to the ink as it is. @returns {Answer | null} */
  get answer() { return this.#answer; }
  /** The text of a line. */ get text() { return this.#answer?.text ?? ""; }
  /** A formula's. */ get latex() { return this.#answer?.latex ?? null; }
  get mathml() { return this.#answer?.mathml ?? null; }
  /** What a sum comes to, null where it is none. */
  get value() { return this.#answer?.value ?? null; }
  /** Its characters, from left to right. */ get segments() { return this.#answer?.segments ?? []; }
  /** What the network can answer; empty before it is known. @returns {readonly string[]} */
  get labels() { return this.#ready?.recognizers[this.recognize] ?? []; }
  /** Whether the service learns from `teach`. */
  get teaches() { return this.recognize === "digit" && this.#ready?.teaches === true; }
  /** Copies of what it learns from, oldest first. @returns {Example[]} */
  get examples() { return structuredClone([...this.#taught.examples]); }
  /** @throws {import("../core/stroke-validation.js").BadSession} naming what is no example's */
  set examples(examples) {
    this.#taught.examples = readExamples(examples);
    void this.#parts?.connection.learn();
  }
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
  get isPlaying() { return this.#player.isPlaying; }

  undo() { this.stop(); this.#ink.undo(); }
  redo() { this.stop(); this.#ink.redo(); }
  clear() { this.stop(); this.#ink.clear(); }

  /**
   * Says which character of a line finished strokes are.
   * @param {readonly number[]} strokes their numbers
   * @param {string | null} label null takes it back
   */
  correct(strokes, label) { this.stop(); this.#ink.pin(strokes, label); }

  /** Says what it is. @param {string} label @returns {Promise<boolean>} if it is learnt */
  async teach(label) { return await this.#parts?.connection.teach(label) ?? false; }
  /** Takes back all that was taught. */ forget() { this.examples = []; }

  /**
   * The final answers to other inks: null for one that is refused, fewer if the connection ends.
   * @param {readonly Stroke[][]} inks
   * @param {{recognize?: Recognition}} [options] `recognize`: what they are read as
   * @returns {AsyncGenerator<Prediction | null, void, void>}
   */
  async* read(inks, { recognize = "digit" } = {}) {
    if (this.#parts !== null) yield* this.#parts.connection.read(inks, recognize);
  }

  /** Plays a session at its real speed; its ink and answer stay. @param {Session} session */
  play(session) {
    this.stop();
    if (this.#parts !== null) this.#player.play(session);
  }

  /** Ends what is being played; all its ink is there. */
  stop() { this.#player.stop(); }

  /** @param {import("../core/ink.js").Change} change */
  #follow(change) {
    const { answers, connection: { link } } = /** @type {Parts} */ (this.#parts);
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
      this.#parts.notice("");
      this.#answer = detail;
    }
    const type = answer.rejected ? "rejected" : "prediction";
    this.#dispatch(answer.final ? type : "interim", detail);
  }

  #showInk() { this.#frame.classList.toggle("has-ink", !this.#ink.isEmpty); }

  /** @param {boolean} isPlaying */
  #showPlaying(isPlaying) {
    const { answers, connection: { link }, status } = /** @type {Parts} */ (this.#parts);
    if (isPlaying) link.pause();
    status.playing(isPlaying);
    this.#frame.classList.toggle("is-playing", isPlaying);
    this.#dispatch("playing", { isPlaying });
    if (isPlaying) return;
    // The answer that follows is the network's of today.
    answers.invalidate(this.#ink.isEmpty, link.nextSeq);
    link.resume();
  }

  get #frame() { return requireElement(this.#root, ".recognizer", HTMLElement); }
  /** @template {keyof EventDetails} T @param {T} type @param {EventDetails[T]} detail */
  #dispatch(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
}

defineElement("ink-recognizer", InkRecognizer);
