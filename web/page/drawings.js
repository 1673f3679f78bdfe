// A stroke point belongs to a drawing: from the first stroke on an empty pad until the pad is empty again, or holds another one.
//
// Each drawing is kept on this device with its newest final answer, and can be brought back; and each has a session to play.

import { CANVAS } from "../element/pad.js";
import { sessionOfStrokes } from "../core/playback.js";
import { lastDrawing, strokesOf } from "../core/session-file.js";

/**
 * @typedef {import("./history.js").Drawing} Drawing
 * @typedef {import("./history.js").History} History
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 * @typedef {import("../core/session-file.js").Session} Session
 */

export class Drawings {
  #recognizer;
  #history;
  /** @type {string | null} */ #id = null;
  /** @type {string | null} that of the drawing before, which an undo brings back */ #before = null;
  #began = "";
  /** @type {string | null | undefined} what drawings mean until somebody says otherwise */ #usualLabel;
  /** @type {Session | null} what was opened, until it is changed */ #opened = null;

  /**
   * @param {InkRecognizer} recognizer
   * @param {Promise<History>} history
   * @param {string | null | undefined} label what all of them mean, for who makes recordings
   * @param {AbortSignal} signal
   */
  constructor(recognizer, history, label, signal) {
    this.#recognizer = recognizer;
    this.#history = history;
    recognizer.label = this.#usualLabel = label;
    recognizer.addEventListener("inkchange", (event) => this.#follow(/** @type {CustomEvent} */ (event).detail.kind), { signal });
    for (const type of ["prediction", "rejected"]) recognizer.addEventListener(type, () => this.#keep(), { signal });
  }

  /** Names the drawing on the pad; null while that is empty. */
  get id() { return this.#id; }
  /** What the drawing means, where somebody has said. @returns {string | null | undefined} */
  get label() { return this.#recognizer.label; }

  /** Somebody has said what the drawing means. @param {string | null} label null for no digit */
  correct(label) {
    this.#recognizer.label = label;
    this.#keep();
  }

  /** Puts a drawing of the history on the pad. @param {Drawing} drawing */
  bringBack({ id, began, strokes, label }) {
    this.#recognizer.ink = strokes;
    [this.#id, this.#began] = [id, began];
    this.#recognizer.label = label;
  }

  /** Puts the ink of a session on the pad. @param {Session} session made for a canvas of this page */
  open(session) {
    this.#recognizer.ink = strokesOf(session);
    this.#opened = session;
    this.#recognizer.label = session.label;
  }

  /** The session of the drawing on the pad alone, without those before it. @returns {Session} */
  session() {
    const strokes = this.#recognizer.ink;
    if (this.#opened !== null) return this.#opened;
    const recorded = lastDrawing(this.#recognizer.session);
    // After a lost connection, or an undo that reaches back to another drawing, the strokes' own times tell more than the recording.
    if (recorded !== null && strokesOf(recorded).length === strokes.length) return withWidths(recorded, strokes);
    const answer = this.#recognizer.answer;
    return sessionOfStrokes(strokes, CANVAS, answer?.top[0] ? { ...answer.top[0], rejected: answer.rejected } : null, this.label);
  }

  /** @param {import("../core/ink.js").Change["kind"]} kind */
  #follow(kind) {
    if (this.#recognizer.isPlaying) return;
    this.#opened = null;
    if (this.#recognizer.isEmpty) {
      [this.#before, this.#id] = [this.#id ?? this.#before, null];
    } else if (this.#id === null || kind === "replace") {
      const isBack = (kind === "undo" || kind === "redo") && this.#before !== null;
      this.#id = isBack ? this.#before : newId();
      if (isBack) return;
      this.#began = new Date().toISOString();
      // What was said of the drawing before is not true of this one, in the session's file neither.
      this.#recognizer.label = this.#usualLabel;
    }
  }

  async #keep() {
    const { answer, ink } = this.#recognizer;
    const best = answer?.top[0];
    if (this.#id === null || best === undefined || ink.length === 0) return;
    const label = this.label === undefined ? {} : { label: this.label };
    const drawing = { id: this.#id, began: this.#began, strokes: ink, answer: { ...best, rejected: answer?.rejected ?? false }, ...label };
    await (await this.#history).keep(drawing);
  }
}

/**
 * A session whose points say how wide the pen was, which no server is told.
 * @param {Session} session
 * @param {readonly import("../core/ink.js").Stroke[]} strokes of the same drawing
 * @returns {Session}
 */
function withWidths(session, strokes) {
  const widths = new Map(strokes.map(({ number, width }) => [number, width]));
  const messages = session.messages.map((entry) => {
    const send = /** @type {import("../core/messages.js").ClientMessage | undefined} */ ("send" in entry ? entry.send : undefined);
    const width = send?.type === "points" ? widths.get(send.stroke) : undefined;
    return width === undefined ? entry : { ...entry, send: { ...send, width } };
  });
  return { ...session, messages };
}

/** 128 bits of chance. (`crypto.randomUUID` is there only over https, and many a service at home has none.) */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
