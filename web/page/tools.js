// A stroke point is taken back, brought back, rubbed out or played again from here: buttons, and the keys that mean the same.

import { commandOf } from "../element/keyboard.js";
import { choose, setting } from "./settings.js";

/** @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer */

/**
 * @typedef {object} Controls
 * @property {HTMLButtonElement} undo
 * @property {HTMLButtonElement} redo
 * @property {HTMLButtonElement} eraser
 * @property {HTMLButtonElement} clear
 * @property {HTMLButtonElement} play
 * @property {HTMLInputElement} width
 * @property {HTMLSelectElement} guide
 */

export class Tools {
  #recognizer;
  #controls;

  /**
   * @param {InkRecognizer} recognizer
   * @param {Controls} controls
   * @param {() => void} play begins to play back what is on the pad
   * @param {AbortSignal} signal
   */
  constructor(recognizer, controls, play, signal) {
    this.#recognizer = recognizer;
    this.#controls = controls;
    const { undo, redo, eraser, clear, width, guide } = controls;
    undo.addEventListener("click", () => recognizer.undo(), { signal });
    redo.addEventListener("click", () => recognizer.redo(), { signal });
    clear.addEventListener("click", () => recognizer.clear(), { signal });
    eraser.addEventListener("click", () => this.#take(eraser.ariaPressed === "true" ? "pen" : "eraser"), { signal });
    controls.play.addEventListener("click", () => (recognizer.isPlaying ? recognizer.stop() : play()), { signal });
    width.value = setting("penWidth") ?? width.value;
    guide.value = setting("guide") ?? guide.value;
    width.addEventListener("input", () => this.#choosePen(), { signal });
    guide.addEventListener("change", () => this.#choosePen(), { signal });
    this.#choosePen();
    addEventListener("keydown", (event) => this.#press(event), { signal });
    for (const type of ["inkchange", "playing"]) recognizer.addEventListener(type, () => this.refresh(), { signal });
    this.refresh();
  }

  /** Disables what would do nothing. */
  refresh() {
    const { undo, redo, eraser, clear, play } = this.#controls;
    const { canUndo, canRedo, isEmpty, isPlaying } = this.#recognizer;
    // A button that is disabled under the finger loses the focus, and with it a keyboard its place; so they only say that they are.
    const idle = /** @type {const} */ ([[undo, !canUndo], [redo, !canRedo], [clear, isEmpty], [play, isEmpty && !isPlaying]]);
    for (const [button, isIdle] of idle) button.ariaDisabled = String(isIdle);
    play.dataset["playing"] = String(isPlaying);
    if (isEmpty && !isPlaying && eraser.ariaPressed === "true") this.#take("pen");
  }

  /** @param {"pen" | "eraser"} tool */
  #take(tool) {
    this.#recognizer.setAttribute("tool", tool);
    this.#controls.eraser.ariaPressed = String(tool === "eraser");
  }

  #choosePen() {
    const { width, guide } = this.#controls;
    // The usual pen has no width of its own, in no stroke and no file.
    if (width.value === width.defaultValue) this.#recognizer.removeAttribute("pen-width");
    else this.#recognizer.setAttribute("pen-width", width.value);
    this.#recognizer.setAttribute("guide", guide.value);
    choose("penWidth", width.value);
    choose("guide", guide.value);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented) return; // The pad has seen to it.
    const command = commandOf(event);
    // Escape closes what is open before it clears what is drawn.
    const isEscape = event.key === "Escape" && document.querySelector("dialog[open], :popover-open") === null;
    if (command !== null) this.#recognizer[command]();
    else if (isEscape && this.#recognizer.isPlaying) this.#recognizer.stop();
    else if (isEscape) this.#recognizer.clear();
    else return;
    event.preventDefault();
  }
}
