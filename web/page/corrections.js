// Corrections: the reader says what a drawing is, and the service stores it with their consent.

import { authorization } from "../core/messages.js";
import { newId } from "./drawings.js";
import { readSetting, writeSetting } from "./settings.js";

/**
 * @typedef {object} CorrectionControls
 * @property {HTMLElement} row
 * @property {HTMLElement} digits
 * @property {HTMLDialogElement} consent
 * @property {HTMLButtonElement} reconsider
 * @property {HTMLButtonElement} withdraw
 *
 * @typedef {object} CorrectionsOptions
 * @property {import("../js/recognizer.js").InkRecognizer} recognizer
 * @property {import("./drawings.js").Drawings} drawings
 * @property {CorrectionControls} controls
 * @property {string | null} token
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {(text: string) => void} notify
 * @property {AbortSignal} signal
 */

const GRANTED = "granted";
const REFUSED = "refused";
const NO_DIGIT = "";

export class Corrections {
  #recognizer;
  #drawings;
  #controls;
  #token;
  #translate;
  #notify;
  #signal;

  /** @param {CorrectionsOptions} options */
  constructor({ recognizer, drawings, controls, token, translate, notify, signal }) {
    this.#recognizer = recognizer;
    this.#drawings = drawings;
    this.#controls = controls;
    this.#token = token;
    this.#translate = translate;
    this.#notify = notify;
    this.#signal = signal;
    recognizer.addEventListener("ready", () => this.showLabels(), { signal });
    for (const type of ["inkchange", "interim", "prediction", "rejected", "playing"]) {
      recognizer.addEventListener(type, () => this.refresh(), { signal });
    }
    controls.digits.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button !== null) this.#choose(button.value === NO_DIGIT ? null : button.value);
    }, { signal });
    controls.withdraw.addEventListener("click", () => this.#withdraw(), { signal });
    controls.reconsider.addEventListener("click", () => this.#askConsent(), { signal });
    this.refresh();
  }

  /** Whether there is an answer that can be corrected. */
  get #isIdle() { return this.#recognizer.answer === null || this.#recognizer.isEmpty; }

  /** Hides the row while there is no answer; it keeps its place, so that nothing moves. */
  refresh() {
    const { row, digits, reconsider, withdraw } = this.#controls;
    row.dataset["idle"] = String(this.#isIdle);
    const { id, label } = this.#drawings;
    for (const button of digits.querySelectorAll("button")) {
      const isChosen = id !== null && label !== undefined && button.value === (label ?? NO_DIGIT);
      button.ariaPressed = String(isChosen);
    }
    withdraw.hidden = readSetting("giver") === null;
    reconsider.hidden = readSetting("consent") !== REFUSED || !this.#recognizer.keeps;
  }

  /** Shows the labels, which have changed, or the language has. */
  showLabels() {
    const { digits } = this.#controls;
    const labels = [...this.#recognizer.labels, NO_DIGIT];
    const shown = [...digits.querySelectorAll("button")];
    // After a lost connection they are the same, and one of them may have the focus.
    if (labels.join() !== shown.map((button) => button.value).join()) {
      digits.replaceChildren(...labels.map((label) => {
        const button = document.createElement("button");
        button.type = "button";
        button.value = label;
        return button;
      }));
    }
    for (const button of digits.querySelectorAll("button")) {
      button.textContent = button.value === NO_DIGIT ? this.#translate("none") : button.value;
    }
    this.refresh();
  }

  /** @param {string | null} label */
  async #choose(label) {
    if (this.#isIdle) return;
    this.#drawings.correct(label);
    this.refresh();
    if (!this.#recognizer.keeps) return this.#notify(this.#translate("noted"));
    if (readSetting("consent") === null) await this.#askConsent();
    if (readSetting("consent") !== GRANTED) return this.#notify(this.#translate("noted"));
    await this.#submit(label);
    this.refresh();
  }

  /** Asks once, and remembers either answer; a dialog closed without one is a no for now. */
  async #askConsent() {
    const { consent } = this.#controls;
    consent.returnValue = "";
    consent.showModal();
    await new Promise((done) => {
      consent.addEventListener("close", done, { once: true, signal: this.#signal });
    });
    const { returnValue } = consent;
    if (returnValue === GRANTED || returnValue === REFUSED) writeSetting("consent", returnValue);
    this.refresh();
  }

  /** @param {string | null} label */
  async #submit(label) {
    const giver = readSetting("giver") ?? newId();
    writeSetting("giver", giver);
    const drawing = this.#drawings.id;
    const session = { ...await this.#drawings.session(), label };
    const sample = { giver, drawing, label, session };
    const stored = await this.#request("POST", sample);
    this.#notify(this.#translate(stored === null ? "notKept" : "kept"));
  }

  async #withdraw() {
    const answer = await this.#request("DELETE", { giver: readSetting("giver") });
    if (answer === null) return this.#notify(this.#translate("notWithdrawn"));
    writeSetting("giver", null);
    writeSetting("consent", null);
    this.refresh();
    this.#notify(this.#translate("withdrawn", { count: Number(answer["deleted"]) }));
  }

  /**
   * @param {"POST" | "DELETE"} method
   * @param {unknown} content
   * @returns {Promise<Record<string, unknown> | null>} null if it was not done
   */
  async #request(method, content) {
    const headers = { "Content-Type": "application/json", ...authorization(this.#token) };
    const body = JSON.stringify(content);
    try {
      const response = await fetch("ink", { method, headers, body, signal: this.#signal });
      return response.ok ? await response.json() : null;
    } catch {
      return null; // There is no network.
    }
  }
}
