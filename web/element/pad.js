// Drawing with pointers: pointer events become points in canvas units, or erase what they touch.
//
//   who draws       | a finger comes down  | a pen comes down       | it is lifted or cancelled
//   ----------------|----------------------|------------------------|--------------------------
//   nobody          | draws, if no pen was | draws                  | -
//                   | near just before     |                        |
//   a finger, mouse | ignored: the second  | draws; the finger's    | the stroke ends where it
//                   | finger               | stroke is abandoned as | got to
//                   |                      | that of the palm       |
//   a pen           | ignored: the palm    | ignored                | the stroke ends where it
//                   |                      |                        | got to
//
// Only fingers on this pad count: one that rests beside it, or draws on another pad, is the primary
// pointer of the screen, but no reason to ignore this one.

import { strokeAt } from "../core/outline.js";
import { hasPlace } from "../core/stroke.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Point} Point
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("./board.js").Board} Board
 * @typedef {import("./layers.js").Layers} Layers
 * @typedef {"pen" | "eraser" | "select"} Tool
 *
 * What takes a pointer's way that is not to become ink.
 * @typedef {object} Selector
 * @property {(point: Point) => void} begin
 * @property {(point: Point) => void} move
 * @property {() => void} end
 *
 * @typedef {object} PadOptions
 * @property {HTMLCanvasElement} canvas
 * @property {readonly Element[]} corners of it, without extent: the upper left one, the right one
 *   beside it, the left one below it
 * @property {Board} board the part of the canvas that is shown
 * @property {Ink} ink
 * @property {Layers} layers
 * @property {() => void} onDown called before a pointer changes the ink
 * @property {AbortSignal} signal
 */

const ERASER_RADIUS = 14; // Canvas units.
const ERASER_BUTTON = 5; // https://www.w3.org/TR/pointerevents3/#the-button-property
// Between two strokes of a pen the hand rests on the screen, a little longer than the pen is away.
const PALM_MS = 700;
// One frame at 60 Hz: further ahead a predicted line visibly overshoots in bends.
const PREDICTION_MS = 18;

export class Pad {
  /** @type {Tool} */ tool = "pen";
  /** Width of the pen in canvas units; undefined for the default. @type {number | undefined} */
  width;
  /** Has the pointer while the tool is `select`. @type {Selector | null} */ selector = null;
  /**
   * Called with a stroke that is about to be finished.
   * @type {((stroke: Stroke) => boolean) | null} whether it was a gesture, and is gone
   */
  onStroke = null;
  #canvas;
  #board;
  #corners;
  #ink;
  #layers;
  #onDown;
  /**
   * The pointer that draws, and where it erased last.
   * @type {{id: number, type: string, erased?: Point} | null}
   */
  #pointer = null;
  /** @type {Tool} what the pointer does */ #doing = "pen";
  #penSeen_ms = -Infinity;

  /** @param {PadOptions} options */
  constructor({ canvas, corners, board, ink, layers, onDown, signal }) {
    this.#canvas = canvas;
    this.#corners = corners;
    this.#board = board;
    this.#ink = ink;
    this.#layers = layers;
    this.#onDown = onDown;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    // A cancelled pointer (a system gesture, a lost window) ends its stroke where it got to: the
    // ink is on the screen.
    const ends = /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]);
    for (const type of ends) {
      canvas.addEventListener(type, (event) => this.#up(event), { signal });
    }
    const cancel = (/** @type {Event} */ event) => event.preventDefault();
    // With Scribble on, iPadOS swallows short pencil strokes unless this is prevented:
    // https://mikepk.com/2020/10/iOS-safari-scribble-bug/
    canvas.addEventListener("touchmove", cancel, { signal, passive: false });
    // A long press would open a menu in the middle of a slow stroke; the click that ends each one
    // would follow the link, or press the label, that the pad is in.
    for (const type of ["contextmenu", "click"]) canvas.addEventListener(type, cancel, { signal });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const isEraserEnd = event.pointerType === "pen" && event.button === ERASER_BUTTON;
    if (event.button !== 0 && !isEraserEnd) return;
    if (event.pointerType === "pen") this.rejectTouch();
    else if (event.pointerType === "touch" && event.timeStamp - this.#penSeen_ms < PALM_MS) return;
    if (this.#pointer !== null) return;
    event.preventDefault();
    this.#pointer = { id: event.pointerId, type: event.pointerType };
    this.#doing = isEraserEnd ? "eraser" : this.tool;
    try {
      this.#canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has already gone, or a script made it up; its events still come while it is
      // over the canvas.
    }
    this.#onDown();
    if (this.#doing === "eraser") this.#erase(event);
    else if (this.#doing === "select") this.selector?.begin(this.#point(event, event.pointerType));
    else this.#ink.begin(this.#point(event, event.pointerType), this.width);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerType === "pen") this.#penSeen_ms = event.timeStamp;
    if (event.pointerId !== this.#pointer?.id) return;
    // The list is missing in old Safari and may be empty in Firefox
    // (https://github.com/w3c/pointerevents/issues/409).
    const coalesced = event.getCoalescedEvents?.() ?? [];
    const events = coalesced.length > 0 ? coalesced : [event];
    if (this.#doing === "eraser") return events.forEach((part) => this.#erase(part));
    if (this.#doing === "select") return this.selector?.move(this.#point(event, event.pointerType));
    const predicted = (event.getPredictedEvents?.() ?? [])
      .filter((ahead) => ahead.timeStamp - event.timeStamp <= PREDICTION_MS);
    // Safari's coalesced events lack the pointer's fields
    // (https://github.com/flutter/flutter/issues/158299), hence the type of `event`.
    this.#layers.predict(
      predicted.map((ahead) => this.#point(ahead, event.pointerType)).filter(hasPlace),
    );
    this.#ink.extend(events.map((part) => this.#point(part, event.pointerType)));
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerType === "pen") this.#penSeen_ms = event.timeStamp;
    if (event.pointerId !== this.#pointer?.id) return;
    this.#pointer = null;
    if (this.#doing === "select") this.selector?.end();
    if (this.#doing !== "pen") return;
    // Only a pointer that was lifted has a place of its own; a cancelled one may report (0, 0).
    // A lifted pen has no pressure left, so a last point takes that of the point before it.
    if (event.type === "pointerup") {
      const point = this.#point(event, event.pointerType);
      const before = this.#ink.open?.p?.at(-1);
      const pressure = point.pressure === null ? null : before ?? point.pressure;
      this.#ink.extend([{ ...point, pressure }]);
    }
    const { open } = this.#ink;
    if (open === null || !this.onStroke?.(open)) this.#ink.end();
  }

  /** Abandons the stroke of a finger, which was the hand's before its pen, or wants to scroll. */
  rejectTouch() {
    if (this.#pointer?.type !== "touch") return;
    this.#pointer = null;
    if (this.#ink.open !== null) this.#ink.undo();
  }

  /** Erases also what lies between two events. @param {PointerEvent} event */
  #erase(event) {
    const pointer = /** @type {{erased?: Point}} */ (this.#pointer);
    const point = this.#point(event, event.pointerType);
    const { x, y } = pointer.erased ?? point;
    const parts = Math.ceil(Math.hypot(point.x - x, point.y - y) / ERASER_RADIUS) || 1;
    for (let part = 1; part <= parts; part += 1) {
      this.eraseAt(x + (point.x - x) * part / parts, y + (point.y - y) * part / parts);
    }
    pointer.erased = point;
  }

  /** Erases the topmost stroke at a place, in canvas units. @param {number} x @param {number} y */
  eraseAt(x, y) {
    const stroke = strokeAt(this.#ink.strokes, x, y, ERASER_RADIUS);
    if (stroke !== undefined) this.#ink.erase(stroke.number);
  }

  /**
   * The place of an event in canvas units, none if the canvas has no area. It is computed from the
   * client's coordinates: browsers disagree about the event's offset for coalesced events. A page
   * may turn, stretch or slant the canvas, whose box then says little; its corners say all, and
   * more reliably than SVG's getScreenCTM (https://github.com/WebKit/WebKit/pull/59710).
   * @param {PointerEvent} event
   * @param {string} pointerType
   * @returns {Point}
   */
  #point(event, pointerType) {
    const boxes = this.#corners.map((corner) => corner.getBoundingClientRect());
    const [origin, right, low] = /** @type {[DOMRect, DOMRect, DOMRect]} */ (boxes);
    const [acrossX, acrossY] = [right.x - origin.x, right.y - origin.y];
    const [downX, downY] = [low.x - origin.x, low.y - origin.y];
    const [x, y] = [event.clientX - origin.x, event.clientY - origin.y];
    const area = acrossX * downY - acrossY * downX;
    return {
      x: ((x * downY - y * downX) / area) * this.#board.width + this.#board.left,
      y: ((y * acrossX - x * acrossY) / area) * this.#board.height,
      time_ms: event.timeStamp,
      // A mouse reports a made-up 0.5.
      pressure: pointerType === "pen" ? event.pressure : null,
    };
  }
}
