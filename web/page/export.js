// Export of drawings as SVG and session files, and names that tell files apart.

import { pathOf } from "../core/outline.js";

/**
 * @typedef {import("../core/ink.js").Size} Size
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/session-file.js").Session} Session
 */

const INK = "black";

/**
 * A picture of the whole canvas, black on nothing, that stands alone.
 * @param {readonly Stroke[]} strokes
 * @param {Size & {title?: string, description?: string}} canvas its size, and the alternative text
 * @returns {string}
 */
export function svgOf(strokes, { width, height, title = "", description = "" }) {
  const paths = strokes.map((stroke) => `  <path d="${pathOf(stroke)}"/>\n`).join("");
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" fill="${INK}">
  <title>${escaped(title)}</title>
  <desc>${escaped(description)}</desc>
${paths}</svg>
`;
}

/**
 * A session file with one message a line, so that people can read what differs.
 * @param {Session} session
 * @returns {string}
 */
export function jsonOf({ messages, ...head }) {
  const lines = messages.map((entry) => JSON.stringify(entry)).join(",\n");
  return `${JSON.stringify(head).slice(0, -1)},"messages":[\n${lines}\n]}\n`;
}

/**
 * A file name such as `ink-7-2026-11-23-1412.svg`, in local time.
 * @param {string | null | undefined} label what the drawing means, where anybody has said
 * @param {Date} time
 * @param {string} extension
 */
export function fileName(label, time, extension) {
  // A label may have characters that not all file systems take.
  const word = label?.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 40);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())];
  const clock = two(time.getHours()) + two(time.getMinutes());
  return `${["ink", ...(word ? [word] : []), ...day, clock].join("-")}.${extension}`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
