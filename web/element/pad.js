// A stroke point begins here: pointer events become points in canvas units, or what an eraser touches.
//
//   who is down     | a finger comes down  | a pen comes down                   | it is lifted, or cancelled
//   ----------------|----------------------|------------------------------------|----------------------------------
//   nobody          | draws, if it is the  | draws                              | -
//                   | first, and no pen    |                                    |
//                   | was near just now    |                                    |
//   a finger, mouse | passed over: the     | draws; a finger's stroke is        | the stroke ends where it got to
//                   | second finger        | abandoned, it was the palm         |
//   a pen           | passed over: palm    | passed over                        | the stroke ends where it got to

import { strokeAt } from "../core/outline.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Point} Point
 * @typedef {import("./layers.js").Layers} Layers
 * @typedef {"pen" | "eraser"} Tool
 */

/** The canvas in its own units, whatever its size on the screen, so that no resize changes what was drawn. */
export const CANVAS = Object.freeze({ width: 400, height: 400 });

const ERASER_RADIUS = 14;
const ERASER_BUTTON = 5; // https://www.w3.org/TR/pointerevents3/#the-button-property
const PALM_MS = 700; // Between two strokes of a pen the hand rests on the screen, a little longer than the pen is away.
const FORESEE_MS = 18; // One frame at 60 Hz: further ahead a foreseen line visibly overshoots in bends.

export class Pad {
  /** @type {Tool} */ tool = "pen";
  /** Of the pen, in canvas units; undefined for the usual one. @type {number | undefined} */ width;
  #canvas;
  #corners;
  #ink;
  #layers;
  #onDown;
  /** @type {{id: number, type: string} | null} */ #pointer = null;
  #isErasing = false;
  #penSeen_ms = -Infinity;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {readonly Element[]} corners of it, without extent: the upper left one, the right one beside it, the left one below it
   * @param {Ink} ink
   * @param {Layers} layers
   * @param {() => void} onDown called before a pointer changes the ink
   * @param {AbortSignal} signal
   */
  constructor(canvas, corners, ink, layers, onDown, signal) {
    this.#canvas = canvas;
    this.#corners = corners;
    this.#ink = ink;
    this.#layers = layers;
    this.#onDown = onDown;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    // A cancelled pointer (a system gesture, a lost window) ends its stroke where it got to: the ink is on the screen.
    for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
      canvas.addEventListener(type, (event) => this.#up(event), { signal });
    }
    // With Scribble on, iPadOS swallows short pencil strokes unless this is refused:
    // https://mikepk.com/2020/10/iOS-safari-scribble-bug/
    canvas.addEventListener("touchmove", (event) => event.preventDefault(), { signal, passive: false });
    // A long press would open a menu in the middle of a slow stroke.
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const isEraserEnd = event.pointerType === "pen" && event.button === ERASER_BUTTON;
    if (!event.isPrimary || !(event.button === 0 || isEraserEnd)) return;
    if (event.pointerType === "pen") this.#takeFromPalm();
    else if (event.pointerType === "touch" && event.timeStamp - this.#penSeen_ms < PALM_MS) return;
    if (this.#pointer !== null) return;
    event.preventDefault();
    this.#pointer = { id: event.pointerId, type: event.pointerType };
    this.#isErasing = isEraserEnd || this.tool === "eraser";
    try {
      this.#canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has already gone, or a script made it up; its events still come while it is over the canvas.
    }
    this.#onDown();
    if (this.#isErasing) this.#erase(event);
    else this.#ink.begin(this.#point(event, event.pointerType), this.width);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerType === "pen") this.#penSeen_ms = event.timeStamp;
    if (event.pointerId !== this.#pointer?.id) return;
    // The list is missing in old Safari and may be empty in Firefox (https://github.com/w3c/pointerevents/issues/409).
    const coalesced = event.getCoalescedEvents?.() ?? [];
    const events = coalesced.length > 0 ? coalesced : [event];
    if (this.#isErasing) return events.forEach((part) => this.#erase(part));
    const ahead = (event.getPredictedEvents?.() ?? []).filter((foreseen) => foreseen.timeStamp - event.timeStamp <= FORESEE_MS);
    this.#layers.foresee(ahead.map((foreseen) => this.#point(foreseen, event.pointerType)));
    // Safari's coalesced events lack the pointer's fields (https://github.com/flutter/flutter/issues/158299), hence `event`'s.
    this.#ink.extend(events.map((part) => this.#point(part, event.pointerType)));
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerType === "pen") this.#penSeen_ms = event.timeStamp;
    if (event.pointerId !== this.#pointer?.id) return;
    this.#pointer = null;
    if (this.#isErasing) return;
    // Only a pointer that was lifted has a place of its own; a cancelled one may report (0, 0).
    // No pressure is left when the pen lifts, so a last point without a pressure of its own takes that of the one before.
    if (event.type === "pointerup") {
      const point = this.#point(event, event.pointerType);
      const pressure = point.pressure === null ? null : this.#ink.open?.p?.at(-1) ?? point.pressure;
      this.#ink.extend([{ ...point, pressure }]);
    }
    this.#ink.end();
  }

  /** The hand came down before its pen: what it drew meanwhile is nobody's. */
  #takeFromPalm() {
    if (this.#pointer?.type !== "touch") return;
    this.#pointer = null;
    if (this.#ink.open !== null) this.#ink.undo();
  }

  /** @param {PointerEvent} event */
  #erase(event) {
    const { x, y } = this.#point(event, event.pointerType);
    this.eraseAt(x, y);
  }

  /** Takes away the topmost stroke at a place, in canvas units. @param {number} x @param {number} y */
  eraseAt(x, y) {
    const stroke = strokeAt(this.#ink.strokes, x, y, ERASER_RADIUS);
    if (stroke !== undefined) this.#ink.erase(stroke.number);
  }

  /**
   * The client's place, not the event's offset, which browsers disagree about for coalesced events. A page may turn, stretch or slant
   * the canvas, whose box then says little; its corners say all, and more reliably than SVG's getScreenCTM
   * (https://github.com/WebKit/WebKit/pull/59710).
   * @param {PointerEvent} event
   * @param {string} pointerType
   * @returns {Point}
   */
  #point(event, pointerType) {
    const [origin, right, low] = /** @type {[DOMRect, DOMRect, DOMRect]} */ (this.#corners.map((corner) => corner.getBoundingClientRect()));
    const [acrossX, acrossY] = [right.x - origin.x, right.y - origin.y];
    const [downX, downY] = [low.x - origin.x, low.y - origin.y];
    const [x, y] = [event.clientX - origin.x, event.clientY - origin.y];
    const area = acrossX * downY - acrossY * downX;
    return {
      x: ((x * downY - y * downX) / area) * CANVAS.width,
      y: ((y * acrossX - x * acrossY) / area) * CANVAS.height,
      time_ms: event.timeStamp,
      // A mouse reports a made-up 0.5.
      pressure: pointerType === "pen" ? event.pressure : null,
    };
  }
}
