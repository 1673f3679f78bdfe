// Ink: the strokes of a drawing, with rounded and timed points, and the history of its edits.
//
// The rules are those of the server (realtime/protocol/PROTOCOL.md), so that both sides always come
// to the same strokes:
//
//   call           | while no stroke is open         | while a stroke is open
//   ---------------|---------------------------------|------------------------------------
//   begin          | opens a stroke                  | -
//   end            | -                               | edit "add"
//   undo           | the last edit is undone         | the open stroke is abandoned
//   redo           | the last undone edit is redone  | -
//   clear, replace | an edit; "clear" only with ink  | abandons the open stroke first
//   erase          | an edit, if the stroke exists   | an edit, or abandons the open stroke
//
// The server has no edit "replace": it is sent the whole ink, and so it is when such an edit is
// undone. An edit is stored with all it takes to reverse it. A new edit discards what was undone.
//
// A drawing is what is on the pad from its first stroke until the pad is empty or is given other
// strokes. Drawings are numbered; an edit that is undone brings back the drawing before it.

/**
 * A size in canvas units.
 * @typedef {{width: number, height: number}} Size
 *
 * A line from pen down to pen up, in columns of equal length. `t` is whole milliseconds since the
 * drawing began; `p`, pressure from 0 to 1, is there only when a pen measured it; `width`, in
 * canvas units, only when it is not the default pen's. The width is for display alone.
 * @typedef {object} Stroke
 * @property {number} number
 * @property {number[]} x
 * @property {number[]} y
 * @property {number[]} t
 * @property {number[]} [p]
 * @property {number} [width]
 *
 * `time_ms` may count from any moment; `pressure` is from 0 to 1, or null where the device cannot
 * tell.
 * @typedef {{x: number, y: number, time_ms: number, pressure: number | null}} Point
 *
 * `from` and `to` are the numbers of the drawings before and after it.
 * @typedef {{kind: "add", stroke: Stroke}
 *   | {kind: "erase", stroke: Stroke, index: number}
 *   | {kind: "clear" | "replace", strokes: Stroke[], after: Stroke[]}} Act
 * @typedef {Act & {from: number, to: number}} Edit
 *
 * What listeners receive, after it has happened. `undo` and `redo` are about edits: taking back
 * the open stroke is `abandon`.
 * @typedef {{kind: "begin" | "points" | "end" | "abandon" | "erase", stroke: Stroke}
 *   | {kind: "undo" | "redo" | "clear" | "replace"}} Change
 */

/** The canvas in its own units, whatever its size on the screen: no resize changes the ink. */
export const CANVAS = Object.freeze({ width: 400, height: 400 });

/** The server refuses what is further out. No hand gets there, but a collapsed pad divides by 0. */
export const COORDINATE_LIMIT = 100_000;

const ROUNDING = 100; // Two decimals: a hundredth of a canvas unit is finer than any screen.
const PAUSE_MS = 500; // Between restored ink and what is drawn next; the true pause is unknown.

/** The strokes of one drawing; see the table above. */
export class Ink {
  /** @type {Stroke[]} */ #strokes = [];
  /** @type {Stroke | null} */ #open = null;
  /** @type {Edit[]} */ #done = [];
  /** @type {Edit[]} */ #undone = [];
  /** @type {number | null} */ #began_ms = null;
  /** @type {((change: Change) => void)[]} */ #listeners = [];
  #resume_ms = 0;
  #nextNumber = 0;
  #revision = 0;
  #drawing = 0;
  #drawings = 0;

  /** Finished strokes, oldest first. @returns {readonly Stroke[]} */
  get strokes() { return this.#strokes; }
  /** The stroke under way. @returns {Stroke | null} */
  get open() { return this.#open; }
  /** Grows with every change but the points of a stroke under way. */
  get revision() { return this.#revision; }
  /** The number of the drawing on the pad; 0 while that is empty. */
  get drawing() { return this.#drawing; }
  get isEmpty() { return this.#open === null && this.#strokes.length === 0; }
  get canUndo() { return this.#open !== null || this.#done.length > 0; }
  get canRedo() { return this.#open === null && this.#undone.length > 0; }

  /**
   * Calls a listener after each change, in the order of subscription.
   * @param {(change: Change) => void} listener
   * @param {AbortSignal} [signal] ends the subscription
   */
  subscribe(listener, signal) {
    this.#listeners.push(listener);
    signal?.addEventListener("abort", () => {
      this.#listeners.splice(this.#listeners.indexOf(listener), 1);
    }, { once: true });
  }

  /**
   * Opens a stroke, unless the point has no place; it decides whether the stroke has pressure.
   * @param {Point} point
   * @param {number} [width] of the pen, where it is not the default one
   */
  begin(point, width) {
    if (this.#open !== null || !hasPlace(point)) return;
    if (this.#drawing === 0) this.#drawing = ++this.#drawings;
    this.#open = {
      number: this.#nextNumber++, x: [], y: [], t: [],
      ...(point.pressure === null ? {} : { p: [] }),
      ...(width === undefined ? {} : { width }),
    };
    this.#notify({ kind: "begin", stroke: this.#open });
    this.extend([point]);
  }

  /**
   * Appends to the open stroke all points that moved, and have a place.
   * @param {readonly Point[]} points
   */
  extend(points) {
    const stroke = this.#open;
    if (stroke === null) return;
    const before = stroke.x.length;
    for (const point of points.filter(hasPlace)) this.#append(stroke, point);
    if (stroke.x.length > before) this.#notify({ kind: "points", stroke });
  }

  /** Finishes the open stroke. */
  end() {
    const stroke = this.#open;
    if (stroke === null) return;
    this.#open = null;
    this.#strokes.push(stroke);
    this.#record({ kind: "add", stroke }, this.#strokes.length === 1 ? 0 : this.#drawing);
    this.#notify({ kind: "end", stroke });
  }

  undo() {
    if (this.#open !== null) return this.#abandon(this.#open);
    const edit = this.#done.pop();
    if (edit === undefined) return;
    if (edit.kind === "add") this.#strokes.splice(this.#strokes.indexOf(edit.stroke), 1);
    else if (edit.kind === "erase") this.#strokes.splice(edit.index, 0, edit.stroke);
    else this.#strokes = [...edit.strokes];
    this.#undone.push(edit);
    this.#drawing = edit.from;
    this.#notify({ kind: "undo" });
  }

  redo() {
    if (this.#open !== null) return;
    const edit = this.#undone.pop();
    if (edit === undefined) return;
    if (edit.kind === "add") this.#strokes.push(edit.stroke);
    else if (edit.kind === "erase") this.#strokes.splice(edit.index, 1);
    else this.#strokes = [...edit.after];
    this.#done.push(edit);
    this.#drawing = edit.to;
    this.#notify({ kind: "redo" });
  }

  clear() {
    if (this.#open !== null) this.#abandon(this.#open);
    if (this.#strokes.length === 0) return;
    const cleared = this.#strokes;
    this.#strokes = [];
    this.#record({ kind: "clear", strokes: cleared, after: [] });
    this.#notify({ kind: "clear" });
  }

  /**
   * Replaces all strokes by others, which then belong to this ink.
   * @param {readonly Stroke[]} strokes
   */
  replace(strokes) {
    if (this.#open !== null) this.#abandon(this.#open);
    const replaced = this.#strokes;
    this.#strokes = [...strokes];
    this.#record({ kind: "replace", strokes: replaced, after: [...strokes] });
    this.renumber();
    this.#began_ms = null;
    const ends_ms = strokes.map((stroke) => stroke.t.at(-1) ?? 0);
    this.#resume_ms = strokes.length === 0 ? 0 : PAUSE_MS + Math.max(...ends_ms);
    this.#notify({ kind: "replace" });
  }

  /** @param {number} number of the stroke to remove, finished or under way */
  erase(number) {
    if (this.#open?.number === number) return this.#abandon(this.#open);
    const index = this.#strokes.findIndex((stroke) => stroke.number === number);
    const stroke = this.#strokes[index];
    if (stroke === undefined) return;
    this.#strokes.splice(index, 1);
    this.#record({ kind: "erase", stroke, index });
    this.#notify({ kind: "erase", stroke });
  }

  /**
   * Numbers the strokes 0, 1, 2, … and the open one after them, as the server does when it is sent
   * an `ink` message.
   */
  renumber() {
    this.#nextNumber = 0;
    for (const stroke of this.#strokes) stroke.number = this.#nextNumber++;
    if (this.#open !== null) this.#open.number = this.#nextNumber++;
  }

  /** @param {Stroke} stroke @param {Point} point */
  #append(stroke, point) {
    const x = Math.round(point.x * ROUNDING) / ROUNDING;
    const y = Math.round(point.y * ROUNDING) / ROUNDING;
    const last = stroke.x.length - 1;
    if (stroke.x[last] === x && stroke.y[last] === y) return;
    this.#began_ms ??= point.time_ms - this.#resume_ms;
    // Coalesced events may carry coarser or older times than the event before them; time must not
    // run backwards.
    const t = Math.max(Math.round(point.time_ms - this.#began_ms), stroke.t[last] ?? 0);
    stroke.x.push(x);
    stroke.y.push(y);
    stroke.t.push(t);
    stroke.p?.push(Math.round((point.pressure ?? 0) * ROUNDING) / ROUNDING);
  }

  /** @param {Stroke} stroke */
  #abandon(stroke) {
    this.#open = null;
    if (this.#strokes.length === 0) this.#drawing = 0;
    this.#notify({ kind: "abandon", stroke });
  }

  /** @param {Act} act that is done @param {number} [from] the number of the drawing before it */
  #record(act, from = this.#drawing) {
    if (this.#strokes.length === 0) this.#drawing = 0;
    else if (act.kind === "replace") this.#drawing = ++this.#drawings;
    this.#done.push({ ...act, from, to: this.#drawing });
    this.#undone = [];
  }

  /** @param {Change} change */
  #notify(change) {
    if (change.kind !== "points") this.#revision += 1;
    for (const listener of this.#listeners) listener(change);
  }
}

/** Whether a point is somewhere: on a canvas that is hidden none is. @param {Point} point */
export function hasPlace({ x, y }) {
  return Math.abs(x) <= COORDINATE_LIMIT && Math.abs(y) <= COORDINATE_LIMIT;
}
