// A stroke point of a session file is drawn again here: its messages do to an ink what they did to the drawing of the server.
//
// The rules are in realtime/PROTOCOL.md. A message that breaks them changes nothing, here as there. No DOM.

/**
 * @typedef {import("./ink.js").Ink} Ink
 * @typedef {import("./ink.js").Stroke} Stroke
 *
 * What a client sent, with all that a client may leave out. `width`, that of the pen, is in files alone: no server asks for it.
 * @typedef {{x: number[], y: number[], t: number[], p?: number[] | null}} LooseColumns
 * @typedef {{type: "points", seq: number, stroke: number, end?: boolean, width?: number} & LooseColumns} SentPoints
 * @typedef {{type: "ink", seq: number, strokes: LooseColumns[]}} SentInk
 * @typedef {SentPoints | SentInk | import("./messages.js").Erase | import("./messages.js").Step} DrawingMessage
 */

const HISTORY_STEPS = 200; // realtime/drawing.py's: what is older cannot be undone there.

/** Draws what it is told on an ink, and knows the strokes by the session's own numbers. */
export class Scribe {
  #ink;
  /** @type {WeakMap<Stroke, number>} the ink picks numbers of its own */ #numbers = new WeakMap();
  /** How many edits of this session can be undone, and redone; the ink may know older ones. */ #undoable = 0; #redoable = 0;
  /** @type {number | null} */ #began_ms = null;
  #shift_ms = 0;

  /** @param {Ink} ink */
  constructor(ink) {
    this.#ink = ink;
  }

  /** @param {DrawingMessage} message @param {number} [offset_ms] from the session's times to those that the ink is told */
  take(message, offset_ms = 0) {
    const ink = this.#ink;
    switch (message.type) {
      case "points": return this.#draw(message.stroke, message, message.end ?? false, offset_ms, message.width);
      case "erase": return this.#erase(message.stroke);
      case "undo": return this.#undo();
      case "redo": return this.#redo();
      case "clear":
        if (ink.strokes.length > 0) this.#edited();
        return ink.clear();
      case "ink":
        ink.clear();
        this.#undoable = this.#redoable = 0;
        // Not `replace`: the server takes these strokes back one by one.
        for (const [number, stroke] of message.strokes.entries()) this.#draw(number, stroke, true, offset_ms);
    }
  }

  /** @param {number} number @param {LooseColumns} columns @param {boolean} end @param {number} offset_ms @param {number} [width] */
  #draw(number, columns, end, offset_ms, width) {
    const { open } = this.#ink;
    if (open === null) this.#begin(number, columns, offset_ms, width);
    else if (this.#numbers.get(open) === number) this.#ink.extend(this.#points(columns, offset_ms));
    else return;
    if (!end || this.#ink.open === null) return;
    this.#ink.end();
    this.#edited();
  }

  /** @param {number} number @param {LooseColumns} columns @param {number} offset_ms @param {number} [width] */
  #begin(number, columns, offset_ms, width) {
    const start_ms = columns.t[0];
    if (start_ms === undefined || this.#find(number) !== undefined) return;
    this.#began_ms ??= start_ms + offset_ms;
    // To an ink nothing happens before its first point. Strokes that each count from 0, as some programs send them, keep their pace.
    this.#shift_ms = Math.max(this.#began_ms - start_ms - offset_ms, 0);
    const [first, ...others] = this.#points(columns, offset_ms);
    if (first !== undefined) this.#ink.begin(first, width);
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
    this.#edited();
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

  #edited() {
    this.#undoable = Math.min(this.#undoable + 1, HISTORY_STEPS);
    this.#redoable = 0;
  }

  /** @param {number} number */
  #find(number) {
    return this.#ink.strokes.find((stroke) => this.#numbers.get(stroke) === number);
  }

  /** @param {LooseColumns} columns @param {number} offset_ms @returns {import("./ink.js").Point[]} */
  #points({ x, y, t, p }, offset_ms) {
    return t.map((time_ms, i) => ({
      x: x[i] ?? NaN, y: y[i] ?? NaN, time_ms: time_ms + offset_ms + this.#shift_ms, pressure: p?.[i] ?? null,
    }));
  }
}
