// Playback: a session is drawn on an ink again, at its real speed.

import { readServerMessage } from "./server-messages.js";
import { acceptedMessages, Replayer } from "./replayer.js";

/**
 * @typedef {import("./ink.js").Ink} Ink
 * @typedef {import("./server-messages.js").Prediction} Prediction
 * @typedef {import("./replayer.js").DrawingMessage} DrawingMessage
 * @typedef {import("./session-file.js").Session} Session
 *
 * @typedef {object} PlaybackListener
 * @property {(answer: Prediction) => void} answer
 * @property {() => void} ended all of it is drawn, played to its end or stopped
 *
 * The current time, and a request to be called at the next moment that can be seen.
 * @typedef {object} Clock
 * @property {() => number} now
 * @property {(callback: () => void) => number} request
 * @property {(request: number) => void} cancel
 *
 * `due_ms` counts from the first change to the ink, and so do the times of its points once
 * `offset_ms` is added.
 * @typedef {{message: DrawingMessage} | {answer: Prediction}} Action
 * @typedef {{due_ms: number, offset_ms: number} & Action} Step
 */

/** Longer pauses are somebody who thinks or has left; shorter ones are part of the writing. */
export const LONGEST_PAUSE_MS = 2_000;

/** Does to an ink what was done in a session, in its own time, and reports the answers. */
export class Playback {
  #ink;
  #listener;
  #clock;
  /** @type {readonly Step[]} */ #steps;
  #next = 0;
  #replayer;
  #began_ms = 0;
  #isAdvancing = false;
  /** @type {number | null} */ #request = null;

  /**
   * @param {Session} session
   * @param {Ink} ink
   * @param {PlaybackListener} listener
   * @param {Clock} clock
   */
  constructor(session, ink, listener, clock) {
    this.#steps = stepsOf(session);
    this.#ink = ink;
    this.#listener = listener;
    this.#clock = clock;
    this.#replayer = new Replayer(ink);
  }

  get isPlaying() { return this.#request !== null; }

  /** Clears the ink, which can be undone, and plays from the beginning. */
  start() {
    if (this.isPlaying) return;
    this.#next = 0;
    this.#replayer = new Replayer(this.#ink);
    this.#began_ms = this.#clock.now();
    this.#ink.clear();
    this.#request = this.#clock.request(() => this.#advance());
  }

  /** Leaves the ink and the answer as they are at the end. */
  stop() {
    if (this.#request === null) return;
    this.#clock.cancel(this.#request);
    this.#request = null;
    // A listener of the ink may stop it: the change that the listener got has to be complete first.
    if (!this.#isAdvancing) this.#skip();
  }

  #skip() {
    const answers = [];
    for (const step of this.#steps.slice(this.#next)) {
      if ("answer" in step) answers.push(step.answer);
      else this.#draw(step.message, step.offset_ms);
    }
    const last = answers.at(-1);
    if (last !== undefined) this.#answer(last);
    this.#end();
  }

  #advance() {
    const elapsed_ms = this.#clock.now() - this.#began_ms;
    this.#isAdvancing = true;
    while (this.isPlaying) {
      const step = this.#steps[this.#next];
      if (step === undefined || step.due_ms > elapsed_ms) break;
      this.#next += 1;
      if ("answer" in step) this.#answer(step.answer);
      else this.#draw(step.message, step.offset_ms);
    }
    this.#isAdvancing = false;
    if (!this.isPlaying) this.#skip();
    else if (this.#next === this.#steps.length) this.#end();
    else this.#request = this.#clock.request(() => this.#advance());
  }

  /** @param {DrawingMessage} message @param {number} offset_ms */
  #draw(message, offset_ms) {
    // The times are the pad's, whose next point has to be later than these.
    this.#replayer.apply(message, this.#began_ms + offset_ms);
  }

  /**
   * Reports an answer, whose characters name their strokes as the ink does.
   * @param {Prediction} answer
   */
  #answer(answer) {
    const { segments } = answer;
    if (segments === undefined) return this.#listener.answer(answer);
    this.#listener.answer({
      ...answer,
      segments: segments.map((segment) => (
        { ...segment, strokes: this.#replayer.inkNumbers(segment.strokes) })),
    });
  }

  #end() {
    this.#request = null;
    this.#next = this.#steps.length;
    this.#ink.end();
    this.#listener.ended();
  }
}

/**
 * The steps in the order of their times, without the longest pauses.
 * @param {Session} session
 * @returns {Step[]}
 */
function stepsOf(session) {
  const timed = [...pointByPoint(session), ...answersOf(session)]
    .sort((one, other) => one.at - other.at);
  const first = timed.find((step) => "message" in step);
  // Answers from before the first ink, if any, are nothing to wait for either.
  const start_ms = first?.at ?? 0;
  const message = first !== undefined && "message" in first ? first.message : null;
  const startOfInk_ms = message?.type === "points" ? message.t[0] ?? 0 : 0;
  let before_ms = start_ms;
  let cut_ms = 0;
  return timed.map(({ at, ...action }) => {
    cut_ms += Math.max(at - before_ms - LONGEST_PAUSE_MS, 0);
    before_ms = Math.max(at, before_ms);
    return { due_ms: at - start_ms - cut_ms, offset_ms: -startOfInk_ms - cut_ms, ...action };
  });
}

/**
 * Each point of a message on its own, at the time when it was drawn: as much before the message as
 * before the last point in it.
 * @param {Session} session
 * @returns {{at: number, message: DrawingMessage}[]}
 */
function pointByPoint(session) {
  const steps = [];
  let drawn_ms = -Infinity;
  for (const { at, message } of acceptedMessages(session)) {
    if (message.type === "points") {
      const { x, y, t, p } = message;
      const last_ms = t.at(-1) ?? 0;
      for (const [i, time_ms] of t.entries()) {
        drawn_ms = Math.max(drawn_ms, at - (last_ms - time_ms));
        const point = {
          x: x.slice(i, i + 1), y: y.slice(i, i + 1), t: [time_ms], p: p?.slice(i, i + 1) ?? null,
        };
        const end = message.end === true && i === t.length - 1;
        steps.push({ at: drawn_ms, message: { ...message, ...point, end } });
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
