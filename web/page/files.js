// A stroke point leaves the page and comes back here: a drawing is saved as a picture or a session file, and session files are opened.

import { CANVAS } from "../element/pad.js";
import { BadSession, fitted, MAX_SESSION_BYTES, readSession } from "../core/session-file.js";

/**
 * @typedef {import("./drawings.js").Drawings} Drawings
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 * @typedef {import("../core/i18n.js").Say} Say
 * @typedef {{png: HTMLButtonElement, svg: HTMLButtonElement, session: HTMLButtonElement, open: HTMLButtonElement, file: HTMLInputElement}} FileControls
 */

export class Files {
  #recognizer;
  #drawings;
  #say;
  #notice;

  /**
   * @param {InkRecognizer} recognizer
   * @param {Drawings} drawings
   * @param {FileControls} controls
   * @param {Say} say
   * @param {(words: string) => void} notice
   * @param {AbortSignal} signal
   */
  constructor(recognizer, drawings, controls, say, notice, signal) {
    this.#recognizer = recognizer;
    this.#drawings = drawings;
    this.#say = say;
    this.#notice = notice;
    for (const kind of /** @type {const} */ (["png", "svg", "session"])) {
      controls[kind].addEventListener("click", () => this.#save(kind), { signal });
    }
    controls.open.addEventListener("click", () => controls.file.click(), { signal });
    controls.file.addEventListener("change", () => {
      const file = controls.file.files?.[0];
      controls.file.value = ""; // The same file may be chosen again.
      if (file) this.#open(file);
    }, { signal });
    addEventListener("dragover", (event) => event.preventDefault(), { signal });
    addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) this.#open(file);
    }, { signal });
  }

  /** What was drawn, as far as anybody or the network can say. */
  #meaning() {
    const { answer } = this.#recognizer;
    return this.#drawings.label ?? (answer?.rejected === false ? answer.label : null);
  }

  /** @param {"png" | "svg" | "session"} kind */
  async #save(kind) {
    const { ink, session } = this.#recognizer;
    const label = this.#meaning();
    // Of all that a page may do this is what fewest want of it, and it is spared the others.
    const { download, fileName, jsonOf, pngOf, svgOf } = await import("./export.js");
    if (kind === "png") return download(await pngOf(ink, CANVAS), fileName(label, new Date(), "png"));
    if (kind === "session") return download(new Blob([jsonOf(session)], { type: "application/json" }), fileName(label, new Date(), "json"));
    const svg = svgOf(ink, { ...CANVAS, title: label ?? this.#say("notDigit"), description: this.#say("madeHere") });
    download(new Blob([svg], { type: "image/svg+xml" }), fileName(label, new Date(), "svg"));
  }

  /** @param {File} file */
  async #open(file) {
    try {
      if (file.size > MAX_SESSION_BYTES) throw new BadSession("sessionTooBig", { bytes: MAX_SESSION_BYTES });
      this.#drawings.open(fitted(readSession(await file.text()), CANVAS));
      this.#notice(this.#say("opened", { name: file.name }));
    } catch (error) {
      if (!(error instanceof BadSession)) throw error;
      this.#notice(this.#say(error.key, { ...error.values, name: file.name }));
    }
  }
}
