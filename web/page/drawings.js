// Drawings: what is on the pad from its first stroke until the pad is empty, or has another one.
//
// Each drawing is stored on this device with its newest final answer, can be restored, and has a
// session to play.

import { CANVAS } from "../core/ink.js";
import { lastDrawing, sessionOfStrokes, strokesOf } from "../core/session-file.js";

/**
 * @typedef {import("../core/ink.js").Change} Change
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").ClientMessage} ClientMessage
 * @typedef {import("../core/session-file.js").Session} Session
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 * @typedef {import("./history.js").Drawing} Drawing
 * @typedef {import("./history.js").History} History
 */

export class Drawings {
  #recognizer;
  #history;
  /** @type {string | null} */ #id = null;
  /** @type {string | null} that of the drawing before, which an undo restores */ #before = null;
  #began = "";
  /** @type {string | null | undefined} what drawings mean until somebody corrects it */
  #defaultLabel;
  /** @type {Session | null} what was opened, until it is changed */ #opened = null;

  /**
   * @param {InkRecognizer} recognizer
   * @param {Promise<History>} history
   * @param {string | null | undefined} label what all drawings mean, for whoever makes recordings
   * @param {AbortSignal} signal
   */
  constructor(recognizer, history, label, signal) {
    this.#recognizer = recognizer;
    this.#history = history;
    recognizer.label = this.#defaultLabel = label;
    recognizer.addEventListener("inkchange", (event) => {
      this.#follow(/** @type {CustomEvent} */ (event).detail.kind);
    }, { signal });
    for (const type of ["prediction", "rejected"]) {
      recognizer.addEventListener(type, () => this.#store(), { signal });
    }
  }

  /** Names the drawing on the pad; null while that is empty. */
  get id() { return this.#id; }
  /** What the drawing means, where somebody has said. @returns {string | null | undefined} */
  get label() { return this.#recognizer.label; }

  /** Sets what the drawing means. @param {string | null} label null for no digit */
  correct(label) {
    this.#recognizer.label = label;
    this.#store();
  }

  /** Puts a drawing of the history on the pad. @param {Drawing} drawing */
  restore({ id, began, strokes, label }) {
    this.#recognizer.ink = strokes;
    [this.#id, this.#began] = [id, began];
    this.#recognizer.label = label;
  }

  /** Puts the ink of a session on the pad. @param {Session} session on a canvas of this page */
  open(session) {
    this.#recognizer.ink = strokesOf(session);
    this.#opened = session;
    this.#recognizer.label = session.label;
  }

  /** The session of the drawing on the pad alone, without those before it. @returns {Session} */
  session() {
    if (this.#opened !== null) return this.#opened;
    const strokes = this.#recognizer.ink;
    const recorded = lastDrawing(this.#recognizer.session);
    // After a lost connection, or an undo that reaches back to another drawing, the strokes' own
    // times tell more than the recording.
    if (recorded !== null && strokesOf(recorded).length === strokes.length) {
      return withWidths(recorded, strokes);
    }
    return sessionOfStrokes(strokes, CANVAS, this.#bestAnswer(), this.label);
  }

  /** The likeliest candidate of the newest final answer. */
  #bestAnswer() {
    const { answer } = this.#recognizer;
    return answer?.top[0] ? { ...answer.top[0], rejected: answer.rejected } : null;
  }

  /** @param {Change["kind"]} kind */
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
      // The label of the drawing before is not this one's, nor that of its session file.
      this.#recognizer.label = this.#defaultLabel;
    }
  }

  async #store() {
    const [id, began, answer] = [this.#id, this.#began, this.#bestAnswer()];
    const strokes = this.#recognizer.ink;
    if (id === null || answer === null || strokes.length === 0) return;
    const label = this.label === undefined ? {} : { label: this.label };
    await (await this.#history).keep({ id, began, strokes, answer, ...label });
  }
}

/**
 * A session whose points have the widths of the pen, which are sent to no server.
 * @param {Session} session
 * @param {readonly Stroke[]} strokes of the same drawing
 * @returns {Session}
 */
function withWidths(session, strokes) {
  const widths = new Map(strokes.map(({ number, width }) => [number, width]));
  const messages = session.messages.map((entry) => {
    if (!("send" in entry)) return entry;
    const send = /** @type {ClientMessage} */ (entry.send);
    const width = send.type === "points" ? widths.get(send.stroke) : undefined;
    return width === undefined ? entry : { ...entry, send: { ...send, width } };
  });
  return { ...session, messages };
}

/** 128 random bits. (`crypto.randomUUID` exists over https only, which many homes lack.) */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
