// Messages of a server, validated; the protocol's tables are in realtime/protocol/PROTOCOL.md.

/**
 * @typedef {import("./readings.js").Candidate} Candidate
 *
 * Where the server's time for an answer went, in microseconds.
 * @typedef {{wait: number, raster: number, infer: number}} Timings
 *
 * @typedef {object} Ready
 * @property {"ready"} type
 * @property {number} v
 * @property {readonly string[]} labels
 * @property {Readonly<Record<string, readonly string[]>>} recognizers the labels of each
 * @property {boolean} keeps whether the service stores labelled samples
 * @property {boolean} teaches whether the recognizer of digits learns from examples
 * @property {number} examples how many a session may have
 * @property {number} examplePoints how many points an example may have
 * @property {number} messageBytes
 * @property {number} messagePoints
 *
 * @typedef {import("./readings.js").Segment} Segment
 * @typedef {import("./readings.js").LineReading} LineReading
 *
 * @typedef {object} Answer
 * @property {"prediction"} type
 * @property {number} seq
 * @property {boolean} final
 * @property {boolean} empty
 * @property {boolean} rejected
 * @property {readonly Candidate[]} top
 * @property {number} strokes
 * @property {Timings} us
 * @property {string | null} image
 * @property {boolean} learnt whether it is another one than without examples
 *
 * @typedef {Answer & Partial<LineReading>} Prediction
 *
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {number | null} seq
 * @property {string} code
 * @property {string} message
 * @property {boolean} fatal
 * @property {number | null} retry_ms
 *
 * Sent while nothing else is, to be sent back: a proxy may count nothing but messages as traffic.
 * @typedef {{type: "heartbeat"}} Heartbeat
 *
 * @typedef {Ready | Prediction | ErrorMessage | Heartbeat} ServerMessage
 */

/** Of the protocol. */
export const VERSION = 1;

// Where the server advertises no limit; less than any sensible server takes.
const DEFAULT_BYTES = 16_384;

/** The server sent what the protocol does not allow. */
export class BadServerMessage extends Error {}

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
    case "heartbeat": return { type: "heartbeat" };
    default: return null;
  }
}

/** @param {Record<string, unknown>} fields @returns {Ready} */
function readReady(fields) {
  const v = number(fields, "v");
  if (v !== VERSION) throw new BadServerMessage(`version ${v} of the protocol`);
  const limits = object(fields["limits"] ?? {}, "limits");
  // Other servers may advertise no limits.
  const limit = (/** @type {string} */ name, otherwise = Infinity) =>
    limits[name] === undefined ? otherwise : number(limits, name);
  const labels = labelsOf(fields["model"]);
  const others = Object.entries(object(fields["recognizers"] ?? {}, "recognizers"));
  return Object.freeze({
    type: "ready", v, labels, keeps: fields["keeps"] === true, teaches: fields["teaches"] === true,
    messageBytes: limit("message_bytes", DEFAULT_BYTES), messagePoints: limit("message_points"),
    examples: limit("examples"), examplePoints: limit("example_points"),
    // A service of an older version names none, and reads digits.
    recognizers: Object.freeze(others.length === 0 ? { digit: labels }
      : Object.fromEntries(others.map(([name, model]) => [name, labelsOf(model)]))),
  });
}

/** @param {unknown} model */
function labelsOf(model) {
  return Object.freeze(list(object(model, "model"), "labels").map(String));
}

/** @param {Record<string, unknown>} fields @returns {Prediction} */
function readPrediction(fields) {
  return Object.freeze({
    type: "prediction",
    seq: number(fields, "seq"),
    final: flag(fields, "final"),
    empty: flag(fields, "empty"),
    rejected: flag(fields, "rejected"),
    top: readCandidates(fields),
    strokes: number(fields, "strokes"),
    us: readTimings(object(fields["us"], "us")),
    image: fields["image"] === undefined ? null : string(fields, "image"),
    learnt: fields["learnt"] === true,
    ...(fields["segments"] === undefined ? {} : readLine(fields)),
  });
}

/** @param {Record<string, unknown>} fields @returns {LineReading} */
function readLine(fields) {
  return {
    text: string(fields, "text"),
    p: probability(fields),
    alternatives: list(fields, "alternatives").map((item) => {
      const other = object(item, "alternatives");
      return Object.freeze({
        text: string(other, "text"), p: probability(other),
        ...strings(other, "latex", "mathml", "value"),
      });
    }),
    segments: list(fields, "segments").map(readSegment),
    value: fields["value"] == null ? null : string(fields, "value"),
    reason: fields["reason"] == null ? null : string(fields, "reason"),
    ...strings(fields, "latex", "mathml"),
  };
}

/** @param {unknown} item @returns {Segment} */
function readSegment(item) {
  const segment = object(item, "segments");
  /** @param {string} name @param {unknown} [values] */
  const numbers = (name, values = segment[name]) =>
    list({ [name]: values }, name).map((value) => number({ [name]: value }, name));
  return Object.freeze({
    label: string(segment, "label"), p: probability(segment), strokes: numbers("strokes"),
    top: readCandidates(segment), box: numbers("box"), pinned: segment["pinned"] === true,
    ...(segment["at"] === undefined ? {} : { at: number(segment, "at") }),
    ...(segment["ranges"] === undefined ? {} : {
      ranges: list(segment, "ranges").map((range) => numbers("ranges", range)),
    }),
  });
}

/** @param {Record<string, unknown>} fields @returns {Candidate[]} */
function readCandidates(fields) {
  return list(fields, "top").map((item) => {
    const candidate = object(item, "top");
    return Object.freeze({ label: string(candidate, "label"), p: probability(candidate) });
  });
}

/** @param {Record<string, unknown>} fields */
function probability(fields) {
  const p = number(fields, "p");
  if (p < 0 || p > 1) throw new BadServerMessage(`p is ${p}`);
  return p;
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

/**
 * Those of some texts that are there.
 * @param {Record<string, unknown>} fields
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
function strings(fields, ...names) {
  const present = names.filter((name) => fields[name] != null);
  return Object.fromEntries(present.map((name) => [name, string(fields, name)]));
}

/** @param {Record<string, unknown>} fields @param {string} name @returns {boolean} */
function flag(fields, name) {
  const value = fields[name];
  if (typeof value === "boolean") return value;
  throw new BadServerMessage(`${name} is neither true nor false`);
}

/** @param {Record<string, unknown>} fields @param {string} name @returns {unknown[]} */
function list(fields, name) {
  const value = fields[name];
  if (Array.isArray(value)) return value;
  throw new BadServerMessage(`${name} is not a list`);
}
