// A stroke point is taken back, brought back or saved from here: the buttons and the keys that mean the same.

/**
 * @typedef {import("./ink.js").Ink} Ink
 * @typedef {import("./recording.js").Recording} Recording
 * @typedef {{undo: HTMLButtonElement, redo: HTMLButtonElement, clear: HTMLButtonElement, save: HTMLButtonElement}} Buttons
 */

const FILE_NAME = "ink-session.json";

export class Tools {
  #buttons;
  #ink;
  #recording;

  /** @param {Buttons} buttons @param {Ink} ink @param {Recording} recording @param {AbortSignal} signal */
  constructor(buttons, ink, recording, signal) {
    this.#buttons = buttons;
    this.#ink = ink;
    this.#recording = recording;
    buttons.undo.addEventListener("click", () => ink.undo(), { signal });
    buttons.redo.addEventListener("click", () => ink.redo(), { signal });
    buttons.clear.addEventListener("click", () => ink.clear(), { signal });
    buttons.save.addEventListener("click", () => this.#save(), { signal });
    addEventListener("keydown", (event) => this.#press(event), { signal });
    this.refresh();
  }

  /** Disables what would do nothing. */
  refresh() {
    this.#buttons.undo.disabled = !this.#ink.canUndo;
    this.#buttons.redo.disabled = !this.#ink.canRedo;
    this.#buttons.clear.disabled = this.#ink.isEmpty;
    this.#buttons.save.disabled = this.#recording.isEmpty;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const key = event.key.toLowerCase();
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (key === "escape") this.#ink.clear();
    else if (isCommand && key === "z" && !event.shiftKey) this.#ink.undo();
    else if (isCommand && key === "z") this.#ink.redo();
    else if (event.ctrlKey && isCommand && key === "y") this.#ink.redo();
    else return;
    event.preventDefault();
  }

  #save() {
    const blob = new Blob([JSON.stringify(this.#recording.file())], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = FILE_NAME;
    link.click();
    // Some browsers read the blob only after the click has been handled.
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}
