// A stroke point comes back here as an answer: the likeliest digits with their probabilities, what the network saw, and how long it took.

import { element } from "../dom/elements.js";

/**
 * @typedef {import("../core/messages.js").Prediction} Prediction
 * @typedef {import("../core/messages.js").Candidate} Candidate
 * @typedef {import("../core/i18n.js").Say} Say
 * @typedef {"empty" | "interim" | "final" | "rejected"} AnswerState
 * @typedef {{label: HTMLElement, fill: HTMLElement, share: HTMLElement, row: HTMLElement}} Row
 */

const DELAY_EVERY_MS = 500; // A number that changes faster, while the pen moves, cannot be read.

export class Answers {
  #root;
  #announcement;
  #digit;
  #caption;
  #saw;
  #total;
  #parts;
  /** @type {Row[]} */ #rows;
  /** @type {Say} */ #say;
  #hasPicture = false;
  /** @type {{total_ms: number, us: import("../core/messages.js").Microseconds} | null} */ #delay = null;
  #delayShown_ms = -Infinity;
  #freshSeq = 0;

  /** @param {HTMLElement} root @param {HTMLElement} announcement what is announced, politely @param {Say} say */
  constructor(root, announcement, say) {
    this.#root = root;
    this.#announcement = announcement;
    this.#say = say;
    this.#digit = element(root, ".digit", HTMLElement);
    this.#caption = element(root, ".caption", HTMLElement);
    this.#saw = element(root, ".saw img", HTMLImageElement);
    this.#total = element(root, ".total", HTMLElement);
    this.#parts = element(root, ".parts", HTMLElement);
    this.#rows = [...root.querySelectorAll(".answer")].map((row) => ({
      row: /** @type {HTMLElement} */ (row),
      label: element(row, ".label", HTMLElement),
      fill: element(row, ".fill", HTMLElement),
      share: element(row, ".share", HTMLElement),
    }));
    this.#enter("empty", []);
  }

  /** @param {Say} say */
  speak(say) {
    this.#say = say;
    this.#caption.textContent = this.#captionOf(/** @type {AnswerState} */ (this.#root.dataset["state"]));
    this.#showDelay();
  }

  /** @param {string} words for those who do not see the page */
  announce(words) { this.#announcement.textContent = words; }

  /**
   * The ink has changed: what is shown no longer speaks of it, and neither do answers still on their way.
   * @param {boolean} isEmpty
   * @param {number} nextSeq the first message that tells the server
   */
  outdate(isEmpty, nextSeq) {
    this.#freshSeq = nextSeq;
    if (isEmpty) this.#enter("empty", []);
    else if (this.#root.dataset["state"] !== "empty") this.#root.dataset["state"] = "interim";
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
    this.#enter(stateOf(answer), answer.top);
    if (answer.final) this.announce(this.#wordsOf(answer));
  }

  /** @param {AnswerState} state @param {readonly Candidate[]} top */
  #enter(state, top) {
    if (state === "empty") this.#hasPicture = false;
    this.#root.dataset["state"] = state;
    this.#digit.textContent = state === "empty" ? "" : state === "rejected" ? "?" : top[0]?.label ?? "";
    this.#caption.textContent = this.#captionOf(state);
    this.#saw.hidden = !this.#hasPicture;
    this.#rows.forEach((parts, rank) => showCandidate(parts, top[rank]));
  }

  /** @param {AnswerState} state */
  #captionOf(state) {
    return state === "rejected" ? this.#say("notDigit") : state === "empty" ? this.#say("drawSomething") : "";
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
    this.#total.textContent = this.#say("delay", { total: Math.max(Math.round(total_ms), 1) });
    const parts = { way: ms(way_us), wait: ms(us.wait), raster: ms(us.raster), infer: ms(us.infer) };
    this.#parts.replaceChildren(...this.#say("delayParts", parts).split(" · ").map((words) => {
      const span = document.createElement("span");
      span.textContent = words;
      return span;
    }));
  }

  /** What a screen reader says. @param {Prediction} answer */
  #wordsOf(answer) {
    const best = answer.top[0];
    if (answer.empty || best === undefined) return this.#say("saidEmpty");
    return answer.rejected ? this.#say("saidRejected") : this.#say("saidDigit", { label: best.label, percent: percent(best.p) });
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

/** Tenths of a millisecond. @param {number} us */
function ms(us) {
  return (us / 1000).toFixed(1);
}
