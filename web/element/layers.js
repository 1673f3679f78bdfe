// Rendering of ink on two canvases, from the strokes alone, at whatever size the screen gives them.
//
// The lower layer holds finished strokes and is only added to. The upper one holds the stroke under
// way, which is drawn again in each frame, with the few points that the browser predicts. The older
// part of a long stroke moves to the lower layer.
//
// Print shows neither, but a path of all strokes: Chromium prints a canvas that is drawn or resized
// for the print blank, and its pixels would be too few for paper, and light if the page is dark.

import { pathOf, weightsOf } from "../core/outline.js";
import { viewOf } from "../dom/elements.js";

/**
 * @typedef {import("../core/ink.js").Change} Change
 * @typedef {import("../core/ink.js").Ink} Ink
 * @typedef {import("../core/ink.js").Point} Point
 * @typedef {import("./board.js").Board} Board
 * @typedef {import("../core/ink.js").Stroke} Stroke
 *
 * @typedef {object} LayersOptions
 * @property {HTMLCanvasElement} lower
 * @property {HTMLCanvasElement} upper
 * @property {SVGPathElement} printed
 * @property {readonly Element[]} corners of the canvas, as the pad has them
 * @property {Ink} ink
 * @property {Board} board the part of the canvas that they show
 * @property {AbortSignal} signal
 */

// A frame draws less than twice as much of a stroke, which takes about a millisecond.
const CHUNK_POINTS = 256;
const OVERLAP_POINTS = 8; // Two chunks share some points, so that no seam shows.
// Safari shows nothing on a canvas of more pixels than this squared.
const MOST_PIXELS = 4096;

export class Layers {
  #ink;
  #board;
  #lower;
  #upper;
  #corners;
  /** The window that shows the layers, which need not be that of this script. */ #view;
  /** @type {WeakMap<Stroke, Path2D>} */ #paths = new WeakMap();
  /** @type {Map<Stroke, string>} */ #tints = new Map();
  /** @type {number[]} */ #weights = [];
  /** @type {readonly Point[]} */ #predicted = [];
  /** How many points of the open stroke the lower layer has. */ #settled = 0;
  #frame = 0;
  #isStale = false;

  /** @param {LayersOptions} options */
  constructor({ lower, upper, printed, corners, ink, board, signal }) {
    this.#ink = ink;
    this.#board = board;
    this.#lower = contextOf(lower);
    this.#upper = contextOf(upper);
    this.#corners = corners;
    const view = viewOf(lower);
    this.#view = view;
    ink.subscribe((change) => this.#follow(change.kind), signal);
    board.subscribe(() => this.#show(), signal);
    const observer = new view.ResizeObserver(() => this.fit());
    // Of these boxes, which Safari lacks, browsers report CSS zoom, too.
    const hasPixelBox = "devicePixelContentBoxSize" in ResizeObserverEntry.prototype;
    observer.observe(lower, { box: hasPixelBox ? "device-pixel-content-box" : "content-box" });
    this.#watchPixelRatio(signal);
    const redraw = () => this.redraw();
    // Phones may discard the pixels of a page in the background.
    lower.addEventListener("contextrestored", redraw, { signal });
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      view.matchMedia(query).addEventListener("change", redraw, { signal });
    }
    view.addEventListener("beforeprint", () => {
      const strokes = ink.open === null ? ink.strokes : [...ink.strokes, ink.open];
      const { width, height } = board.size;
      printed.ownerSVGElement?.setAttribute("viewBox", `0 0 ${width} ${height}`);
      printed.setAttribute("d", strokes.map((stroke) => pathOf(stroke)).join(""));
    }, { signal });
    signal.addEventListener("abort", () => {
      observer.disconnect();
      view.cancelAnimationFrame(this.#frame);
    });
    this.fit();
    // An element that is inserted again has the pixels of an ink that may have changed meanwhile.
    this.redraw();
  }

  /**
   * Sets where the pen will be when this frame is seen: drawn once, and never part of the ink.
   * @param {readonly Point[]} points
   */
  predict(points) { this.#predicted = points; }

  /** Colours strokes otherwise than the canvas says. @param {Map<Stroke, string>} tints */
  tint(tints) {
    const isSame = this.#tints.size === tints.size
      && [...tints].every(([stroke, colour]) => this.#tints.get(stroke) === colour);
    if (isSame) return;
    this.#tints = tints;
    this.redraw();
  }

  /** Draws everything again, in the canvas's current colour and the tints. */
  redraw() {
    this.#isStale = false;
    const colour = getComputedStyle(this.#lower.canvas).color;
    for (const layer of [this.#lower, this.#upper]) {
      layer.fillStyle = colour;
      this.#clear(layer);
    }
    for (const stroke of this.#ink.strokes) this.#fill(stroke);
    this.#settled = 0;
    this.#drawOpen();
  }

  /** @param {Change["kind"]} kind */
  #follow(kind) {
    if (kind === "begin") {
      this.#weights = [];
      this.#settled = 0;
      // No browser reports that a page's transform has changed.
      this.fit();
    } else if (kind !== "points" && kind !== "end") {
      this.#isStale = true;
    }
    this.#frame ||= this.#view.requestAnimationFrame(() => this.#draw());
    // Before the next stroke can begin, this one has to be on the lower layer.
    if (kind === "end") this.#draw();
  }

  #draw() {
    this.#view.cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (this.#isStale) return this.redraw();
    const finished = this.#ink.strokes.at(-1);
    if (this.#ink.open === null && finished !== undefined) this.#fill(finished);
    this.#drawOpen();
  }

  /** @param {Stroke} stroke */
  #fill(stroke) {
    const colour = this.#lower.fillStyle;
    this.#lower.fillStyle = this.#tints.get(stroke) ?? colour;
    this.#lower.fill(this.#pathOf(stroke));
    this.#lower.fillStyle = colour;
  }

  #drawOpen() {
    this.#clear(this.#upper);
    const predicted = this.#predicted;
    this.#predicted = [];
    const stroke = this.#ink.open;
    if (stroke === null) return;
    const weights = weightsOf(stroke, this.#weights);
    while (stroke.x.length - this.#settled > 2 * CHUNK_POINTS) {
      const end = this.#settled + CHUNK_POINTS;
      this.#lower.fill(new Path2D(pathOf(stroke, weights, this.#unsettled, end)));
      this.#settled = end;
    }
    const from = this.#unsettled;
    const { x, y, t } = stroke;
    const visible = {
      ...stroke,
      x: [...x.slice(from), ...predicted.map((point) => point.x)],
      y: [...y.slice(from), ...predicted.map((point) => point.y)],
      t: t.slice(from),
    };
    const lastWeight = /** @type {number} */ (weights.at(-1));
    const visibleWeights = [...weights.slice(from), ...predicted.map(() => lastWeight)];
    this.#upper.fill(new Path2D(pathOf(visible, visibleWeights)));
  }

  /** @param {CanvasRenderingContext2D} layer */
  #clear(layer) {
    layer.clearRect(this.#board.left, 0, this.#board.width, this.#board.height);
  }

  /** The first point to draw of the open stroke. */
  get #unsettled() { return Math.max(this.#settled - OVERLAP_POINTS, 0); }

  /** @param {Stroke} stroke */
  #pathOf(stroke) {
    const known = this.#paths.get(stroke);
    if (known !== undefined) return known;
    const path = new Path2D(pathOf(stroke));
    this.#paths.set(stroke, path);
    return path;
  }

  /**
   * Follows the ratio of pixels, which page zoom and another screen change: not all browsers report
   * that by a ResizeObserver or a `resize` event.
   * @param {AbortSignal} signal
   */
  #watchPixelRatio(signal) {
    const query = `(resolution: ${this.#view.devicePixelRatio}dppx)`;
    this.#view.matchMedia(query).addEventListener("change", () => {
      this.fit();
      this.#watchPixelRatio(signal);
    }, { signal, once: true });
  }

  /**
   * Gives the layers as many pixels as the screen has there, which empties them, and redraws. A
   * page may enlarge them by CSS zoom or a transform; one that shrinks them, to open a dialog say,
   * mostly does so for a moment.
   */
  fit() {
    const { canvas } = this.#lower;
    this.#board.fit({ width: canvas.clientWidth, height: canvas.clientHeight });
    const [origin, right, low] = this.#corners.map((corner) => corner.getBoundingClientRect());
    const width = this.#pixels(canvas.clientWidth, origin, right);
    const height = this.#pixels(canvas.clientHeight, origin, low);
    if (canvas.width === width && canvas.height === height) return;
    for (const layer of [this.#lower, this.#upper]) {
      layer.canvas.width = width;
      layer.canvas.height = height;
    }
    this.#show();
  }

  /** Shows the part of the canvas that the board is now. */
  #show() {
    const { left, width, height } = this.#board;
    for (const layer of [this.#lower, this.#upper]) {
      const [across, down] = [layer.canvas.width / width, layer.canvas.height / height];
      layer.setTransform(across, 0, 0, down, -left * across, 0);
    }
    this.redraw();
  }

  /**
   * The pixels along a side of the canvas.
   * @param {number} length of the side in the page's layout
   * @param {DOMRect | undefined} from
   * @param {DOMRect | undefined} to the ends of the side on the screen
   */
  #pixels(length, from, to) {
    const shown = from && to ? Math.hypot(to.x - from.x, to.y - from.y) : 0;
    const pixels = Math.round(Math.max(length, shown) * this.#view.devicePixelRatio);
    return Math.min(Math.max(pixels, 1), MOST_PIXELS);
  }
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no 2d canvas");
  return context;
}
