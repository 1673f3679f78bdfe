// Messages of a client; the protocol's tables are in realtime/protocol/PROTOCOL.md.

import { VERSION } from "./server-messages.js";

/**
 * @typedef {import("./ink.js").Pin} Pin
 * @typedef {import("./ink.js").Size} Size
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {import("./server-messages.js").Ready} Ready
 * @typedef {{x: number[], y: number[], t: number[], p?: number[]}} Columns
 *
 * What the recognizer takes the ink for.
 * @typedef {(typeof RECOGNITIONS)[number]} Recognition
 *
 * @typedef {object} ConfigMessage
 * @property {"config"} type
 * @property {1} v
 * @property {Size} canvas
 * @property {number} top
 * @property {boolean} interim
 * @property {boolean} image
 * @property {Recognition} [recognize] what there is to read, where it is no digit
 * @property {boolean} [heartbeat] whether the server may send such messages
 * @property {boolean} [language_model] whether texts are read with the model of letters
 * @property {readonly string[]} [labels] all that may be written
 *
 * @typedef {{type: "points", seq: number, stroke: number, end: boolean} & Columns} PointsMessage
 * @typedef {{type: "erase", seq: number, stroke: number}} EraseMessage
 * @typedef {{type: "undo" | "redo" | "clear", seq: number}} HistoryMessage
 * @typedef {{strokes: readonly number[], label: string}} NumberedPin
 * @typedef {{type: "ink", seq: number, strokes: Columns[], pins?: NumberedPin[]}} InkMessage
 * @typedef {{type: "correct", seq: number, strokes: number[], label: string | null}} CorrectMessage
 * @typedef {PointsMessage | EraseMessage | HistoryMessage | InkMessage
 *   | CorrectMessage} EditMessage
 * @typedef {import("./examples.js").TeachingMessage} TeachingMessage
 * @typedef {ConfigMessage | EditMessage | TeachingMessage} ClientMessage
 */

/** What ink can be read as: one character, or several. */
export const RECOGNITIONS = /** @type {const} */ (["digit", "line", "text", "math", "character"]);
/** 25 messages a second: more would change the answer too little to be worth their frames. */
export const BATCH_MS = 40;
/** How many candidates to ask for. */
export const TOP = 3;
/** The same of a line, and of each of its characters. */
export const LINE_TOP = 5;

const SUBPROTOCOL = "ink.v1";
const TOKEN_PREFIX = "ink.token."; // A page's WebSocket cannot send `Authorization`.
// The longest columns of one point: `-12345.67,` twice, `86400000,` and `0.99,`.
const BYTES_PER_POINT = 36;
const BYTES_AROUND_POINTS = 1_024;

/** @param {unknown} name @returns {Recognition} a digit where the name is none of them */
export function recognitionNamed(name) {
  return RECOGNITIONS.find((known) => known === name) ?? "digit";
}

/**
 * Whether what is read has several characters, so that answers have segments, which may be pinned.
 * @param {Recognition} recognize
 */
export function hasSegments(recognize) {
  return recognize !== "digit" && recognize !== "character";
}

/** The subprotocols to offer. @param {string | null} token where the service may want one */
export function subprotocols(token) {
  return token ? [SUBPROTOCOL, TOKEN_PREFIX + token] : [SUBPROTOCOL];
}

/** @param {string | null} token @returns {Record<string, string>} headers of a plain request */
export function authorization(token) {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {Size} canvas @param {Recognition} [recognize] @returns {ConfigMessage} */
export function configMessage(canvas, recognize = "digit") {
  const config = /** @type {const} */ ({ type: "config", v: VERSION, canvas, interim: true });
  // A line's characters are too many to show what the network saw of each.
  if (hasSegments(recognize)) return { ...config, top: LINE_TOP, image: false, recognize };
  return { ...config, top: TOP, image: true, ...(recognize === "digit" ? {} : { recognize }) };
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

/**
 * @param {number} seq
 * @param {readonly Stroke[]} strokes
 * @param {string | null} label
 * @returns {CorrectMessage}
 */
export function correctMessage(seq, strokes, label) {
  return { type: "correct", seq, strokes: strokes.map(({ number }) => number), label };
}

/**
 * @param {number} seq
 * @param {readonly Stroke[]} strokes
 * @param {readonly Pin[]} [pins] of these strokes
 * @returns {InkMessage}
 */
export function inkMessage(seq, strokes, pins = []) {
  const numbered = pins.map((pin) => (
    { label: pin.label, strokes: pin.strokes.map((stroke) => strokes.indexOf(stroke)) }));
  return {
    type: "ink", seq, strokes: strokes.map((each) => columns(each, 0, each.x.length)),
    ...(pins.length === 0 ? {} : { pins: numbered }),
  };
}

/**
 * Pins that name their strokes by numbers.
 * @param {readonly Pin[]} pins
 * @returns {NumberedPin[]}
 */
export function numberedPins(pins) {
  return pins.map(({ strokes, label }) => (
    { strokes: strokes.map(({ number }) => number), label }));
}

/**
 * Pins of strokes instead of numbers.
 * @param {readonly NumberedPin[]} numbered
 * @param {readonly Stroke[]} strokes to be pinned
 * @param {readonly {number?: number}[]} known what the numbers are of, in the same order
 * @returns {Pin[]}
 */
export function pinsOf(numbered, strokes, known) {
  return numbered.map((pin) => ({
    label: pin.label,
    strokes: strokes.filter((_, i) => pin.strokes.includes(known[i]?.number ?? i)),
  }));
}

/** How many points surely fit into one message. @param {Ready} ready */
export function pointsThatFit({ messageBytes, messagePoints }) {
  const count = Math.floor((messageBytes - BYTES_AROUND_POINTS) / BYTES_PER_POINT);
  return Math.max(Math.min(count, messagePoints), 1);
}

/**
 * How many strokes, from the first, have no more points than this together.
 * @param {readonly Stroke[]} strokes
 * @param {number} points
 */
export function strokesThatFit(strokes, points) {
  const tooLong = strokes.findIndex(({ x }) => (points -= x.length) < 0);
  return tooLong === -1 ? strokes.length : tooLong;
}

/**
 * Whether the server has to answer this very message.
 * @param {ClientMessage} message
 * @returns {message is EditMessage | TeachingMessage}
 */
export function expectsAnswer(message) {
  return message.type === "points" ? message.end : message.type !== "config";
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
