// A stroke point crosses the wire here: messages are built and read, by the tables in realtime/PROTOCOL.md. No socket, no DOM.

/**
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number[], y: number[], t: number[], p?: number[]}} Columns
 *
 * @typedef {{type: "config", v: 1, canvas: Size, top: number, interim: boolean, image: boolean}} Config
 * @typedef {{type: "points", seq: number, stroke: number, end: boolean} & Columns} Points
 * @typedef {{type: "erase", seq: number, stroke: number}} Erase
 * @typedef {{type: "undo" | "redo" | "clear", seq: number}} Step
 * @typedef {{type: "ink", seq: number, strokes: Columns[]}} WholeInk
 * @typedef {Config | Points | Erase | Step | WholeInk} ClientMessage
 *
 * @typedef {{label: string, p: number}} Candidate
 * @typedef {{wait: number, raster: number, infer: number}} Microseconds where the server's time for an answer went
 * @typedef {{type: "ready", v: number, labels: readonly string[], keeps: boolean, messageBytes: number, messagePoints: number}} Ready
 * @typedef {{type: "prediction", seq: number, final: boolean, empty: boolean, rejected: boolean, top: readonly Candidate[],
 *   strokes: number, us: Microseconds, image: string | null}} Prediction
 * @typedef {{type: "error", seq: number | null, code: string, message: string, fatal: boolean, retry_ms: number | null}} Refusal
 * @typedef {Ready | Prediction | Refusal} ServerMessage
 */

export const BATCH_MS = 40; // 25 messages a second: each changes the answer a little, and none is worth its frame if more come.
export const TOP = 3;
const VERSION = 1;
const SUBPROTOCOL = "ink.v1";
const TOKEN_PREFIX = "ink.token."; // A page's WebSocket cannot send `Authorization`.
const DEFAULT_MESSAGE_BYTES = 16_384; // Where the server names no limit; less than any sensible server takes.
// The longest columns of one point: `-12345.67,` twice, `86400000,` and `0.99,`.
const BYTES_PER_POINT = 36;
const BYTES_AROUND_POINTS = 1_024;

/** The server sent what the protocol does not allow. */
export class BadServerMessage extends Error {}

/** The subprotocols to offer. @param {string | null} token what the server may want to be told */
export function subprotocols(token) {
  return token ? [SUBPROTOCOL, TOKEN_PREFIX + token] : [SUBPROTOCOL];
}

/** The headers of an ordinary request that tell the same. @param {string | null} token @returns {Record<string, string>} */
export function authorization(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {Size} canvas @param {number} top @returns {Config} */
export function configMessage(canvas, top) {
  return { type: "config", v: VERSION, canvas, top, interim: true, image: true };
}

/**
 * @param {number} seq
 * @param {Stroke} stroke
 * @param {number} from index of the first point to send
 * @param {number} to index after the last one
 * @param {boolean} end whether the stroke is finished
 * @returns {Points}
 */
export function pointsMessage(seq, stroke, from, to, end) {
  return { type: "points", seq, stroke: stroke.number, ...columns(stroke, from, to), end };
}

/** @param {number} seq @param {number} stroke @returns {Erase} */
export function eraseMessage(seq, stroke) {
  return { type: "erase", seq, stroke };
}

/** @param {Step["type"]} type @param {number} seq @returns {Step} */
export function stepMessage(type, seq) {
  return { type, seq };
}

/** @param {number} seq @param {readonly Stroke[]} strokes @returns {WholeInk} */
export function inkMessage(seq, strokes) {
  return { type: "ink", seq, strokes: strokes.map((stroke) => columns(stroke, 0, stroke.x.length)) };
}

/** How many points surely fit into one message. @param {Ready} ready */
export function pointsThatFit({ messageBytes, messagePoints }) {
  return Math.max(Math.min(Math.floor((messageBytes - BYTES_AROUND_POINTS) / BYTES_PER_POINT), messagePoints), 1);
}

/**
 * Whether the server owes an answer to this very message.
 * @param {ClientMessage} message
 * @returns {message is Exclude<ClientMessage, Config>}
 */
export function isAnswered(message) {
  return message.type === "points" ? message.end : message.type !== "config";
}

/**
 * @param {unknown} text one frame
 * @returns {ServerMessage | null} null for a type that only newer clients know
 * @throws {BadServerMessage}
 */
export function readServerMessage(text) {
  if (typeof text !== "string") throw new BadServerMessage("not a text frame");
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new BadServerMessage("not JSON");
  }
  const fields = object(data, "message");
  switch (fields["type"]) {
    case "ready": return readReady(fields);
    case "prediction": return readPrediction(fields);
    case "error": return readError(fields);
    default: return null;
  }
}

/** @param {Record<string, unknown>} fields @returns {Ready} */
function readReady(fields) {
  const v = number(fields, "v");
  if (v !== VERSION) throw new BadServerMessage(`version ${v} of the protocol`);
  const limits = object(fields["limits"] ?? {}, "limits");
  const messageBytes = limits["message_bytes"] === undefined ? DEFAULT_MESSAGE_BYTES : number(limits, "message_bytes");
  const messagePoints = limits["message_points"] === undefined ? Infinity : number(limits, "message_points");
  const labels = object(fields["model"], "model")["labels"];
  if (!Array.isArray(labels)) throw new BadServerMessage("labels is not a list");
  return Object.freeze({
    type: "ready", v, labels: Object.freeze(labels.map(String)), keeps: fields["keeps"] === true, messageBytes, messagePoints,
  });
}

/** @param {Record<string, unknown>} fields @returns {Prediction} */
function readPrediction(fields) {
  const top = fields["top"];
  if (!Array.isArray(top)) throw new BadServerMessage("top is not a list");
  return Object.freeze({
    type: "prediction",
    seq: number(fields, "seq"),
    final: flag(fields, "final"),
    empty: flag(fields, "empty"),
    rejected: flag(fields, "rejected"),
    top: top.map((item) => {
      const candidate = object(item, "top");
      const p = number(candidate, "p");
      if (p < 0 || p > 1) throw new BadServerMessage(`p is ${p}`);
      return Object.freeze({ label: string(candidate, "label"), p });
    }),
    strokes: number(fields, "strokes"),
    us: readMicroseconds(object(fields["us"], "us")),
    image: fields["image"] === undefined ? null : string(fields, "image"),
  });
}

/** @param {Record<string, unknown>} fields @returns {Microseconds} */
function readMicroseconds(fields) {
  return Object.freeze({ wait: number(fields, "wait"), raster: number(fields, "raster"), infer: number(fields, "infer") });
}

/** @param {Record<string, unknown>} fields @returns {Refusal} */
function readError(fields) {
  return Object.freeze({
    type: "error",
    seq: fields["seq"] == null ? null : number(fields, "seq"),
    code: string(fields, "code"),
    message: string(fields, "message"),
    fatal: flag(fields, "fatal"),
    retry_ms: fields["retry_ms"] == null ? null : number(fields, "retry_ms"),
  });
}

/** @param {Stroke} stroke @param {number} from @param {number} to @returns {Columns} */
function columns(stroke, from, to) {
  return {
    x: stroke.x.slice(from, to),
    y: stroke.y.slice(from, to),
    t: stroke.t.slice(from, to),
    ...(stroke.p === undefined ? {} : { p: stroke.p.slice(from, to) }),
  };
}

/** @param {unknown} value @param {string} name @returns {Record<string, unknown>} */
function object(value, name) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadServerMessage(`${name} is no object`);
  return /** @type {Record<string, unknown>} */ (value);
}

/** @param {Record<string, unknown>} fields @param {string} name @returns {number} */
function number(fields, name) {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isFinite(value)) throw new BadServerMessage(`${name} is no number`);
  return value;
}

/** @param {Record<string, unknown>} fields @param {string} name @returns {string} */
function string(fields, name) {
  const value = fields[name];
  if (typeof value !== "string") throw new BadServerMessage(`${name} is no string`);
  return value;
}

/** @param {Record<string, unknown>} fields @param {string} name @returns {boolean} */
function flag(fields, name) {
  const value = fields[name];
  if (typeof value !== "boolean") throw new BadServerMessage(`${name} is neither true nor false`);
  return value;
}
