// Keyboard shortcuts, the same on the pad and on the page around it.

/**
 * The command of a key press: Ctrl+Z or ⌘Z, with Shift or as Ctrl+Y to redo.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 * @returns {"undo" | "redo" | null}
 */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey || !(ctrlKey || metaKey)) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" && ctrlKey ? "redo" : null;
}
