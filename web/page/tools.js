// The tool bar: undo, redo, eraser, select, clear, playback, pen and guide, and their keyboard
// shortcuts.

import { commandOf } from "../core/shortcuts.js";
import { readSetting, writeSetting } from "./settings.js";

/**
 * @typedef {import("../js/recognizer.js").InkRecognizer} InkRecognizer
 *
 * @typedef {object} ToolControls
 * @property {HTMLButtonElement} undo
 * @property {HTMLButtonElement} redo
 * @property {HTMLButtonElement} eraser
 * @property {HTMLButtonElement} select
 * @property {HTMLButtonElement} clear
 * @property {HTMLButtonElement} play
 * @property {HTMLInputElement} width
 * @property {HTMLSelectElement} guide
 * @property {HTMLInputElement} scratchOut
 */

export class Tools {
  #recognizer;
  #controls;

  /**
   * @param {InkRecognizer} recognizer
   * @param {ToolControls} controls
   * @param {() => void} play plays back what is on the pad
   * @param {AbortSignal} signal
   */
  constructor(recognizer, controls, play, signal) {
    this.#recognizer = recognizer;
    this.#controls = controls;
    const { undo, redo, eraser, select, clear, width, guide, scratchOut } = controls;
    undo.addEventListener("click", () => recognizer.undo(), { signal });
    redo.addEventListener("click", () => recognizer.redo(), { signal });
    clear.addEventListener("click", () => recognizer.clear(), { signal });
    for (const [tool, button] of Object.entries({ eraser, select })) {
      button.addEventListener("click", () => {
        this.take(button.ariaPressed === "true" ? "pen" : tool);
      }, { signal });
    }
    controls.play.addEventListener("click", () => {
      if (recognizer.isPlaying) recognizer.stop();
      else play();
    }, { signal });
    width.value = readSetting("penWidth") ?? width.value;
    guide.value = readSetting("guide") ?? guide.value;
    scratchOut.checked = readSetting("scratchOut") !== "off";
    width.addEventListener("input", () => this.#choosePen(), { signal });
    for (const control of [guide, scratchOut]) {
      control.addEventListener("change", () => this.#choosePen(), { signal });
    }
    this.#choosePen();
    addEventListener("keydown", (event) => this.#press(event), { signal });
    for (const type of ["inkchange", "playing"]) {
      recognizer.addEventListener(type, () => this.refresh(), { signal });
    }
    this.refresh();
  }

  /** Marks the buttons that would do nothing as disabled. */
  refresh() {
    const { undo, redo, eraser, select, clear, play } = this.#controls;
    const { canUndo, canRedo, isEmpty, isPlaying } = this.#recognizer;
    // A button that is really disabled loses the focus, and with it a keyboard its place; so the
    // buttons only say that they are.
    undo.ariaDisabled = String(!canUndo);
    redo.ariaDisabled = String(!canRedo);
    clear.ariaDisabled = String(isEmpty);
    play.ariaDisabled = String(isEmpty && !isPlaying);
    play.dataset["playing"] = String(isPlaying);
    const isPen = eraser.ariaPressed === "false" && select.ariaPressed === "false";
    if (isEmpty && !isPlaying && !isPen) this.take("pen");
  }

  /** @param {string} tool "pen", "eraser" or "select" */
  take(tool) {
    this.#recognizer.setAttribute("tool", tool);
    this.#controls.eraser.ariaPressed = String(tool === "eraser");
    this.#controls.select.ariaPressed = String(tool === "select");
  }

  #choosePen() {
    const { width, guide, scratchOut } = this.#controls;
    // The default pen's width is written into no stroke and no file.
    if (width.value === width.defaultValue) this.#recognizer.removeAttribute("pen-width");
    else this.#recognizer.setAttribute("pen-width", width.value);
    this.#recognizer.setAttribute("guide", guide.value);
    writeSetting("penWidth", width.value);
    writeSetting("guide", guide.value);
    const scratching = scratchOut.checked ? "on" : "off";
    this.#recognizer.setAttribute("scratch-out", scratching);
    writeSetting("scratchOut", scratching);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented) return; // The pad has handled it.
    const command = commandOf(event);
    // Escape closes what is open before it clears what is drawn.
    const isAnythingOpen = document.querySelector("dialog[open], :popover-open") !== null;
    const isEscape = event.key === "Escape" && !isAnythingOpen;
    if (command !== null) this.#recognizer[command]();
    else if (isEscape && this.#recognizer.isPlaying) this.#recognizer.stop();
    else if (isEscape) this.#recognizer.clear();
    else return;
    event.preventDefault();
  }
}
