// Ink: the strokes of a drawing, the characters that somebody says they are, and its history.
// The rules are those of the server (realtime/protocol/PROTOCOL.md), so that both sides always come
// to the same strokes:
//
//   call           | while no stroke is open         | while a stroke is open
//   ---------------|---------------------------------|------------------------------------
//   begin          | opens a stroke                  | -
//   end            | -                               | an edit
//   undo           | the last edit is undone         | the open stroke is abandoned
//   redo           | the last undone edit is redone  | -
//   clear, replace | an edit; "clear" only with ink  | abandons the open stroke first
//   erase          | an edit, if a stroke exists     | an edit, or abandons the open stroke
//   pin            | an edit, if it changes a pin    | the same
//
// An edit is stored as what was there before it and after it, and a new edit discards what was
// undone. A pin holds until one of its strokes is gone, or another pin has one of them. The server
// has no edit "replace": it is sent the whole ink, and so it is when such an edit is undone. Of
// several strokes that are erased as one edit it makes as many edits.
//
// A drawing is what is on the pad from its first stroke until the pad is empty or is given other
// strokes. Drawings are numbered; an edit that is undone brings back the drawing before it.

import { appendPoint, hasPlace } from "./stroke.js";

/**
 * @typedef {import("./stroke.js").Point} Point
 * @typedef {import("./stroke.js").Size} Size
 * @typedef {import("./stroke.js").Stroke} Stroke
 *
 * The label of a character, and the strokes that make it.
 * @typedef {{strokes: readonly Stroke[], label: string}} Pin
 *
 * @typedef {object} State
 * @property {readonly Stroke[]} strokes
 * @property {readonly Pin[]} pins
 * @property {number} drawing
 *
 * `steps` is how many edits the server makes of it.
 * @typedef {{before: State, after: State, steps: number}} Edit
 *
 * What listeners receive, after it has happened. `undo` and `redo` are about edits: taking back
 * the open stroke is `abandon`. The label of a pin is null where it is lifted.
 * @typedef {{kind: "begin" | "points" | "end" | "abandon", stroke: Stroke}
 *   | {kind: "erase", strokes: readonly Stroke[]}
 *   | {kind: "pin", strokes: readonly Stroke[], label: string | null}
 *   | {kind: "undo" | "redo", steps: number}
 *   | {kind: "clear" | "replace"}} Change
 */

/** The canvas in its own units, whatever its size on the screen: no resize changes the ink. */
export const CANVAS = Object.freeze({ width: 400, height: 400 });

const PAUSE_MS = 500; // Between restored ink and what is drawn next; the true pause is unknown.

/** @type {State} */
const NOTHING = Object.freeze({ strokes: [], pins: [], drawing: 0 });

/** The strokes of one drawing; see the table above. */
export class Ink {
  #state = NOTHING;
  /** @type {Stroke | null} */ #open = null;
  /** @type {Edit[]} */ #done = [];
  /** @type {Edit[]} */ #undone = [];
  /** @type {number | null} */ #began_ms = null;
  /** @type {((change: Change) => void)[]} */ #listeners = [];
  #resume_ms = 0;
  #nextNumber = 0;
  #revision = 0;
  #drawings = 0;

  /** Finished strokes, oldest first. @returns {readonly Stroke[]} */
  get strokes() { return this.#state.strokes; }
  /** What somebody has said that strokes are. @returns {readonly Pin[]} */
  get pins() { return this.#state.pins; }
  /** The stroke under way. @returns {Stroke | null} */
  get open() { return this.#open; }
  /** Grows with every change but the points of a stroke under way. */
  get revision() { return this.#revision; }
  /** The number of the drawing on the pad; 0 while that is empty. */
  get drawing() { return this.#state.drawing; }
  get isEmpty() { return this.#open === null && this.strokes.length === 0; }
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
    if (this.drawing === 0) this.#state = { ...this.#state, drawing: ++this.#drawings };
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
    for (const point of points.filter(hasPlace)) {
      this.#began_ms ??= point.time_ms - this.#resume_ms;
      appendPoint(stroke, point, point.time_ms - this.#began_ms);
    }
    if (stroke.x.length > before) this.#notify({ kind: "points", stroke });
  }

  /** Finishes the open stroke. */
  end() {
    const stroke = this.#open;
    if (stroke === null) return;
    this.#open = null;
    this.#record({ ...this.#state, strokes: [...this.strokes, stroke] });
    this.#notify({ kind: "end", stroke });
  }

  undo() {
    if (this.#open !== null) return this.#abandon(this.#open);
    const edit = this.#done.pop();
    if (edit === undefined) return;
    this.#undone.push(edit);
    this.#state = edit.before;
    this.#notify({ kind: "undo", steps: edit.steps });
  }

  redo() {
    if (this.#open !== null) return;
    const edit = this.#undone.pop();
    if (edit === undefined) return;
    this.#done.push(edit);
    this.#state = edit.after;
    this.#notify({ kind: "redo", steps: edit.steps });
  }

  clear() {
    if (this.#open !== null) this.#abandon(this.#open);
    if (this.strokes.length === 0) return;
    this.#record(NOTHING);
    this.#notify({ kind: "clear" });
  }

  /**
   * Replaces all strokes by others, which then belong to this ink.
   * @param {readonly Stroke[]} strokes
   * @param {readonly Pin[]} [pins] of these strokes
   */
  replace(strokes, pins = []) {
    if (this.#open !== null) this.#abandon(this.#open);
    const drawing = strokes.length === 0 ? 0 : ++this.#drawings;
    this.#record({ strokes: [...strokes], pins: [...pins], drawing });
    this.renumber();
    this.#began_ms = null;
    const ends_ms = strokes.map((stroke) => stroke.t.at(-1) ?? 0);
    this.#resume_ms = strokes.length === 0 ? 0 : PAUSE_MS + Math.max(...ends_ms);
    this.#notify({ kind: "replace" });
  }

  /** @param {readonly number[]} numbers of the strokes to remove, finished or under way */
  erase(...numbers) {
    if (this.#open !== null && numbers.includes(this.#open.number)) this.#abandon(this.#open);
    const erased = this.#find(numbers);
    if (erased.length === 0) return;
    const strokes = this.strokes.filter((stroke) => !erased.includes(stroke));
    this.#record({ ...this.#state, strokes, pins: this.#pinsWithout(erased) }, erased.length);
    this.#notify({ kind: "erase", strokes: erased });
  }

  /**
   * Says which character finished strokes are.
   * @param {readonly number[]} numbers of the strokes
   * @param {string | null} label null lifts the pin that these very strokes have
   */
  pin(numbers, label) {
    const strokes = this.#find(numbers);
    const known = this.pins.find((pin) => isSame(pin.strokes, strokes));
    if (strokes.length === 0 || (known?.label ?? null) === label) return;
    const pins = this.#pinsWithout(strokes);
    if (label !== null) pins.push({ strokes, label });
    this.#record({ ...this.#state, pins });
    this.#notify({ kind: "pin", strokes, label });
  }

  /**
   * Numbers the strokes 0, 1, 2, … and the open one after them, as the server does when it is sent
   * an `ink` message.
   */
  renumber() {
    this.#nextNumber = 0;
    for (const stroke of this.strokes) stroke.number = this.#nextNumber++;
    if (this.#open !== null) this.#open.number = this.#nextNumber++;
  }

  /** @param {readonly number[]} numbers */
  #find(numbers) {
    return this.strokes.filter((stroke) => numbers.includes(stroke.number));
  }

  /** @param {readonly Stroke[]} strokes @returns {Pin[]} */
  #pinsWithout(strokes) {
    return this.pins.filter((pin) => !pin.strokes.some((stroke) => strokes.includes(stroke)));
  }

  /** @param {Stroke} stroke */
  #abandon(stroke) {
    this.#open = null;
    if (this.strokes.length === 0) this.#state = NOTHING;
    this.#notify({ kind: "abandon", stroke });
  }

  /** @param {State} after @param {number} [steps] */
  #record(after, steps = 1) {
    // The drawing began with the first stroke, before which there was none.
    const before = this.strokes.length === 0 ? NOTHING : this.#state;
    this.#state = after.strokes.length === 0 && this.#open === null ? NOTHING : after;
    this.#done.push({ before, after: this.#state, steps });
    this.#undone = [];
  }

  /** @param {Change} change */
  #notify(change) {
    if (change.kind !== "points") this.#revision += 1;
    for (const listener of this.#listeners) listener(change);
  }
}

/** @param {readonly Stroke[]} strokes @param {readonly Stroke[]} others */
function isSame(strokes, others) {
  return strokes.length === others.length && strokes.every((stroke) => others.includes(stroke));
}
