// A stroke point may follow what is shown here: a box, a base line, or a pale digit with the order and direction of its strokes.

/** @typedef {import("../core/messages.js").Size} Size */

const SVG = "http://www.w3.org/2000/svg";
const TOP = 70;
const BASE = 330; // Of 400: where a digit stands, as high as the network sees it best.

/** The strokes of each digit as they are taught in school, in the order in which they are written; in units of a 400×400 canvas. */
export const FORMS = Object.freeze({
  0: ["M205 70C118 68 112 330 200 330C290 330 288 72 205 70"],
  1: ["M142 128L210 70V330"],
  2: ["M124 138C124 46 276 46 272 142C268 214 160 256 122 330H282"],
  3: ["M128 108C150 52 268 56 262 130C258 178 210 190 178 192C232 192 282 214 278 264C270 350 148 350 120 290"],
  4: ["M178 70L112 238H290", "M236 150V330"],
  5: ["M148 72L136 188C196 148 282 178 278 256C272 350 148 350 120 296", "M148 72H272"],
  6: ["M250 70C168 104 120 190 122 256C124 354 278 354 278 258C278 176 152 170 124 244"],
  7: ["M118 74H284C232 152 192 246 180 330"],
  8: ["M258 116C242 50 130 54 138 132C146 196 272 192 274 264C276 352 126 352 126 266C128 196 250 192 262 138C264 130 262 124 258 116"],
  9: ["M272 138C260 48 124 52 126 146C128 230 262 222 272 138L262 330"],
});

/**
 * Draws a guide into an `<svg>` whose viewBox is the canvas.
 * @param {SVGSVGElement} svg
 * @param {Size} size of the canvas
 * @param {string} guide "lines", or a digit to trace; anything else clears it
 */
export function drawGuide(svg, size, guide) {
  const forms = Object.hasOwn(FORMS, guide) ? /** @type {Record<string, string[]>} */ (FORMS)[guide] : undefined;
  svg.replaceChildren();
  if (forms === undefined && guide !== "lines") return;
  const margin = (size.height - BASE) / 2;
  svg.append(
    shape("rect", { class: "box", x: margin, y: margin, width: size.width - 2 * margin, height: size.height - 2 * margin, rx: 8 }),
    ...[TOP, BASE].map((y) => shape("line", { class: "line", x1: margin, y1: y, x2: size.width - margin, y2: y })),
  );
  (forms ?? []).forEach((form, i) => {
    svg.append(shape("path", { class: "ghost", d: form }), shape("path", { class: "way", d: form }), ...order(form, i + 1));
  });
}

/** The number of a stroke where it begins, and an arrow head for its direction. @param {string} form @param {number} number */
function order(form, number) {
  const path = /** @type {SVGPathElement} */ (shape("path", { d: form }));
  const [start, tip, before] = [path.getPointAtLength(0), ...[42, 36].map((length) => path.getPointAtLength(length))];
  if (start === undefined || tip === undefined || before === undefined) return [];
  const turn = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  const text = shape("text", { class: "number", x: start.x, y: start.y, dy: "0.36em" });
  text.textContent = String(number);
  return [
    shape("path", { class: "arrow", d: "M-9 -8L3 0L-9 8", transform: `translate(${tip.x} ${tip.y}) rotate(${turn})` }),
    shape("circle", { class: "start", cx: start.x, cy: start.y, r: 13 }),
    text,
  ];
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
