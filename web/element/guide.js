// Guides to draw along: a box, a base line, or a pale digit with the order of its strokes.

import { createSvg } from "../dom/elements.js";

/** @typedef {import("../core/ink.js").Size} Size */

// Where a digit stands on a canvas 400 high, as high as the network sees it best.
const TOP = 70;
const BASE = 330;

/**
 * The strokes of each digit as taught in school, in the order of writing; path data in units of a
 * 400×400 canvas.
 */
export const DIGIT_STROKES = Object.freeze({
  0: ["M205 70C118 68 112 330 200 330C290 330 288 72 205 70"],
  1: ["M142 128L210 70V330"],
  2: ["M124 138C124 46 276 46 272 142C268 214 160 256 122 330H282"],
  3: [
    "M128 108C150 52 268 56 262 130C258 178 210 190 178 192"
    + "C232 192 282 214 278 264C270 350 148 350 120 290",
  ],
  4: ["M178 70L112 238H290", "M236 150V330"],
  5: ["M148 72L136 188C196 148 282 178 278 256C272 350 148 350 120 296", "M148 72H272"],
  6: ["M250 70C168 104 120 190 122 256C124 354 278 354 278 258C278 176 152 170 124 244"],
  7: ["M118 74H284C232 152 192 246 180 330"],
  8: [
    "M258 116C242 50 130 54 138 132C146 196 272 192 274 264"
    + "C276 352 126 352 126 266C128 196 250 192 262 138C264 130 262 124 258 116",
  ],
  9: ["M272 138C260 48 124 52 126 146C128 230 262 222 272 138L262 330"],
});

/**
 * Draws a guide into an `<svg>` whose viewBox is the canvas.
 * @param {SVGSVGElement} svg
 * @param {Size} size of the canvas
 * @param {string} guide "lines", or a digit to trace; anything else clears it
 */
export function drawGuide(svg, { width, height }, guide) {
  const digits = /** @type {Record<string, string[]>} */ (DIGIT_STROKES);
  const strokes = Object.hasOwn(digits, guide) ? digits[guide] : undefined;
  svg.replaceChildren();
  if (strokes === undefined && guide !== "lines") return;
  const margin = (height - BASE) / 2;
  const [x1, x2] = [margin, width - margin];
  const box = { x: margin, y: margin, width: x2 - x1, height: height - 2 * margin, rx: 8 };
  svg.append(
    createSvg("rect", { class: "box", ...box }),
    ...[TOP, BASE].map((y) => createSvg("line", { class: "line", x1, y1: y, x2, y2: y })),
  );
  (strokes ?? []).forEach((d, i) => {
    svg.append(
      createSvg("path", { class: "ghost", d }),
      createSvg("path", { class: "way", d }),
      ...orderMarks(d, i + 1),
    );
  });
}

/**
 * The number of a stroke where it begins, and an arrow head for its direction.
 * @param {string} d
 * @param {number} number
 */
function orderMarks(d, number) {
  const path = /** @type {SVGPathElement} */ (createSvg("path", { d }));
  const [start, before, tip] = [0, 36, 42].map((length) => path.getPointAtLength(length));
  if (start === undefined || before === undefined || tip === undefined) return [];
  const turn = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  const transform = `translate(${tip.x} ${tip.y}) rotate(${turn})`;
  return [
    createSvg("path", { class: "arrow", d: "M-9 -8L3 0L-9 8", transform }),
    createSvg("circle", { class: "start", cx: start.x, cy: start.y, r: 13 }),
    createSvg("text", { class: "number", x: start.x, y: start.y, dy: "0.36em" }, String(number)),
  ];
}
