// Corrections: the reader says what a drawing is. The service learns that for this session, the
// device keeps it, and with their consent so does the service.

import { readSetting } from "./settings.js";

/**
 * @typedef {object} CorrectionControls
 * @property {HTMLElement} row
 * @property {HTMLElement} digits
 * @property {HTMLElement} learnt
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

const NO_DIGIT = "";

export class Corrections {
  #recognizer;
  #drawings;
  #controls;
  #token;
  #translate;
  #notify;
  #signal;
  /** @type {Promise<import("./learning.js").Learning | null> | null} */ #learning = null;

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
    controls.withdraw.addEventListener("click", () => this.#give("withdraw"), { signal });
    controls.reconsider.addEventListener("click", () => this.#give("reconsider"), { signal });
    // Another page may be the first to be taught.
    addEventListener("storage", () => this.#showLearnt(), { signal });
    this.#showLearnt();
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
    reconsider.hidden = readSetting("consent") !== "refused" || !this.#recognizer.keeps;
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
    void this.#learning?.then((learning) => learning?.localize());
  }

  /** @param {string | null} label */
  async #choose(label) {
    if (this.#isIdle) return;
    const { id } = this.#drawings;
    const noted = id === null ? "noted" : this.#teach(id, label);
    this.#drawings.correct(label);
    this.refresh();
    if (this.#recognizer.keeps) await this.#give("offer", label, noted);
    else this.#notify(this.#translate(await noted));
  }

  /**
   * @param {string} id of the drawing
   * @param {string | null} label
   * @returns {Promise<string>} what to tell, as a key of the texts
   */
  async #teach(id, label) {
    // What is no digit after all has taught nothing.
    if (label === null) await (await this.#learning)?.drop(id);
    const isLearnt = label !== null && await this.#recognizer.teach(label);
    const example = this.#recognizer.examples.at(-1);
    if (!isLearnt || example === undefined) return "noted";
    await (await this.#openLearning())?.keep(id, example);
    return "taught";
  }

  /** Shows what this device has learnt; its place is kept from the first. */
  #showLearnt() {
    const isTaught = readSetting("taught") !== null;
    if (this.#learning !== null || !isTaught) return;
    this.#controls.learnt.hidden = false;
    void this.#openLearning();
  }

  #openLearning() {
    return this.#learning ??= import("./learning.js").then(({ Learning }) => Learning.open({
      recognizer: this.#recognizer, section: this.#controls.learnt, translate: this.#translate,
      notify: this.#notify, signal: this.#signal,
    })).catch(() => this.#learning = null);
  }

  /**
   * What concerns the service alone. Few people come so far, so its module is loaded when they do.
   * @param {"offer" | "reconsider" | "withdraw"} act
   * @param {string | null} [label]
   * @param {string | Promise<string>} [noted] what to tell where the service is given nothing
   */
  async #give(act, label = null, noted = "noted") {
    const module = await import("./giving.js").catch(() => null);
    if (module === null) return this.#notify(this.#translate("notKept"));
    const giving = {
      drawings: this.#drawings, consent: this.#controls.consent, token: this.#token,
      translate: this.#translate, signal: this.#signal, changed: () => this.refresh(),
    };
    const outcome = await module[act](giving, label);
    this.refresh();
    if (outcome === null) return;
    const key = outcome.key === "noted" ? await noted : outcome.key;
    this.#notify(this.#translate(key, outcome.values));
  }
}
