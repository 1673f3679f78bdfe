// A stroke point becomes pixels here, drawn from the strokes alone, whatever size the screen gives the canvas.
//
// Two layers: the lower one holds finished strokes and is only added to; the upper one holds the stroke under way, which is drawn
// anew in each frame, with the few points that the browser foresees. What is long settled of a long stroke moves to the lower one.

import { pathOf, weightsOf } from "../core/outline.js";

/**
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Point} Point
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").Size} Size
 */

const PIECE = 256; // Points: what a frame has to draw of a stroke stays below twice that, which takes about a millisecond.
const OVERLAP = 8; // Points that two pieces share, so that no seam shows.

export class Layers {
  #ink;
  #size;
  #lower;
  #upper;
  /** @type {WeakMap<Stroke, Path2D>} */ #paths = new WeakMap();
  /** @type {number[]} */ #weights = [];
  /** @type {readonly Point[]} */ #foreseen = [];
  /** How many points of the open stroke the lower layer has. */ #settled = 0;
  #frame = 0;
  #isStale = false;

  /**
   * @param {HTMLCanvasElement} lower
   * @param {HTMLCanvasElement} upper
   * @param {Ink} ink
   * @param {Size} size of the canvas in its own units
   * @param {AbortSignal} signal
   */
  constructor(lower, upper, ink, size, signal) {
    this.#ink = ink;
    this.#size = size;
    this.#lower = context(lower);
    this.#upper = context(upper);
    ink.subscribe((change) => this.#follow(change.kind), signal);
    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(lower);
    this.#watchPixelRatio(signal);
    // Phones may throw away the pixels of a page in the background.
    lower.addEventListener("contextrestored", () => this.redraw(), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw(), { signal });
    signal.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.#frame);
    });
    this.#fit();
    // An element that comes back has pixels of its own, of ink that may have changed meanwhile.
    this.redraw();
  }

  /** Where the pen will be by the time that this frame is seen; drawn once, and never part of the ink. @param {readonly Point[]} points */
  foresee(points) { this.#foreseen = points; }

  /** Draws everything anew, in the colour that the canvas has by now. */
  redraw() {
    this.#isStale = false;
    for (const layer of [this.#lower, this.#upper]) {
      layer.fillStyle = getComputedStyle(this.#lower.canvas).color;
      layer.clearRect(0, 0, this.#size.width, this.#size.height);
    }
    for (const stroke of this.#ink.strokes) this.#lower.fill(this.#pathOf(stroke));
    this.#settled = 0;
    this.#drawOpen();
  }

  /** @param {import("../core/ink.js").Change["kind"]} kind */
  #follow(kind) {
    if (kind === "begin") {
      this.#weights = [];
      this.#settled = 0;
    } else if (kind !== "points" && kind !== "end") {
      this.#isStale = true;
    }
    this.#frame ||= requestAnimationFrame(() => this.#draw());
    // Before the next stroke can begin, this one has to be on the lower layer.
    if (kind === "end") this.#draw();
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#isStale) return this.redraw();
    const finished = this.#ink.strokes.at(-1);
    if (this.#ink.open === null && finished !== undefined) this.#lower.fill(this.#pathOf(finished));
    this.#drawOpen();
  }

  #drawOpen() {
    this.#upper.clearRect(0, 0, this.#size.width, this.#size.height);
    const stroke = this.#ink.open;
    if (stroke === null) {
      this.#foreseen = [];
      return;
    }
    const weights = weightsOf(stroke, this.#weights);
    while (stroke.x.length - this.#settled > 2 * PIECE) {
      this.#lower.fill(piece(stroke, weights, Math.max(this.#settled - OVERLAP, 0), this.#settled + PIECE));
      this.#settled += PIECE;
    }
    const from = Math.max(this.#settled - OVERLAP, 0);
    const { x, y, t } = stroke;
    const ahead = this.#foreseen;
    const seen = {
      ...stroke,
      x: [...x.slice(from), ...ahead.map((point) => point.x)],
      y: [...y.slice(from), ...ahead.map((point) => point.y)],
      t: t.slice(from),
    };
    const lastWeight = /** @type {number} */ (weights.at(-1));
    this.#upper.fill(piece(seen, [...weights.slice(from), ...ahead.map(() => lastWeight)]));
    this.#foreseen = [];
  }

  /** @param {Stroke} stroke */
  #pathOf(stroke) {
    const known = this.#paths.get(stroke);
    if (known !== undefined) return known;
    const path = piece(stroke);
    this.#paths.set(stroke, path);
    return path;
  }

  /** Page zoom and another screen change it, of which neither a ResizeObserver nor a `resize` event tells everywhere. @param {AbortSignal} signal */
  #watchPixelRatio(signal) {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      this.#fit();
      this.#watchPixelRatio(signal);
    }, { signal, once: true });
  }

  /** Gives the layers as many pixels as the screen has there, which empties them, and draws them again. */
  #fit() {
    const { canvas } = this.#lower;
    const width = Math.max(Math.round(canvas.clientWidth * devicePixelRatio), 1);
    const height = Math.max(Math.round(canvas.clientHeight * devicePixelRatio), 1);
    if (canvas.width === width && canvas.height === height) return;
    for (const layer of [this.#lower, this.#upper]) {
      layer.canvas.width = width;
      layer.canvas.height = height;
      layer.setTransform(width / this.#size.width, 0, 0, height / this.#size.height, 0, 0);
    }
    this.redraw();
  }
}

/** @param {Stroke} stroke @param {readonly number[]} [weights] @param {number} [from] @param {number} [to] */
function piece(stroke, weights, from, to) {
  return new Path2D(pathOf(stroke, weights, from, to));
}

/** @param {HTMLCanvasElement} canvas */
function context(canvas) {
  const found = canvas.getContext("2d");
  if (found === null) throw new Error("this browser has no 2d canvas");
  return found;
}
