// Messages of the protocol: building a client's, validating a server's; their tables are in
// realtime/protocol/PROTOCOL.md.

/**
 * @typedef {import("./ink.js").Size} Size
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {{x: number[], y: number[], t: number[], p?: number[]}} Columns
 *
 * @typedef {object} ConfigMessage
 * @property {"config"} type
 * @property {1} v
 * @property {Size} canvas
 * @property {number} top
 * @property {boolean} interim
 * @property {boolean} image
 *
 * @typedef {{type: "points", seq: number, stroke: number, end: boolean} & Columns} PointsMessage
 * @typedef {{type: "erase", seq: number, stroke: number}} EraseMessage
 * @typedef {{type: "undo" | "redo" | "clear", seq: number}} HistoryMessage
 * @typedef {{type: "ink", seq: number, strokes: Columns[]}} InkMessage
 * @typedef {PointsMessage | EraseMessage | HistoryMessage | InkMessage} EditMessage
 * @typedef {ConfigMessage | EditMessage} ClientMessage
 *
 * @typedef {{label: string, p: number}} Candidate
 *
 * Where the server's time for an answer went, in microseconds.
 * @typedef {{wait: number, raster: number, infer: number}} Timings
 *
 * @typedef {object} Ready
 * @property {"ready"} type
 * @property {number} v
 * @property {readonly string[]} labels
 * @property {boolean} keeps whether the service stores labelled samples
 * @property {number} messageBytes
 * @property {number} messagePoints
 *
 * @typedef {object} Prediction
 * @property {"prediction"} type
 * @property {number} seq
 * @property {boolean} final
 * @property {boolean} empty
 * @property {boolean} rejected
 * @property {readonly Candidate[]} top
 * @property {number} strokes
 * @property {Timings} us
 * @property {string | null} image
 *
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {number | null} seq
 * @property {string} code
 * @property {string} message
 * @property {boolean} fatal
 * @property {number | null} retry_ms
 *
 * @typedef {Ready | Prediction | ErrorMessage} ServerMessage
 */

/** 25 messages a second: more would change the answer too little to be worth their frames. */
export const BATCH_MS = 40;
/** How many candidates to ask for. */
export const TOP = 3;

const VERSION = 1;
const SUBPROTOCOL = "ink.v1";
const TOKEN_PREFIX = "ink.token."; // A page's WebSocket cannot send `Authorization`.
// Where the server advertises no limit; less than any sensible server takes.
const DEFAULT_BYTES = 16_384;
// The longest columns of one point: `-12345.67,` twice, `86400000,` and `0.99,`.
const BYTES_PER_POINT = 36;
const BYTES_AROUND_POINTS = 1_024;

/** The server sent what the protocol does not allow. */
export class BadServerMessage extends Error {}

/** The subprotocols to offer. @param {string | null} token where the service may want one */
export function subprotocols(token) {
  return token ? [SUBPROTOCOL, TOKEN_PREFIX + token] : [SUBPROTOCOL];
}

/** @param {string | null} token @returns {Record<string, string>} headers of a plain request */
export function authorization(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {Size} canvas @param {number} top @returns {ConfigMessage} */
export function configMessage(canvas, top) {
  return { type: "config", v: VERSION, canvas, top, interim: true, image: true };
}

/**
 * @param {number} seq
 * @param {Stroke} stroke
 * @param {object} part
 * @param {number} part.from index of the first point to send
 * @param {number} part.to index after the last one
 * @param {boolean} part.end whether the stroke is finished
 * @returns {PointsMessage}
 */
export function pointsMessage(seq, stroke, { from, to, end }) {
  return { type: "points", seq, stroke: stroke.number, ...columns(stroke, from, to), end };
}

/** @param {number} seq @param {number} stroke @returns {EraseMessage} */
export function eraseMessage(seq, stroke) {
  return { type: "erase", seq, stroke };
}

/** @param {HistoryMessage["type"]} type @param {number} seq @returns {HistoryMessage} */
export function historyMessage(type, seq) {
  return { type, seq };
}

/** @param {number} seq @param {readonly Stroke[]} strokes @returns {InkMessage} */
export function inkMessage(seq, strokes) {
  return { type: "ink", seq, strokes: strokes.map((each) => columns(each, 0, each.x.length)) };
}

/** How many points surely fit into one message. @param {Ready} ready */
export function pointsThatFit({ messageBytes, messagePoints }) {
  const count = Math.floor((messageBytes - BYTES_AROUND_POINTS) / BYTES_PER_POINT);
  return Math.max(Math.min(count, messagePoints), 1);
}

/**
 * Whether the server has to answer this very message.
 * @param {ClientMessage} message
 * @returns {message is EditMessage}
 */
export function expectsAnswer(message) {
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
  // Other servers may advertise no limits.
  const [bytes, points] = [limits["message_bytes"], limits["message_points"]];
  const messageBytes = bytes === undefined ? DEFAULT_BYTES : number(limits, "message_bytes");
  const messagePoints = points === undefined ? Infinity : number(limits, "message_points");
  const labels = object(fields["model"], "model")["labels"];
  if (!Array.isArray(labels)) throw new BadServerMessage("labels is not a list");
  return Object.freeze({
    type: "ready", v, labels: Object.freeze(labels.map(String)), keeps: fields["keeps"] === true,
    messageBytes, messagePoints,
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
    us: readTimings(object(fields["us"], "us")),
    image: fields["image"] === undefined ? null : string(fields, "image"),
  });
}

/** @param {Record<string, unknown>} fields @returns {Timings} */
function readTimings(fields) {
  const [wait, raster] = [number(fields, "wait"), number(fields, "raster")];
  return Object.freeze({ wait, raster, infer: number(fields, "infer") });
}

/** @param {Record<string, unknown>} fields @returns {ErrorMessage} */
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
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return /** @type {Record<string, unknown>} */ (value);
  }
  throw new BadServerMessage(`${name} is no object`);
}

/** @param {Record<string, unknown>} fields @param {string} name @returns {number} */
function number(fields, name) {
  const value = fields[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new BadServerMessage(`${name} is no number`);
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
  if (typeof value === "boolean") return value;
  throw new BadServerMessage(`${name} is neither true nor false`);
}
