// Session files: reading and writing the messages of a session, and the strokes that they leave.

import "./i18n-files.js";
import { Ink } from "./ink.js";
import {
  BATCH_MS, configMessage, correctMessage, hasSegments, pointsMessage, recognitionNamed,
} from "./messages.js";
import { acceptedMessages, Replayer } from "./replayer.js";
import { checkCanvas, checkEntry, VERSION } from "./session-validation.js";
import { BadSession, check, checkList, isObject } from "./stroke-validation.js";

/**
 * @typedef {import("./ink.js").Size} Size
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {import("./replayer.js").DrawingMessage} DrawingMessage
 * @typedef {import("./messages.js").NumberedPin} NumberedPin
 * @typedef {import("./messages.js").Recognition} Recognition
 * @typedef {{label: string, p: number, rejected: boolean}} Answer
 *
 * @typedef {import("./session-validation.js").Entry} Entry
 * @typedef {import("./session-validation.js").Session} Session
 */

/** The server's limit for the recording of one session (INK_RECORDING_BYTES). */
export const MAX_SESSION_BYTES = 10 * 1024 * 1024;

/**
 * @param {string} text
 * @param {{maxBytes?: number}} [limits]
 * @returns {Session} as it is in the file, with the fields that this page does not know
 * @throws {BadSession}
 */
export function readSession(text, { maxBytes = MAX_SESSION_BYTES } = {}) {
  if (text.length > maxBytes || new Blob([text]).size > maxBytes) {
    throw new BadSession("sessionTooBig", { bytes: maxBytes });
  }
  let session;
  try {
    session = JSON.parse(text);
  } catch {
    throw new BadSession("notSession");
  }
  if (!isObject(session) || session["format"] !== "ink-session") throw new BadSession("notSession");
  check(session["v"] === VERSION, "v");
  check(session["label"] == null || typeof session["label"] === "string", "label");
  if (session["canvas"] !== undefined) checkCanvas(session["canvas"], "canvas");
  const messages = checkList(session["messages"], "messages");
  messages.forEach((entry, i) => checkEntry(entry, `messages[${i}]`));
  return /** @type {Session} */ (/** @type {unknown} */ (session));
}

/**
 * The ink that a session leaves, with its pins. A stroke under way at its end is included,
 * finished.
 * @param {Session} session
 * @returns {Ink}
 */
export function inkOf(session) {
  const ink = new Ink();
  const replayer = new Replayer(ink);
  for (const { message } of acceptedMessages(session)) replayer.apply(message);
  ink.end();
  return ink;
}

/** The strokes of that ink. @param {Session} session @returns {Stroke[]} */
export function strokesOf(session) {
  return [...inkOf(session).strokes];
}

/** What the ink of a session was taken for. @param {Session} session @returns {Recognition} */
export function recognitionOf(session) {
  return recognitionNamed(configOf(session)?.recognize);
}

/**
 * The part of a session that made what is on the pad at its end: since the pad was last empty.
 * @param {Session} session
 * @returns {Session | null} null if there is no such part, as when something older was restored
 */
export function lastDrawing(session) {
  const ink = new Ink();
  const replayer = new Replayer(ink);
  let first = 0;
  for (const { message } of acceptedMessages(session)) {
    const wasEmpty = ink.isEmpty;
    replayer.apply(message);
    if (wasEmpty) first = message.seq;
    // Ink that was sent whole came from elsewhere: nothing says how it was drawn.
    if (message.type === "ink" && message.strokes.length > 0) first = Infinity;
  }
  ink.end();
  const messages = session.messages.filter((entry) => {
    const content = "send" in entry ? entry.send : entry.recv ?? {};
    const { seq, type } = /** @type {{seq?: number | null, type?: string}} */ (content);
    // Examples are other drawings of the same person: no part of this one, and perhaps not for whom
    // it is for.
    return type !== "examples" && (seq == null || seq >= first);
  });
  const part = { ...session, messages };
  const isWhole = coordinatesOf(strokesOf(part)) === coordinatesOf(ink.strokes);
  return isWhole && !ink.isEmpty ? part : null;
}

/**
 * The same session on another canvas: as large as it can be there undistorted, and centred; a line
 * as high as the canvas, however wide that makes it.
 * @param {Session} session its canvas, where it names none, was as large as the other canvas, or
 *   as its ink if that is larger
 * @param {Size} canvas
 * @returns {Session}
 */
export function fitToCanvas(session, canvas) {
  const from = session.canvas ?? configOf(session)?.canvas
    ?? canvasAround(strokesOf(session), canvas);
  if (hasSegments(recognitionOf(session))) {
    canvas = { width: from.width * (canvas.height / from.height), height: canvas.height };
  }
  if (from.width === canvas.width && from.height === canvas.height) return { ...session, canvas };
  const scale = Math.min(canvas.width / from.width, canvas.height / from.height);
  const x0 = (canvas.width - from.width * scale) / 2;
  const y0 = (canvas.height - from.height * scale) / 2;
  const moved = (/** @type {import("./replayer.js").LooseStroke} */ columns) => ({
    ...columns,
    x: columns.x.map((x) => x * scale + x0),
    y: columns.y.map((y) => y * scale + y0),
    ...(columns.width === undefined ? {} : { width: columns.width * scale }),
  });
  const messages = session.messages.map((entry) => {
    if (!("send" in entry)) return entry;
    const message = /** @type {DrawingMessage | {type: "config"}} */ (entry.send);
    if (message.type === "points") return { ...entry, send: moved(message) };
    if (message.type === "ink") {
      return { ...entry, send: { ...message, strokes: message.strokes.map(moved) } };
    }
    return message.type === "config" ? { ...entry, send: { ...message, canvas } } : entry;
  });
  return { ...session, canvas, messages };
}

/**
 * A session file of bare strokes, timed by their own times, with the messages that the page would
 * have sent.
 * @param {readonly Stroke[]} strokes
 * @param {Size} canvas
 * @param {object} [about]
 * @param {Answer | null} [about.answer] to all of them
 * @param {string | null | undefined} [about.label] what they mean; undefined where nobody has said
 * @param {Recognition} [about.recognize] what they are taken for
 * @param {readonly NumberedPin[]} [about.pins]
 * @returns {Session}
 */
export function sessionOfStrokes(strokes, canvas, about = {}) {
  const { answer = null, label, recognize = "digit", pins = [] } = about;
  /** @type {Entry[]} */
  const messages = [{ at: 0, send: configMessage(canvas, recognize) }];
  let seq = 0;
  let ended_ms = 0;
  let shift_ms = -(strokes[0]?.t[0] ?? 0);
  for (const [number, stroke] of strokes.entries()) {
    const t = stroke.t;
    // Strokes that were brought together from several drawings are drawn one after the other.
    shift_ms = Math.max(shift_ms, ended_ms - (t[0] ?? 0));
    for (let from = 0, to; from < t.length; from = to) {
      const sent_ms = (t[from] ?? 0) + BATCH_MS;
      const later = t.findIndex((time_ms, i) => i > from && time_ms > sent_ms);
      to = later === -1 ? t.length : later;
      const end = to === t.length;
      ended_ms = (end ? t.at(-1) ?? 0 : sent_ms) + shift_ms;
      const send = pointsMessage(++seq, { ...stroke, number }, { from, to, end });
      // The page does not send the width, but a drawing that is replayed should look as it did.
      const { width } = stroke;
      messages.push({ at: ended_ms, send: width === undefined ? send : { ...send, width } });
    }
  }
  for (const pin of pins) {
    const pinned = strokes.flatMap((stroke, number) =>
      pin.strokes.includes(stroke.number) ? [{ ...stroke, number }] : []);
    messages.push({ at: ended_ms, send: correctMessage(++seq, pinned, pin.label) });
  }
  if (answer !== null) {
    messages.push({ at: ended_ms, recv: predictionOf(answer, seq, strokes.length) });
  }
  const meaning = label === undefined ? {} : { label };
  return { format: "ink-session", v: 1, ...meaning, canvas, messages };
}

/** @param {Answer} answer @param {number} seq @param {number} strokes */
function predictionOf({ label, p, rejected }, seq, strokes) {
  // How long it took is not known any more, but a prediction has to have these fields.
  const us = { wait: 0, raster: 0, infer: 0 };
  const top = [{ label, p }];
  return { type: "prediction", seq, final: true, empty: false, rejected, top, strokes, us };
}

/**
 * The configuration that a session was begun with, as far as the client sent any.
 * @param {Session} session
 * @returns {{canvas?: Size | null, recognize?: string} | undefined}
 */
function configOf({ messages }) {
  for (const entry of messages) {
    const sent = /** @type {any} */ ("send" in entry ? entry.send : {});
    if (sent.type === "config") return sent;
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

/** What two drawings of the same shape have in common. @param {readonly Stroke[]} strokes */
function coordinatesOf(strokes) {
  return JSON.stringify(strokes.map(({ x, y }) => [x, y]));
}
