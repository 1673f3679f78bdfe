// A stroke point becomes an example here: somebody says what the drawing is, and, with consent, the service keeps it to learn from.

import { newId } from "./drawings.js";
import { authorization } from "../core/messages.js";
import { choose, setting } from "./settings.js";

/**
 * @typedef {import("./drawings.js").Drawings} Drawings
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 * @typedef {import("../core/i18n.js").Say} Say
 * @typedef {{row: HTMLElement, digits: HTMLElement, consent: HTMLDialogElement,
 *   reconsider: HTMLButtonElement, withdraw: HTMLButtonElement}} CorrectControls
 */

const GRANTED = "granted";
const REFUSED = "refused";
const NO_DIGIT = "";

export class Correct {
  #recognizer;
  #drawings;
  #controls;
  #token;
  #notice;
  #signal;
  #say;

  /**
   * @param {InkRecognizer} recognizer
   * @param {Drawings} drawings
   * @param {CorrectControls} controls
   * @param {string | null} token
   * @param {Say} say in the language of the moment
   * @param {(words: string) => void} notice
   * @param {AbortSignal} signal
   */
  constructor(recognizer, drawings, controls, token, say, notice, signal) {
    this.#recognizer = recognizer;
    this.#drawings = drawings;
    this.#controls = controls;
    this.#token = token;
    this.#notice = notice;
    this.#signal = signal;
    this.#say = say;
    recognizer.addEventListener("ready", () => this.showLabels(), { signal });
    for (const type of ["inkchange", "interim", "prediction", "rejected", "playing"]) {
      recognizer.addEventListener(type, () => this.refresh(), { signal });
    }
    controls.digits.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (button !== null) this.#choose(button.value === NO_DIGIT ? null : button.value);
    }, { signal });
    controls.withdraw.addEventListener("click", () => this.#withdraw(), { signal });
    controls.reconsider.addEventListener("click", () => this.#ask(), { signal });
    this.refresh();
  }

  /** There is something to say only while there is an answer; the row keeps its place, so that nothing moves under the hand. */
  refresh() {
    const { row, digits, reconsider, withdraw } = this.#controls;
    row.dataset["idle"] = String(this.#recognizer.answer === null || this.#recognizer.isEmpty);
    const { id, label } = this.#drawings;
    for (const button of digits.querySelectorAll("button")) {
      button.ariaPressed = String(id !== null && label !== undefined && button.value === (label ?? NO_DIGIT));
    }
    withdraw.hidden = setting("giver") === null;
    reconsider.hidden = setting("consent") !== REFUSED || !this.#recognizer.keeps;
  }

  /** After the labels, or the language, have changed. */
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
      button.textContent = button.value === NO_DIGIT ? this.#say("none") : button.value;
    }
    this.refresh();
  }

  /** @param {string | null} label */
  async #choose(label) {
    if (this.#recognizer.answer === null || this.#recognizer.isEmpty) return;
    this.#drawings.correct(label);
    this.refresh();
    if (!this.#recognizer.keeps) return this.#notice(this.#say("noted"));
    if (setting("consent") === null) await this.#ask();
    if (setting("consent") !== GRANTED) return this.#notice(this.#say("noted"));
    await this.#give(label);
    this.refresh();
  }

  /** Asks once, and remembers either answer; to close the question without one is a no for now. */
  async #ask() {
    const { consent } = this.#controls;
    consent.returnValue = "";
    consent.showModal();
    await new Promise((done) => consent.addEventListener("close", done, { once: true, signal: this.#signal }));
    if (consent.returnValue === GRANTED || consent.returnValue === REFUSED) choose("consent", consent.returnValue);
    this.refresh();
  }

  /** @param {string | null} label */
  async #give(label) {
    const giver = setting("giver") ?? newId();
    choose("giver", giver);
    const session = { ...this.#drawings.session(), label };
    const kept = await this.#request("POST", { giver, drawing: this.#drawings.id, label, session });
    this.#notice(this.#say(kept === null ? "notKept" : "kept"));
  }

  async #withdraw() {
    const answer = await this.#request("DELETE", { giver: setting("giver") });
    if (answer === null) return this.#notice(this.#say("notWithdrawn"));
    choose("giver", null);
    choose("consent", null);
    this.refresh();
    this.#notice(this.#say("withdrawn", { count: Number(answer["deleted"]) }));
  }

  /** @param {"POST" | "DELETE"} method @param {unknown} body @returns {Promise<Record<string, unknown> | null>} null if it was not done */
  async #request(method, body) {
    const headers = { "Content-Type": "application/json", ...authorization(this.#token) };
    try {
      const response = await fetch("ink", { method, headers, body: JSON.stringify(body), signal: this.#signal });
      return response.ok ? await response.json() : null;
    } catch {
      return null; // No network.
    }
  }
}
