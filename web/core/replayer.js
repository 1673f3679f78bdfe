// Replaying the messages of a session: they do to an ink what they did to the server's drawing.
//
// The rules are in realtime/protocol/PROTOCOL.md. A message that breaks them changes nothing, here
// as there.

import { readServerMessage } from "./server-messages.js";

/**
 * @typedef {import("./ink.js").Ink} Ink
 * @typedef {import("./ink.js").Point} Point
 * @typedef {import("./ink.js").Stroke} Stroke
 *
 * What a client sent, with all that a client may leave out. `width`, that of the pen, is in files
 * alone: no server asks for it.
 * @typedef {{x: number[], y: number[], t: number[], p?: number[] | null}} LooseColumns
 * @typedef {{end?: boolean, width?: number} & LooseColumns} LooseStroke
 * @typedef {{type: "points", seq: number, stroke: number} & LooseStroke} SentPoints
 * @typedef {import("./messages.js").NumberedPin} NumberedPin
 * @typedef {{type: "ink", seq: number, strokes: LooseColumns[], pins?: NumberedPin[]}} SentInk
 * @typedef {import("./messages.js").EraseMessage} EraseMessage
 * @typedef {import("./messages.js").HistoryMessage} HistoryMessage
 * @typedef {import("./messages.js").CorrectMessage} CorrectMessage
 * @typedef {SentPoints | SentInk | EraseMessage | HistoryMessage | CorrectMessage} DrawingMessage
 */

/** What a service learns from changes no ink. */
const TEACHING = ["teach", "examples", "forget"];
const HISTORY_STEPS = 200; // The server's limit (its drawing's history): older edits stay.

/**
 * What changed the drawing, in order: all that was sent but configuration and what there was to
 * learn, and but what the server refused.
 * @param {import("./session-validation.js").Session} session
 * @returns {{at: number, message: DrawingMessage}[]}
 */
export function acceptedMessages(session) {
  const refused = new Set();
  for (const entry of session.messages) {
    const answer = "recv" in entry ? readServerMessage(JSON.stringify(entry.recv)) : null;
    if (answer?.type === "error") refused.add(answer.seq);
  }
  const accepted = [];
  let newest = -1;
  for (const entry of session.messages) {
    if (!("send" in entry)) continue;
    const message = /** @type {DrawingMessage | {type: "config"}} */ (entry.send);
    if (message.type === "config" || message.seq <= newest) continue;
    newest = message.seq;
    if (refused.has(message.seq) || TEACHING.includes(message.type)) continue;
    accepted.push({ at: entry.at, message });
  }
  return accepted;
}

/** Applies messages to an ink, and maps the session's stroke numbers to the ink's strokes. */
export class Replayer {
  #ink;
  /** @type {WeakMap<Stroke, number>} the ink picks numbers of its own */ #numbers = new WeakMap();
  /** How many edits of this session can be undone; the ink may know older ones. */ #undoable = 0;
  #redoable = 0;
  /** @type {number | null} */ #began_ms = null;
  #shift_ms = 0;

  /** @param {Ink} ink */
  constructor(ink) {
    this.#ink = ink;
  }

  /**
   * @param {DrawingMessage} message
   * @param {number} [offset_ms] from the session's times to those that the ink gets
   */
  apply(message, offset_ms = 0) {
    const ink = this.#ink;
    switch (message.type) {
      case "points": return this.#draw(message.stroke, message, offset_ms);
      case "erase": return this.#erase(message.stroke);
      case "undo": return this.#undo();
      case "redo": return this.#redo();
      case "correct": return this.#correct(message);
      case "clear":
        if (ink.strokes.length > 0) this.#countEdit();
        return ink.clear();
      case "ink":
        ink.clear();
        this.#undoable = this.#redoable = 0;
        // Not `replace`: the server undoes these strokes one by one.
        for (const [number, { x, y, t, p = null }] of message.strokes.entries()) {
          this.#draw(number, { x, y, t, p, end: true }, offset_ms);
        }
        for (const pin of message.pins ?? []) this.#correct(pin);
    }
  }

  /** @param {number} number @param {LooseStroke} stroke @param {number} offset_ms */
  #draw(number, stroke, offset_ms) {
    const { open } = this.#ink;
    if (open === null) this.#begin(number, stroke, offset_ms);
    else if (this.#numbers.get(open) === number) this.#ink.extend(this.#points(stroke, offset_ms));
    else return;
    if (!stroke.end || this.#ink.open === null) return;
    this.#ink.end();
    this.#countEdit();
  }

  /** @param {number} number @param {LooseStroke} stroke @param {number} offset_ms */
  #begin(number, stroke, offset_ms) {
    const start_ms = stroke.t[0];
    if (start_ms === undefined || this.#find(number) !== undefined) return;
    this.#began_ms ??= start_ms + offset_ms;
    // An ink has no times before its first point. Strokes that each count from 0, as some programs
    // send them, keep their pace.
    this.#shift_ms = Math.max(this.#began_ms - start_ms - offset_ms, 0);
    const [first, ...others] = this.#points(stroke, offset_ms);
    if (first !== undefined) this.#ink.begin(first, stroke.width);
    if (this.#ink.open !== null) this.#numbers.set(this.#ink.open, number);
    this.#ink.extend(others);
  }

  /** @param {number} number */
  #erase(number) {
    const { open } = this.#ink;
    if (open !== null && this.#numbers.get(open) === number) return this.#ink.undo();
    const stroke = this.#find(number);
    if (stroke === undefined) return;
    this.#ink.erase(stroke.number);
    this.#countEdit();
  }

  /** @param {{strokes: readonly number[], label: string | null}} message */
  #correct({ strokes, label }) {
    const { revision } = this.#ink;
    this.#ink.pin(this.inkNumbers(strokes), label);
    if (this.#ink.revision !== revision) this.#countEdit();
  }

  /**
   * The ink's numbers of finished strokes, and of the one under way.
   * @param {readonly number[]} numbers the session's
   */
  inkNumbers(numbers) {
    const { strokes, open } = this.#ink;
    const all = open === null ? strokes : [...strokes, open];
    return all.filter((stroke) => numbers.includes(this.#numbers.get(stroke) ?? -1))
      .map((stroke) => stroke.number);
  }

  #undo() {
    if (this.#ink.open !== null) return this.#ink.undo();
    if (this.#undoable === 0) return;
    this.#undoable -= 1;
    this.#redoable += 1;
    this.#ink.undo();
  }

  #redo() {
    // The server abandons an open stroke here; the page's buttons never get so far.
    if (this.#ink.open !== null) this.#ink.undo();
    if (this.#redoable === 0) return;
    this.#redoable -= 1;
    this.#undoable += 1;
    this.#ink.redo();
  }

  #countEdit() {
    this.#undoable = Math.min(this.#undoable + 1, HISTORY_STEPS);
    this.#redoable = 0;
  }

  /** @param {number} number */
  #find(number) {
    return this.#ink.strokes.find((stroke) => this.#numbers.get(stroke) === number);
  }

  /** @param {LooseColumns} columns @param {number} offset_ms @returns {Point[]} */
  #points({ x, y, t, p }, offset_ms) {
    const shift_ms = offset_ms + this.#shift_ms;
    return t.map((time_ms, i) => ({
      x: x[i] ?? NaN, y: y[i] ?? NaN, time_ms: time_ms + shift_ms, pressure: p?.[i] ?? null,
    }));
  }
}
