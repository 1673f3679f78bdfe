// Pictures as PNG, of ink and of formulas, and files for the reader to save.

import { pathOf } from "../core/outline.js";

/**
 * @typedef {import("../core/ink.js").Size} Size
 * @typedef {import("../core/ink.js").Stroke} Stroke
 *
 * What a picture shows, in canvas units.
 * @typedef {Size & {left?: number, top?: number}} Frame
 */

const INK = "black";
const PAPER = "white";
// The longer side of a PNG, in pixels: sharp on any screen and in print, and some 30 kB.
const PNG_SIDE = 1024;
const REVOKE_MS = 10_000; // Some browsers read a blob only after the click has been handled.
const EM = 96; // Pixels of a formula's letters: sharp in print.
const MARGIN_EM = 0.4;

/**
 * A picture of the whole canvas, or a part of it, black on white, as scanners make them.
 * @param {readonly Stroke[]} strokes
 * @param {Frame} frame
 * @param {{side?: number}} [options] the longer side, in pixels
 * @returns {Promise<Blob>}
 */
export async function pngOf(strokes, { left = 0, top = 0, width, height }, options = {}) {
  const scale = (options.side ?? PNG_SIDE) / Math.max(width, height);
  const context = paper(width * scale, height * scale);
  context.scale(scale, scale);
  context.translate(-left, -top);
  context.fillStyle = INK;
  for (const stroke of strokes) context.fill(new Path2D(pathOf(stroke)));
  return await pngOfCanvas(context.canvas);
}

/**
 * A picture of a formula, black on white. It comes from the browser that lays the formula out.
 * @param {string} mathml
 * @param {Size} size of the formula, in ems
 * @returns {Promise<Blob>}
 * @throws {Error} where the browser shows no formulas in pictures, or lets nobody read these
 */
export async function pngOfMathml(mathml, size) {
  const [width, height] = [size.width, size.height].map((ems) =>
    Math.ceil((ems + 2 * MARGIN_EM) * EM));
  if (width === undefined || height === undefined) throw new Error("a formula has no size");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<foreignObject width="100%" height="100%"><div xmlns="http://www.w3.org/1999/xhtml" style="font:
 ${EM}px math; padding: ${MARGIN_EM}em; color: ${INK}; width: max-content">${mathml}</div>
</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const context = paper(width, height);
  context.drawImage(image, 0, 0);
  return await pngOfCanvas(context.canvas);
}

/** Has the browser save a file. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
}

/** A sheet of white paper. @param {number} width in pixels @param {number} height */
function paper(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width);
  canvas.height = Math.round(height);
  const context = canvas.getContext("2d");
  if (context === null) {
    throw new Error(`the browser has no memory for ${canvas.width} × ${canvas.height} pixels`);
  }
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return context;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
async function pngOfCanvas(canvas) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!(blob instanceof Blob)) throw new Error("the browser could not make a PNG");
  return blob;
}
