// Keyboard shortcuts, the same on the pad and on the page around it.

/** @typedef {Pick<KeyboardEvent, "key" | "code">} Key */

/**
 * The command of a key press: Ctrl+Z or ⌘Z, with Shift or as Ctrl+Y to redo.
 * @param {Key & Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 * @returns {"undo" | "redo" | null}
 */
export function commandOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = letterOf({ key, code });
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && ctrlKey ? "redo" : null;
}

/**
 * The Latin letter of a key: what the layout has there, since on AZERTY or Dvorak Z has another
 * place; or, where the layout is of another script or an input method takes the key, what an
 * English keyboard has in that place, as operating systems do.
 * @param {Key} event
 */
function letterOf({ key, code }) {
  const isAscii = key.length === 1 && key <= "~";
  return (isAscii ? key : code.replace("Key", "")).toLowerCase();
}
