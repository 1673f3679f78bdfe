// A stroke point comes back from a file here: session files are checked as the server checks what it is sent. No DOM.

import { Ink } from "./ink.js";
import { BadServerMessage, readServerMessage } from "./messages.js";
import { Scribe } from "./scribe.js";

/**
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {import("./messages.js").Size} Size
 * @typedef {import("./recording.js").Entry} Entry
 * @typedef {import("./scribe.js").DrawingMessage} DrawingMessage
 *
 * A session file, whoever wrote it: the server writes neither label nor canvas.
 * @typedef {{format: "ink-session", v: 1, label?: string | null, canvas?: Size, messages: Entry[]}} Session
 */

/** What the server writes of one session at most (INK_RECORDING_BYTES). */
export const MAX_SESSION_BYTES = 10 * 1024 * 1024;

const COORDINATE_LIMIT = 100_000; // These four are realtime/messages.py's.
const COUNT_LIMIT = Number.MAX_SAFE_INTEGER;
const TOP_LIMIT = 1_000;
const VERSION = 1;

/** It is no session file; `key` and `values` say in words.js what is wrong with it. */
export class BadSession extends Error {
  /** @param {string} key @param {Record<string, string | number>} [values] */
  constructor(key, values = {}) {
    super(`${key} ${JSON.stringify(values)}`);
    this.name = "BadSession";
    this.key = key;
    this.values = values;
  }
}

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

/** The ink that a session leaves. A stroke under way at its end is kept as if it were finished. @param {Session} session @returns {Stroke[]} */
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

/** @param {unknown} entry @param {string} path */
function checkEntry(entry, path) {
  must(isObject(entry), path);
  checkNumber(entry["at"], `${path}.at`, -COUNT_LIMIT, COUNT_LIMIT);
  if (entry["send"] !== undefined) checkSent(entry["send"], `${path}.send`);
  if (entry["recv"] === undefined) return;
  try {
    readServerMessage(JSON.stringify(entry["recv"]));
  } catch (error) {
    if (error instanceof BadServerMessage) throw new BadSession("badSessionField", { field: `${path}.recv` });
    throw error;
  }
}

/** @param {unknown} sent @param {string} path */
function checkSent(sent, path) {
  must(isObject(sent), path);
  const { type } = sent;
  if (type === "config") return checkConfig(sent, path);
  checkNumber(sent["seq"], `${path}.seq`, 0, COUNT_LIMIT, true);
  if (type === "points" || type === "erase") checkNumber(sent["stroke"], `${path}.stroke`, 0, COUNT_LIMIT, true);
  if (type === "points") {
    must(sent["end"] === undefined || typeof sent["end"] === "boolean", `${path}.end`);
    checkColumns(sent, path);
  } else if (type === "ink") {
    list(sent["strokes"], `${path}.strokes`).forEach((stroke, i) => {
      must(isObject(stroke), `${path}.strokes[${i}]`);
      checkColumns(stroke, `${path}.strokes[${i}]`);
      must(list(stroke["x"], path).length > 0, `${path}.strokes[${i}].x`);
    });
  } else must(type === "erase" || type === "undo" || type === "redo" || type === "clear", `${path}.type`);
}

/** @param {Record<string, unknown>} wishes @param {string} path */
function checkConfig(wishes, path) {
  must(wishes["v"] === undefined || wishes["v"] === VERSION, `${path}.v`);
  if (wishes["canvas"] != null) checkCanvas(wishes["canvas"], `${path}.canvas`);
  if (wishes["top"] !== undefined) checkNumber(wishes["top"], `${path}.top`, 1, TOP_LIMIT, true);
  for (const name of ["interim", "image"]) must(wishes[name] === undefined || typeof wishes[name] === "boolean", `${path}.${name}`);
  if (wishes["labels"] == null) return;
  list(wishes["labels"], `${path}.labels`).forEach((label, i) => must(typeof label === "string", `${path}.labels[${i}]`));
}

/** @param {unknown} canvas @param {string} path */
function checkCanvas(canvas, path) {
  must(isObject(canvas), path);
  for (const name of ["width", "height"]) {
    checkNumber(canvas[name], `${path}.${name}`, 0, COORDINATE_LIMIT);
    must(canvas[name] !== 0, `${path}.${name}`);
  }
}

/** @param {Record<string, unknown>} columns @param {string} path */
function checkColumns(columns, path) {
  const count = list(columns["x"], `${path}.x`).length;
  checkColumn(columns, "x", path, count, -COORDINATE_LIMIT, COORDINATE_LIMIT);
  checkColumn(columns, "y", path, count, -COORDINATE_LIMIT, COORDINATE_LIMIT);
  checkColumn(columns, "t", path, count, 0, COUNT_LIMIT, true);
  if (columns["p"] != null) checkColumn(columns, "p", path, count, 0, 1);
}

/**
 * @param {Record<string, unknown>} columns @param {string} name @param {string} path
 * @param {number} count @param {number} least @param {number} most @param {boolean} [isWhole]
 */
function checkColumn(columns, name, path, count, least, most, isWhole = false) {
  const values = list(columns[name], `${path}.${name}`);
  if (values.length !== count) throw new BadSession("badSessionLength", { field: `${path}.${name}`, count });
  for (const [i, value] of values.entries()) checkNumber(value, () => `${path}.${name}[${i}]`, least, most, isWhole);
}

/**
 * @param {unknown} value
 * @param {string | (() => string)} field its name, or what makes it: there may be half a million values
 * @param {number} least @param {number} most @param {boolean} [isWhole]
 */
function checkNumber(value, field, least, most, isWhole = false) {
  if (typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return;
  const name = typeof field === "string" ? field : field();
  if (typeof value !== "number" || (isWhole && !Number.isInteger(value))) throw new BadSession("badSessionField", { field: name });
  throw new BadSession("badSessionLimit", { field: name, least, most });
}

/** @param {unknown} value @param {string} field @returns {unknown[]} */
function list(value, field) {
  must(Array.isArray(value), field);
  return value;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {boolean} isGood @param {string} field @returns {asserts isGood} */
function must(isGood, field) {
  if (!isGood) throw new BadSession("badSessionField", { field });
}
