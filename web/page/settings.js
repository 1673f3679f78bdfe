// What somebody has chosen on this device: kept there, and nowhere else. Where a browser keeps nothing, it holds while the page is open.

/** @typedef {"language" | "penWidth" | "guide" | "consent" | "giver"} Setting */

const PREFIX = "ink.";

/** @type {Map<Setting, string>} */
const unkept = new Map();

/** @param {Setting} name @returns {string | null} */
export function setting(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? unkept.get(name) ?? null;
  } catch {
    return unkept.get(name) ?? null; // Reading, too, is refused where cookies are.
  }
}

/** @param {Setting} name @param {string | null} value null forgets it */
export function choose(name, value) {
  if (value === null) unkept.delete(name);
  else unkept.set(name, value);
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // It holds until the page is left.
  }
}
