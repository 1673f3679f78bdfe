// Display of answers: the likeliest digits with their probabilities, what the network saw, delays.

import { requireElement } from "../dom/elements.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("../core/server-messages.js").Candidate} Candidate
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {import("../core/server-messages.js").Timings} Timings
 * @typedef {"empty" | "interim" | "final" | "rejected"} AnswerState
 *
 * What shows answers in a way of its own, and has its own words for them.
 * @typedef {object} AnswerView
 * @property {(state: AnswerState, answer: Prediction | null) => void} show
 * @property {(answer: Prediction) => string} announcement
 *
 * @typedef {{label: HTMLElement, fill: HTMLElement, share: HTMLElement, row: HTMLElement}} Row
 */

const DELAY_EVERY_MS = 500; // A number that changes faster, while the pen moves, is unreadable.

export class Answers {
  #root;
  #announcement;
  #digit;
  #caption;
  #saw;
  #total;
  #parts;
  /** @type {Row[]} */ #rows;
  /** @type {Translate} */ #translate;
  /** @type {Prediction | null} */ #answer = null;
  /** @type {AnswerView | null} */ #view = null;
  /** What to say of ink that is none of what it reads. */ refusal = "notDigit";
  #hasPicture = false;
  /** @type {{total_ms: number, us: Timings} | null} */ #delay = null;
  #delayShown_ms = -Infinity;
  #freshSeq = 0;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} announcement a polite live region
   * @param {Translate} translate
   */
  constructor(root, announcement, translate) {
    this.#root = root;
    this.#announcement = announcement;
    this.#translate = translate;
    this.#digit = requireElement(root, ".digit", HTMLElement);
    this.#caption = requireElement(root, ".caption", HTMLElement);
    this.#saw = requireElement(root, ".saw img", HTMLImageElement);
    this.#total = requireElement(root, ".total", HTMLElement);
    this.#parts = requireElement(root, ".parts", HTMLElement);
    this.#rows = [...root.querySelectorAll(".answer")].map((row) => ({
      row: /** @type {HTMLElement} */ (row),
      label: requireElement(row, ".label", HTMLElement),
      fill: requireElement(row, ".fill", HTMLElement),
      share: requireElement(row, ".share", HTMLElement),
    }));
    this.#enter("empty", null);
  }

  /** @param {AnswerView | null} view null for the usual one */
  set view(view) {
    this.#view = view;
    this.#enter(this.#state, this.#answer);
  }

  get #state() { return /** @type {AnswerState} */ (this.#root.dataset["state"]); }

  /** Changes the language. @param {Translate} translate */
  localize(translate) {
    this.#translate = translate;
    this.#caption.textContent = this.#captionOf(this.#state);
    this.#view?.show(this.#state, this.#answer);
    this.#showDelay();
  }

  /** @param {string} text for those who do not see the page */
  announce(text) { this.#announcement.textContent = text; }

  /**
   * Marks what is shown as out of date, because the ink has changed, and so all answers under way.
   * @param {boolean} isEmpty
   * @param {number} nextSeq the first message that tells the server of the change
   */
  invalidate(isEmpty, nextSeq) {
    this.#freshSeq = nextSeq;
    if (isEmpty) this.#enter("empty", null);
    else if (this.#state !== "empty") {
      this.#root.dataset["state"] = "interim";
      this.#view?.show("interim", this.#answer);
    }
  }

  /**
   * Shows an answer unless it is older than the ink, or than the one that is shown.
   * @param {Prediction} answer
   * @param {number | null} total_ms from when its message was sent to now
   * @returns {boolean} whether it is shown
   */
  show(answer, total_ms) {
    if (total_ms !== null) this.#measure(answer, total_ms);
    if (answer.seq < this.#freshSeq) return false;
    this.#freshSeq = answer.seq;
    this.present(answer);
    return true;
  }

  /** Shows an answer, whatever was before it. @param {Prediction} answer */
  present(answer) {
    this.#root.dataset["seq"] = String(answer.seq);
    // Not all interim answers have a picture; the one before is not much older.
    this.#hasPicture = answer.image !== null || (this.#hasPicture && !answer.final);
    if (answer.image !== null) this.#saw.src = answer.image;
    this.#enter(stateOf(answer), answer);
    if (answer.final) this.announce(this.#announcementOf(answer));
  }

  /** @param {AnswerState} state @param {Prediction | null} answer */
  #enter(state, answer) {
    const top = answer?.top ?? [];
    this.#answer = answer;
    if (state === "empty") this.#hasPicture = false;
    this.#root.dataset["state"] = state;
    this.#root.classList.toggle("learnt", answer?.learnt === true && state !== "rejected");
    const best = state === "rejected" ? "?" : top[0]?.label ?? "";
    this.#digit.textContent = state === "empty" ? "" : best;
    this.#caption.textContent = this.#captionOf(state);
    this.#saw.hidden = !this.#hasPicture;
    this.#rows.forEach((row, rank) => showCandidate(row, top[rank]));
    this.#view?.show(state, answer);
  }

  /** @param {AnswerState} state */
  #captionOf(state) {
    if (this.#view !== null) return "";
    if (state === "rejected") return this.#translate(this.refusal);
    if (this.#answer?.learnt) return this.#translate("learnt");
    return state === "empty" ? this.#translate("drawSomething") : "";
  }

  /** @param {Prediction} answer @param {number} total_ms */
  #measure({ final, us }, total_ms) {
    const now_ms = performance.now();
    if (!final && now_ms - this.#delayShown_ms < DELAY_EVERY_MS) return;
    this.#delayShown_ms = now_ms;
    this.#delay = { total_ms, us };
    this.#showDelay();
  }

  #showDelay() {
    if (this.#delay === null) return;
    const { total_ms, us } = this.#delay;
    const way_us = Math.max(total_ms * 1000 - us.wait - us.raster - us.infer, 0);
    const total = Math.max(Math.round(total_ms), 1);
    this.#total.textContent = this.#translate("delay", { total });
    const { wait, raster, infer } = us;
    const values = { way: ms(way_us), wait: ms(wait), raster: ms(raster), infer: ms(infer) };
    const parts = this.#translate("delayParts", values).split(" · ");
    this.#parts.replaceChildren(...parts.map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      return span;
    }));
  }

  /** What a screen reader says. @param {Prediction} answer */
  #announcementOf(answer) {
    const best = answer.top[0];
    if (answer.empty) return this.#translate("saidEmpty");
    if (this.#view !== null) return this.#view.announcement(answer);
    if (best === undefined) return this.#translate("saidEmpty");
    if (answer.rejected) return this.#translate(this.refusal);
    const said = this.#translate("saidDigit", { label: best.label, percent: percent(best.p) });
    return answer.learnt ? `${said}, ${this.#translate("learnt")}` : said;
  }
}

/** Never 0 % or 100 %: no recognizer is that sure. @param {number} p */
export function percent(p) {
  if (p < 0.005) return "<1%";
  return p >= 0.995 ? ">99%" : `${Math.round(p * 100)}%`;
}

/** @param {Row} parts @param {Candidate | undefined} candidate */
function showCandidate({ row, label, fill, share }, candidate) {
  if (candidate === undefined) {
    delete row.dataset["label"];
    delete row.dataset["p"];
  } else {
    row.dataset["label"] = candidate.label;
    row.dataset["p"] = String(candidate.p);
  }
  label.textContent = candidate?.label ?? "";
  share.textContent = candidate === undefined ? "" : percent(candidate.p);
  // The fill slides in its track instead of being stretched, which would squash its round end.
  fill.style.transform = `translateX(${((candidate?.p ?? 0) - 1) * 100}%)`;
}

/** @param {Prediction} answer @returns {AnswerState} */
function stateOf(answer) {
  if (answer.empty) return "empty";
  if (!answer.final) return "interim";
  return answer.rejected ? "rejected" : "final";
}

/** Milliseconds to a tenth. @param {number} us */
function ms(us) {
  return (us / 1000).toFixed(1);
}
