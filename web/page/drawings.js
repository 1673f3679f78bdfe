// Drawings: what is on the pad from its first stroke until the pad is empty, or has another one.
//
// Each drawing is stored on this device as it is drawn, and with its final answer once there is
// one. It can be restored, and has a session to play.

import { numberedPins } from "../core/messages.js";
import { answerOf } from "./drawing-store.js";

/**
 * @typedef {import("../core/ink.js").Change} Change
 * @typedef {import("../core/ink.js").Stroke} Stroke
 * @typedef {import("../core/messages.js").Recognition} Recognition
 * @typedef {import("../core/messages.js").ClientMessage} ClientMessage
 * @typedef {import("../core/session-file.js").Session} Session
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 * @typedef {import("./history.js").Drawing} Drawing
 * @typedef {import("./history.js").History} History
 *
 * What a drawing of this page has besides its ink.
 * @typedef {Pick<Drawing, "id" | "began" | "label"> & {recognize: Recognition}} Sheet
 *
 * @typedef {object} DrawingsOptions
 * @property {InkRecognizer} recognizer
 * @property {Promise<History>} history
 * @property {string | null | undefined} label what all drawings mean, for whoever makes recordings
 * @property {(recognize: Recognition) => void} turn has the pad read what comes to be on it
 * @property {(isStored: boolean) => void} onStored called when a drawing is stored, or cannot be
 * @property {AbortSignal} signal
 */

// A crash costs no more of a stroke under way.
const STORE_EVERY_MS = 500;
// Loaded with the first stroke: who never draws is spared it, and who draws has it even if the
// server goes away.
const sessionFile = () => import("../core/session-file.js");

export class Drawings {
  #recognizer;
  #history;
  #turn;
  #onStored;
  /** @type {string | null | undefined} what drawings mean until somebody corrects it */
  #defaultLabel;
  /** @type {Map<number, Sheet>} by the numbers of the ink, which an undo brings back */
  #sheets = new Map();
  /** @type {Sheet | null} that on the pad */ #sheet = null;
  /** @type {Sheet | null} that of the ink which is about to be on the pad */ #next = null;
  /** @type {Session | null} what was opened, until it is changed */ #opened = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #storing;
  #isConnected = false;
  #isReading = false;
  /** @type {Set<string>} ids of drawings that the service refuses */ #refused = new Set();

  /** @param {DrawingsOptions} options */
  constructor({ recognizer, history, label, turn, onStored, signal }) {
    this.#recognizer = recognizer;
    this.#history = history;
    this.#turn = turn;
    this.#onStored = onStored;
    recognizer.label = this.#defaultLabel = label;
    /** @param {string} type @param {(detail: any) => void} listener */
    const listen = (type, listener) => recognizer.addEventListener(type, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
    }, { signal });
    listen("inkchange", ({ kind, drawing }) => this.#follow(kind, drawing));
    for (const type of ["prediction", "rejected"]) {
      listen(type, ({ empty }) => empty ? void this.#readOthers() : void this.#store());
    }
    listen("connection", ({ state }) => { this.#isConnected = state === "open"; });
    listen("ready", () => this.#readOthers());
  }

  /** Names the drawing on the pad; null while that is empty. */
  get id() { return this.#sheet?.id ?? null; }
  /** What the drawing means, where somebody has said. @returns {string | null | undefined} */
  get label() { return this.#recognizer.label; }

  /** Sets what the drawing means. @param {string | null} label null for no digit */
  correct(label) {
    this.#recognizer.label = label;
    void this.#store();
  }

  /** Puts a drawing of the history on the pad. @param {Drawing} drawing */
  restore({ id, began, strokes, label, recognize = "digit", pins = [] }) {
    this.#next = { id, began, label, recognize };
    this.#recognizer.restore(strokes, pins);
  }

  /** Stores the drawing on the pad as what it is read as now. */
  readAnew() {
    if (this.#sheet === null) return;
    this.#sheet.recognize = this.#recognizer.recognize;
    void this.#store();
  }

  /** Puts the ink of a session on the pad. @param {Session} session on a canvas of this page */
  async open(session) {
    const { inkOf, recognitionOf } = await sessionFile();
    const { strokes, pins } = inkOf(session);
    this.#next = newSheet(session.label, recognitionOf(session));
    this.#recognizer.restore(strokes, numberedPins(pins));
    this.#opened = session;
    void this.#store();
  }

  /** The session of the drawing on the pad alone, without those before it. */
  async session() {
    if (this.#opened !== null) return this.#opened;
    const { ink: strokes, pins, recognize, session, size } = this.#recognizer;
    const [answer, label] = [this.#bestAnswer(), this.label];
    const { lastDrawing, sessionOfStrokes, strokesOf } = await sessionFile();
    const recorded = lastDrawing(session);
    // After a lost connection, or an undo that reaches back to another drawing, the strokes' own
    // times tell more than the recording.
    if (recorded !== null && strokesOf(recorded).length === strokes.length) {
      return withWidths(recorded, strokes);
    }
    return sessionOfStrokes(strokes, size, { answer, label, recognize, pins });
  }

  /** The likeliest candidate of the newest final answer. */
  #bestAnswer() {
    const { answer } = this.#recognizer;
    return answer === null || answer.empty ? null : answerOf(answer);
  }

  /** @param {Change["kind"]} kind @param {number} number of the drawing on the pad */
  #follow(kind, number) {
    clearInterval(this.#storing);
    if (this.#recognizer.isPlaying) {
      // What is played is the drawing that was on the pad.
      if (number !== 0 && this.#sheet !== null) this.#sheets.set(number, this.#sheet);
      return;
    }
    this.#opened = null;
    const before = this.#sheet;
    const isKnown = this.#turnTo(number);
    if (kind === "begin") {
      void sessionFile().catch(() => null);
      this.#storing = setInterval(() => this.#store({ isUnderWay: true }), STORE_EVERY_MS);
    } else if (kind === "abandon" && number === 0 && before !== null) {
      void this.#forget(before.id);
    } else if (!isKnown || this.#sheet === before) {
      // What an undo or the history brings back is stored already, perhaps with its answer.
      void this.#store();
    }
  }

  /**
   * Turns to the drawing with this number.
   * @param {number} number
   * @returns {boolean} whether it was there before
   */
  #turnTo(number) {
    const known = this.#next ?? this.#sheets.get(number);
    const { recognize } = this.#recognizer;
    const sheet = number === 0 ? null : known ?? newSheet(this.#defaultLabel, recognize);
    this.#next = null;
    if (sheet === this.#sheet) return true;
    // The label of the drawing before is not this one's, nor that of its session file.
    if (this.#sheet !== null) this.#sheet.label = this.label;
    if (sheet !== null) {
      this.#sheets.set(number, sheet);
      this.#recognizer.label = sheet.label;
    }
    this.#sheet = sheet;
    if (sheet !== null && sheet.recognize !== recognize) this.#turn(sheet.recognize);
    return known !== undefined;
  }

  /** @param {{isUnderWay?: boolean}} [options] */
  async #store(options) {
    const { ink, pins, unfinished } = this.#recognizer;
    const strokes = unfinished === null ? ink : [...ink, unfinished];
    if (this.#sheet === null || strokes.length === 0) return;
    const { id, began, recognize } = this.#sheet;
    const drawing = {
      id, began, strokes, answer: this.#bestAnswer(),
      ...(this.label === undefined ? {} : { label: this.label }),
      ...(recognize === "digit" ? {} : { recognize }),
      ...(pins.length === 0 ? {} : { pins }),
    };
    this.#onStored(await (await this.#history).keep(drawing, options));
  }

  /** @param {string} id */
  async #forget(id) { await (await this.#history).delete(id); }

  /** Has the service read the stored drawings that have no answer, but for that on the pad. */
  async #readOthers() {
    if (this.#isReading || !this.#isConnected) return;
    this.#isReading = true;
    const isOther = (/** @type {Drawing} */ { id }) => id !== this.id && !this.#refused.has(id);
    try {
      const history = await this.#history;
      const unread = (await history.all()).filter((each) => each.answer === null && isOther(each));
      if (unread.length === 0) return;
      const { readUnread } = await import("./unread.js");
      for (const { id } of await readUnread(unread, this.#recognizer, history)) {
        this.#refused.add(id);
      }
    } finally {
      this.#isReading = false;
    }
  }
}

/**
 * @param {string | null | undefined} label what it means
 * @param {Recognition} recognize what it is read as
 * @returns {Sheet}
 */
function newSheet(label, recognize) {
  return { id: newId(), began: new Date().toISOString(), label, recognize };
}

/**
 * A session whose points have the widths of the pen, which are sent to no server.
 * @param {Session} session
 * @param {readonly Stroke[]} strokes of the same drawing
 * @returns {Session}
 */
function withWidths(session, strokes) {
  const widths = new Map(strokes.map(({ number, width }) => [number, width]));
  const messages = session.messages.map((entry) => {
    if (!("send" in entry)) return entry;
    const send = /** @type {ClientMessage} */ (entry.send);
    const width = send.type === "points" ? widths.get(send.stroke) : undefined;
    return width === undefined ? entry : { ...entry, send: { ...send, width } };
  });
  return { ...session, messages };
}

/** 128 random bits. (`crypto.randomUUID` exists over https only, which many homes lack.) */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
