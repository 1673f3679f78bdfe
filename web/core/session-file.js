// A stroke point comes back from a file here: what a session file leaves on the pad, and what of it. No DOM.

import { Ink } from "./ink.js";
import { readServerMessage } from "./messages.js";
import { Scribe } from "./replayer.js";
import { BadSession, checkCanvas, checkColumns, checkEntry, checkWidth, isObject, list, must, VERSION } from "./session-validation.js";

export { BadSession };

/**
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {import("./messages.js").Size} Size
 * @typedef {import("../element/recorder.js").Entry} Entry
 * @typedef {import("./replayer.js").DrawingMessage} DrawingMessage
 *
 * A session file, whoever wrote it: the server writes neither label nor canvas.
 * @typedef {{format: "ink-session", v: 1, label?: string | null, canvas?: Size, messages: Entry[]}} Session
 */

/** What the server writes of one session at most (INK_RECORDING_BYTES). */
export const MAX_SESSION_BYTES = 10 * 1024 * 1024;

/**
 * @param {string} text
 * @param {{maxBytes?: number}} [limits]
 * @returns {Session} as it is in the file, with the fields that this page does not know
 * @throws {BadSession}
 */
export function readSession(text, { maxBytes = MAX_SESSION_BYTES } = {}) {
  if (text.length > maxBytes || new Blob([text]).size > maxBytes) throw new BadSession("sessionTooBig", { bytes: maxBytes });
  let session;
  try {
    session = JSON.parse(text);
  } catch {
    throw new BadSession("notSession");
  }
  if (!isObject(session) || session["format"] !== "ink-session") throw new BadSession("notSession");
  must(session["v"] === VERSION, "v");
  must(session["label"] == null || typeof session["label"] === "string", "label");
  if (session["canvas"] !== undefined) checkCanvas(session["canvas"], "canvas");
  const messages = list(session["messages"], "messages");
  messages.forEach((entry, i) => checkEntry(entry, `messages[${i}]`));
  return /** @type {Session} */ (/** @type {unknown} */ (session));
}

/**
 * @param {unknown} value
 * @returns {Stroke[]} copies, numbered from 0
 * @throws {BadSession} if these are no strokes
 */
export function readStrokes(value) {
  return list(value, "strokes").map((stroke, number) => {
    const path = `strokes[${number}]`;
    must(isObject(stroke), path);
    checkColumns(stroke, path);
    must(list(stroke["x"], path).length > 0, `${path}.x`);
    checkWidth(stroke, path);
    const { x, y, t, p, width } = /** @type {Stroke} */ (/** @type {unknown} */ (stroke));
    return { number, x: [...x], y: [...y], t: [...t], ...(p == null ? {} : { p: [...p] }), ...(width === undefined ? {} : { width }) };
  });
}

/** The ink that a session leaves. A stroke under way at its end is kept, finished. @param {Session} session @returns {Stroke[]} */
export function strokesOf(session) {
  const ink = new Ink();
  const scribe = new Scribe(ink);
  for (const { message } of takenFrom(session)) scribe.take(message);
  ink.end();
  return [...ink.strokes];
}

/**
 * What changed the drawing, in order: all that was sent but wishes, and but what the server refused.
 * @param {Session} session
 * @returns {{at: number, message: DrawingMessage}[]}
 */
export function takenFrom(session) {
  const refused = new Set();
  for (const entry of session.messages) {
    const answer = "recv" in entry ? readServerMessage(JSON.stringify(entry.recv)) : null;
    if (answer?.type === "error") refused.add(answer.seq);
  }
  const taken = [];
  let newest = -1;
  for (const entry of session.messages) {
    if (!("send" in entry)) continue;
    const message = /** @type {DrawingMessage | {type: "config"}} */ (entry.send);
    if (message.type === "config" || message.seq <= newest) continue;
    newest = message.seq;
    if (!refused.has(message.seq)) taken.push({ at: entry.at, message });
  }
  return taken;
}

/**
 * The part of a session that made what is on the pad in the end: since the pad was last empty.
 * @param {Session} session
 * @returns {Session | null} null if there is no such part, as when something older was brought back
 */
export function lastDrawing(session) {
  const ink = new Ink();
  const scribe = new Scribe(ink);
  let first = 0;
  for (const { message } of takenFrom(session)) {
    const wasEmpty = ink.isEmpty;
    scribe.take(message);
    if (wasEmpty) first = message.seq;
    // It came from elsewhere, and nothing says how it was drawn.
    if (message.type === "ink" && message.strokes.length > 0) first = Infinity;
  }
  ink.end();
  const messages = session.messages.filter((entry) => {
    const { seq } = /** @type {{seq?: number | null}} */ ("send" in entry ? entry.send : entry.recv ?? {});
    return seq == null || seq >= first;
  });
  const part = { ...session, messages };
  return !ink.isEmpty && JSON.stringify(placesOf(strokesOf(part))) === JSON.stringify(placesOf(ink.strokes)) ? part : null;
}

/**
 * The same session on another canvas, as large as it can be there without being distorted, and in the middle.
 * @param {Session} session whose canvas, where it does not say, was as large as this one, or as its ink if that is larger
 * @param {Size} canvas
 * @returns {Session}
 */
export function fitted(session, canvas) {
  const from = session.canvas ?? wishedCanvas(session) ?? canvasAround(strokesOf(session), canvas);
  if (from.width === canvas.width && from.height === canvas.height) return { ...session, canvas };
  const scale = Math.min(canvas.width / from.width, canvas.height / from.height);
  const x0 = (canvas.width - from.width * scale) / 2;
  const y0 = (canvas.height - from.height * scale) / 2;
  const moved = (/** @type {import("./replayer.js").LooseColumns & {width?: number}} */ columns) => ({
    ...columns,
    x: columns.x.map((x) => x * scale + x0),
    y: columns.y.map((y) => y * scale + y0),
    ...(columns.width === undefined ? {} : { width: columns.width * scale }),
  });
  const messages = session.messages.map((entry) => {
    if (!("send" in entry)) return entry;
    const message = /** @type {DrawingMessage | {type: "config"}} */ (entry.send);
    if (message.type === "points") return { ...entry, send: moved(message) };
    if (message.type === "ink") return { ...entry, send: { ...message, strokes: message.strokes.map(moved) } };
    return message.type === "config" ? { ...entry, send: { ...message, canvas } } : entry;
  });
  return { ...session, canvas, messages };
}

/** @param {Session} session @returns {Size | undefined} */
function wishedCanvas({ messages }) {
  for (const entry of messages) {
    const message = /** @type {{type?: string, canvas?: Size | null}} */ ("send" in entry ? entry.send : {});
    if (message.type === "config" && message.canvas != null) return message.canvas;
  }
  return undefined;
}

/** @param {readonly Stroke[]} strokes @param {Size} least @returns {Size} */
function canvasAround(strokes, least) {
  const size = { ...least };
  for (const { x, y } of strokes) {
    for (const value of x) size.width = Math.max(size.width, value);
    for (const value of y) size.height = Math.max(size.height, value);
  }
  return size;
}

/** @param {readonly Stroke[]} strokes */
function placesOf(strokes) {
  return strokes.map(({ x, y }) => [x, y]);
}
