// A stroke point is drawn a second time here, when it was drawn the first time: a session plays at its real speed. No DOM.

import { BATCH_MS, configMessage, pointsMessage, readServerMessage, TOP } from "./messages.js";
import { Scribe } from "./replayer.js";
import { takenFrom } from "./session-file.js";

/**
 * @typedef {import("./ink.js").Ink} Ink
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {import("./messages.js").Prediction} Prediction
 * @typedef {import("./messages.js").Size} Size
 * @typedef {import("./replayer.js").DrawingMessage} DrawingMessage
 * @typedef {import("./session-file.js").Session} Session
 * @typedef {{label: string, p: number, rejected: boolean}} Answer
 *
 * @typedef {object} PlaybackListener
 * @property {(answer: Prediction) => void} answer
 * @property {() => void} ended all of it is there, played to its end or stopped
 *
 * Where time comes from, and when to look at it again.
 * @typedef {{now: () => number, request: (look: () => void) => number, cancel: (request: number) => void}} Clock
 *
 * `due_ms` counts from the first change to the ink, and so do the times of its points once `offset_ms` is added.
 * @typedef {{due_ms: number, offset_ms: number} & ({message: DrawingMessage} | {answer: Prediction})} Step
 */

/** Longer ones are somebody who thinks or has gone away; shorter ones are part of how it was written. */
export const LONGEST_PAUSE_MS = 2_000;

/** @type {Clock} */
const SCREEN = {
  now: () => performance.now(),
  request: (look) => requestAnimationFrame(look),
  cancel: (request) => cancelAnimationFrame(request),
};

/** Does to an ink what was done in a session, in its own time, and tells the answers as they came. */
export class Playback {
  #ink;
  #listener;
  #clock;
  /** @type {readonly Step[]} */ #steps;
  #next = 0;
  #scribe;
  #began_ms = 0;
  #isLooking = false;
  /** @type {number | null} */ #request = null;

  /** @param {Session} session @param {Ink} ink @param {PlaybackListener} listener @param {Clock} [clock] */
  constructor(session, ink, listener, clock = SCREEN) {
    this.#steps = stepsOf(session);
    this.#ink = ink;
    this.#listener = listener;
    this.#clock = clock;
    this.#scribe = new Scribe(ink);
  }

  get isPlaying() { return this.#request !== null; }

  /** Clears the ink, which can be undone, and plays from the beginning. */
  start() {
    if (this.isPlaying) return;
    this.#next = 0;
    this.#scribe = new Scribe(this.#ink);
    this.#began_ms = this.#clock.now();
    this.#ink.clear();
    this.#request = this.#clock.request(() => this.#look());
  }

  /** Leaves the ink and the answer as they are at the end. */
  stop() {
    if (this.#request === null) return;
    this.#clock.cancel(this.#request);
    this.#request = null;
    // Told to by somebody who was told of a change: that change has to be done with first.
    if (!this.#isLooking) this.#skip();
  }

  #skip() {
    const answers = [];
    for (const step of this.#steps.slice(this.#next)) {
      if ("answer" in step) answers.push(step.answer);
      else this.#draw(step.message, step.offset_ms);
    }
    const last = answers.at(-1);
    if (last !== undefined) this.#listener.answer(last);
    this.#end();
  }

  #look() {
    const elapsed_ms = this.#clock.now() - this.#began_ms;
    this.#isLooking = true;
    for (let step; this.isPlaying && (step = this.#steps[this.#next]) !== undefined && step.due_ms <= elapsed_ms;) {
      this.#next += 1;
      if ("answer" in step) this.#listener.answer(step.answer);
      else this.#draw(step.message, step.offset_ms);
    }
    this.#isLooking = false;
    if (!this.isPlaying) this.#skip();
    else if (this.#next === this.#steps.length) this.#end();
    else this.#request = this.#clock.request(() => this.#look());
  }

  /** @param {DrawingMessage} message @param {number} offset_ms */
  #draw(message, offset_ms) {
    // In the time of the pad, whose next point has to come later than these.
    this.#scribe.take(message, this.#began_ms + offset_ms);
  }

  #end() {
    this.#request = null;
    this.#next = this.#steps.length;
    this.#ink.end();
    this.#listener.ended();
  }
}

/**
 * A session file of bare strokes, by their own times, with the messages that the page would have sent.
 * @param {readonly Stroke[]} strokes
 * @param {Size} canvas
 * @param {Answer | null} [answer] to all of them
 * @param {string | null} [label] what they mean; undefined where nobody has said
 * @returns {Session}
 */
export function sessionOfStrokes(strokes, canvas, answer = null, label = undefined) {
  /** @type {import("../element/recorder.js").Entry[]} */
  const messages = [{ at: 0, send: configMessage(canvas, TOP) }];
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
      const isLast = to === t.length;
      ended_ms = (isLast ? t.at(-1) ?? 0 : sent_ms) + shift_ms;
      const send = pointsMessage(++seq, { ...stroke, number }, from, to, isLast);
      // The page does not send this, but a drawing that is played again should look as it did.
      messages.push({ at: ended_ms, send: stroke.width === undefined ? send : { ...send, width: stroke.width } });
    }
  }
  if (answer !== null) messages.push({ at: ended_ms, recv: predictionOf(answer, seq, strokes.length) });
  return { format: "ink-session", v: 1, ...(label === undefined ? {} : { label }), canvas, messages };
}

/** @param {Answer} answer @param {number} seq @param {number} strokes */
function predictionOf({ label, p, rejected }, seq, strokes) {
  // How long it took is not known any more, but whoever reads a prediction expects to be told.
  const us = { wait: 0, raster: 0, infer: 0 };
  return { type: "prediction", seq, final: true, empty: false, rejected, top: [{ label, p }], strokes, us };
}

/** @param {Session} session @returns {Step[]} in the order of their times, without the longest pauses */
function stepsOf(session) {
  const timed = [...pointByPoint(session), ...answersOf(session)].sort((one, other) => one.at - other.at);
  const first = timed.find((step) => "message" in step);
  // What was answered before there was ink, if anything, is nothing to wait for either.
  const start_ms = first?.at ?? 0;
  const startOfInk_ms = first !== undefined && "message" in first && first.message.type === "points" ? first.message.t[0] ?? 0 : 0;
  let before_ms = start_ms;
  let cut_ms = 0;
  return timed.map(({ at, ...what }) => {
    cut_ms += Math.max(at - before_ms - LONGEST_PAUSE_MS, 0);
    before_ms = Math.max(at, before_ms);
    return { due_ms: at - start_ms - cut_ms, offset_ms: -startOfInk_ms - cut_ms, ...what };
  });
}

/**
 * Each point of a message on its own, when it was drawn: as much before the message as before the last point in it.
 * @param {Session} session
 * @returns {{at: number, message: DrawingMessage}[]}
 */
function pointByPoint(session) {
  const steps = [];
  let drawn_ms = -Infinity;
  for (const { at, message } of takenFrom(session)) {
    if (message.type === "points") {
      const { x, y, t, p } = message;
      const last_ms = t.at(-1) ?? 0;
      for (const [i, time_ms] of t.entries()) {
        drawn_ms = Math.max(drawn_ms, at - (last_ms - time_ms));
        const point = { x: x.slice(i, i + 1), y: y.slice(i, i + 1), t: [time_ms], p: p?.slice(i, i + 1) ?? null };
        steps.push({ at: drawn_ms, message: { ...message, ...point, end: message.end === true && i === t.length - 1 } });
      }
      if (t.length > 0) continue;
    }
    drawn_ms = Math.max(drawn_ms, at);
    steps.push({ at: drawn_ms, message });
  }
  return steps;
}

/** @param {Session} session @returns {{at: number, answer: Prediction}[]} */
function answersOf(session) {
  const answers = [];
  for (const entry of session.messages) {
    const answer = "recv" in entry ? readServerMessage(JSON.stringify(entry.recv)) : null;
    if (answer?.type === "prediction") answers.push({ at: entry.at, answer });
  }
  return answers;
}
