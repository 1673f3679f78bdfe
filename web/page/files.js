// Saving a drawing as a picture or a session file, and opening session files.

import { CANVAS } from "../core/ink.js";
import { hasSegments } from "../core/messages.js";
import { canvasAround } from "../core/stroke.js";
import { BadSession } from "../core/stroke-validation.js";

// In pixels, of a digit and of any line.
const PNG_SIDE = 1024;
const LONGEST_PNG_SIDE = 8192;

/**
 * @typedef {object} FileControls
 * @property {HTMLButtonElement} png
 * @property {HTMLButtonElement} svg
 * @property {HTMLButtonElement} session
 * @property {HTMLButtonElement} open
 * @property {HTMLInputElement} file
 *
 * @typedef {object} FilesOptions
 * @property {import("../js/recognizer.js").InkRecognizer} recognizer
 * @property {import("./drawings.js").Drawings} drawings
 * @property {FileControls} controls
 * @property {import("../core/i18n.js").Translate} translate in the language of the moment
 * @property {(text: string) => void} notify
 * @property {AbortSignal} signal
 */

export class Files {
  #recognizer;
  #drawings;
  #translate;
  #notify;

  /** @param {FilesOptions} options */
  constructor({ recognizer, drawings, controls, translate, notify, signal }) {
    this.#recognizer = recognizer;
    this.#drawings = drawings;
    this.#translate = translate;
    this.#notify = notify;
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
    const { ink, recognize, session } = this.#recognizer;
    const label = this.#meaning();
    const size = hasSegments(recognize) ? canvasAround(ink, CANVAS) : CANVAS;
    // As sharp as a digit, but no longer than phones can draw.
    const side = Math.min((PNG_SIDE * size.width) / size.height, LONGEST_PNG_SIDE);
    // Few readers of the page want this module, and the others are spared loading it.
    const [{ fileName, jsonOf, svgOf }, { download, pngOf }] = await Promise.all(
      [import("./export.js"), import("../dom/pictures.js")]);
    const save = (/** @type {Blob} */ blob, /** @type {string} */ extension) =>
      download(blob, fileName(label, new Date(), extension));
    if (kind === "png") return save(await pngOf(ink, size, { side }), "png");
    if (kind === "session") {
      return save(new Blob([jsonOf(session)], { type: "application/json" }), "json");
    }
    const title = label ?? this.#translate(hasSegments(recognize) ? "notLine" : "notDigit");
    const svg = svgOf(ink, { ...size, title, description: this.#translate("madeHere") });
    save(new Blob([svg], { type: "image/svg+xml" }), "svg");
  }

  /** @param {File} file */
  async #open(file) {
    const { fitToCanvas, MAX_SESSION_BYTES, readSession } = await import("../core/session-file.js");
    try {
      if (file.size > MAX_SESSION_BYTES) {
        throw new BadSession("sessionTooBig", { bytes: MAX_SESSION_BYTES });
      }
      await this.#drawings.open(fitToCanvas(readSession(await file.text()), CANVAS));
      this.#notify(this.#translate("opened", { name: file.name }));
    } catch (error) {
      if (!(error instanceof BadSession)) throw error;
      this.#notify(this.#translate(error.key, { ...error.values, name: file.name }));
    }
  }
}
