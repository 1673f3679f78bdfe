// A stroke point begins here: pointer events become points in canvas units, and the ink is drawn, nowhere else.
//
// Ink is drawn on two layers. The canvas holds all that is settled and is only added to; a second one above it holds the
// few pixels from there to the pen, which bend with the next point and are drawn anew in each frame.

import { strokeAt, traceSettled, traceTail } from "./curve.js";

/**
 * @typedef {import("./ink.js").Ink} Ink
 * @typedef {import("./ink.js").Stroke} Stroke
 */

/** The canvas in its own units, whatever its size on the screen, so that no resize changes what was drawn. */
export const CANVAS = Object.freeze({ width: 400, height: 400 });

const LINE_WIDTH = 17; // A felt pen: about the share of the height that a digit's stroke takes.
const ERASER_RADIUS = 14;
const ERASER_BUTTON = 5; // https://www.w3.org/TR/pointerevents3/#the-button-property

export class Pad {
  #canvas;
  #ink;
  #base;
  #tail;
  /** @type {number | null} */ #pointer = null;
  #isErasing = false;
  #settled = 0;
  #frame = 0;
  #isStale = false;

  /** @param {HTMLCanvasElement} canvas @param {Ink} ink @param {AbortSignal} signal */
  constructor(canvas, ink, signal) {
    this.#canvas = canvas;
    this.#ink = ink;
    const above = document.createElement("canvas");
    above.className = "tail";
    above.ariaHidden = "true";
    canvas.after(above);
    this.#base = context(canvas);
    this.#tail = context(above);

    ink.subscribe((change) => this.#follow(change.kind));
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

    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(canvas);
    signal.addEventListener("abort", () => observer.disconnect());
    // Page zoom and another screen change the pixel ratio, which a ResizeObserver does not report everywhere.
    addEventListener("resize", () => this.#fit(), { signal });
    // Phones may throw away the pixels of a page in the background.
    canvas.addEventListener("contextrestored", () => this.#redraw(), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw(), { signal });
    this.#fit();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const isEraser = event.pointerType === "pen" && event.button === ERASER_BUTTON;
    if (this.#pointer !== null || !event.isPrimary || !(event.button === 0 || isEraser)) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#isErasing = isEraser;
    try {
      this.#canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has already gone, or a script made it up; its events still come while it is over the canvas.
    }
    if (isEraser) this.#erase(event);
    else this.#ink.begin(this.#point(event, event.pointerType));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    if (this.#isErasing) return this.#erase(event);
    // The list is missing in old Safari and may be empty in Firefox (https://github.com/w3c/pointerevents/issues/409).
    const coalesced = event.getCoalescedEvents?.() ?? [];
    const events = coalesced.length > 0 ? coalesced : [event];
    // Safari's coalesced events lack the pointer's fields (https://github.com/flutter/flutter/issues/158299), hence `event`'s.
    this.#ink.extend(events.map((part) => this.#point(part, event.pointerType)));
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId !== this.#pointer) return;
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

  /** @param {PointerEvent} event */
  #erase(event) {
    const { x, y } = this.#point(event, event.pointerType);
    const stroke = strokeAt(this.#ink.strokes, x, y, ERASER_RADIUS);
    if (stroke !== undefined) this.#ink.erase(stroke.number);
  }

  /**
   * The client's place, not the event's offset, which browsers disagree about for coalesced events.
   * @param {PointerEvent} event
   * @param {string} pointerType
   * @returns {import("./ink.js").Point}
   */
  #point(event, pointerType) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * CANVAS.width,
      y: ((event.clientY - box.top) / box.height) * CANVAS.height,
      time_ms: event.timeStamp,
      // A mouse reports a made-up 0.5.
      pressure: pointerType === "pen" ? event.pressure : null,
    };
  }

  /** @param {import("./ink.js").Change["kind"]} kind */
  #follow(kind) {
    this.#canvas.parentElement?.classList.toggle("has-ink", !this.#ink.isEmpty);
    if (kind === "begin") {
      this.#settled = 0;
    } else if (kind !== "points" && kind !== "end") {
      this.#isStale = true;
    }
    this.#frame ||= requestAnimationFrame(() => this.#draw());
    // Before the next stroke can begin, the end of this one has to be on the lower layer.
    if (kind === "end") this.#draw();
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#isStale) return this.#redraw();
    const open = this.#ink.open ?? this.#ink.strokes.at(-1);
    if (open === undefined) return;
    this.#base.beginPath();
    this.#settled = traceSettled(this.#base, open, this.#settled);
    if (this.#ink.open === null) traceTail(this.#base, open);
    this.#base.stroke();
    this.#drawTail();
  }

  #drawTail() {
    this.#tail.clearRect(0, 0, CANVAS.width, CANVAS.height);
    if (this.#ink.open === null) return;
    this.#tail.beginPath();
    traceTail(this.#tail, this.#ink.open);
    this.#tail.stroke();
  }

  #redraw() {
    this.#isStale = false;
    for (const layer of [this.#base, this.#tail]) {
      layer.lineWidth = LINE_WIDTH;
      layer.lineCap = layer.lineJoin = "round";
      layer.strokeStyle = getComputedStyle(this.#canvas).color;
    }
    this.#base.clearRect(0, 0, CANVAS.width, CANVAS.height);
    this.#base.beginPath();
    for (const stroke of this.#ink.strokes) {
      traceSettled(this.#base, stroke, 0);
      traceTail(this.#base, stroke);
    }
    if (this.#ink.open !== null) this.#settled = traceSettled(this.#base, this.#ink.open, 0);
    this.#base.stroke();
    this.#drawTail();
  }

  /** Gives the layers as many pixels as the screen has there, which empties them, and draws them again. */
  #fit() {
    const width = Math.max(Math.round(this.#canvas.clientWidth * devicePixelRatio), 1);
    const height = Math.max(Math.round(this.#canvas.clientHeight * devicePixelRatio), 1);
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    for (const layer of [this.#base, this.#tail]) {
      layer.canvas.width = width;
      layer.canvas.height = height;
      layer.setTransform(width / CANVAS.width, 0, 0, height / CANVAS.height, 0, 0);
    }
    this.#redraw();
  }
}

/** @param {HTMLCanvasElement} canvas */
function context(canvas) {
  const found = canvas.getContext("2d");
  if (found === null) throw new Error("this browser has no 2d canvas");
  return found;
}
