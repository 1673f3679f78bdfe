// A stroke point comes back here as an answer: the likeliest digits with their probabilities, and how the connection is.

/**
 * @typedef {import("./messages.js").Prediction} Prediction
 * @typedef {import("./messages.js").Candidate} Candidate
 * @typedef {import("./messages.js").Refusal} Refusal
 * @typedef {import("./socket.js").SocketState} SocketState
 * @typedef {"empty" | "interim" | "final" | "rejected"} AnswerState
 * @typedef {{label: HTMLElement, fill: HTMLElement, share: HTMLElement, row: HTMLElement}} Row
 */

const ROUND_TRIP_EVERY_MS = 500; // A number that changes faster cannot be read.

/** What a fatal refusal means for the reader, for as long as there is no connection. @type {Record<string, string>} */
const CLOSED_WORDS = {
  idle: "resting · draw to go on",
  internal: "the server stumbled · reconnecting",
  version: "this page is out of date · please reload it",
};

/** What a refusal that leaves the connection open means for the reader. @type {Record<string, string>} */
const REFUSAL_WORDS = {
  limit: "That is more ink than the server can hold. Undo or clear to go on.",
};
const OTHER_REFUSAL_WORDS = "The server did not follow, so it gets the whole drawing again.";

export class Answers {
  #root;
  #status;
  #digit;
  #caption;
  #statusWords;
  #notice;
  #announcement;
  /** @type {Row[]} */ #rows;
  #freshSeq = 0;
  #shownSeq = 0;
  #hasConnected = false;
  #roundTripShown_ms = -Infinity;
  /** @type {string | undefined} */ #closedWords;

  /** @param {HTMLElement} root @param {HTMLElement} status @param {HTMLElement} notice @param {HTMLElement} announcement */
  constructor(root, status, notice, announcement) {
    this.#root = root;
    this.#status = status;
    this.#notice = notice;
    this.#announcement = announcement;
    this.#digit = part(root, ".digit");
    this.#caption = part(root, ".caption");
    this.#statusWords = part(status, ".words");
    this.#rows = [...root.querySelectorAll(".answer")].map((row) => ({
      row: /** @type {HTMLElement} */ (row),
      label: part(row, ".label"),
      fill: part(row, ".fill"),
      share: part(row, ".share"),
    }));
  }

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

  /** @param {Prediction} answer @param {number | null} roundTrip_ms */
  show(answer, roundTrip_ms) {
    this.#showRoundTrip(roundTrip_ms);
    if (answer.seq < this.#freshSeq || answer.seq < this.#shownSeq) return;
    this.#shownSeq = answer.seq;
    this.#root.dataset["seq"] = String(answer.seq);
    this.#enter(stateOf(answer), answer.top);
    if (!answer.final) return;
    this.#notice.textContent = "";
    this.#announcement.textContent = words(answer);
  }

  /** @param {SocketState} state */
  connection(state) {
    const lost = "reconnecting · your drawing is kept";
    if (state === "open") {
      this.#hasConnected = true;
      this.#closedWords = undefined;
      this.#roundTripShown_ms = -Infinity;
      this.#notice.textContent = "";
    }
    this.#status.dataset["state"] = state;
    this.#statusWords.textContent = {
      open: "connected",
      full: "the server is full · trying again soon",
      closed: this.#closedWords ?? lost,
      connecting: this.#closedWords ?? (this.#hasConnected ? lost : "connecting"),
    }[state];
  }

  /** @param {Refusal} refusal */
  refuse(refusal) {
    if (refusal.fatal) this.#closedWords = CLOSED_WORDS[refusal.code];
    else this.#notice.textContent = REFUSAL_WORDS[refusal.code] ?? OTHER_REFUSAL_WORDS;
  }

  /** @param {AnswerState} state @param {readonly Candidate[]} top */
  #enter(state, top) {
    this.#root.dataset["state"] = state;
    this.#digit.textContent = state === "empty" ? "" : state === "rejected" ? "?" : top[0]?.label ?? "";
    this.#caption.textContent = state === "rejected" ? "not a digit" : "";
    this.#rows.forEach((parts, rank) => showCandidate(parts, top[rank]));
  }

  /** @param {number | null} roundTrip_ms */
  #showRoundTrip(roundTrip_ms) {
    const now_ms = performance.now();
    if (roundTrip_ms === null || now_ms - this.#roundTripShown_ms < ROUND_TRIP_EVERY_MS) return;
    this.#roundTripShown_ms = now_ms;
    this.#statusWords.textContent = `connected · ${Math.max(Math.round(roundTrip_ms), 1)} ms`;
  }
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

/** What a screen reader says. @param {Prediction} answer */
function words(answer) {
  const best = answer.top[0];
  if (answer.empty || best === undefined) return "Empty";
  return answer.rejected ? "Not a digit" : `${best.label}, ${percent(best.p)}`;
}

/** Never 0 % or 100 %: no recognizer is that sure. @param {number} p */
function percent(p) {
  if (p < 0.005) return "<1%";
  return p >= 0.995 ? ">99%" : `${Math.round(p * 100)}%`;
}

/** @param {Element} root @param {string} selector @returns {HTMLElement} */
function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no ${selector}`);
  return found;
}
