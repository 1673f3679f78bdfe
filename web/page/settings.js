// Settings of the reader, stored on the device alone; where that is forbidden, until the page ends.

/**
 * @typedef {"language" | "penWidth" | "guide" | "consent" | "giver" | "recognize" | "scratchOut"
 *   | "taught"} Setting
 */

const PREFIX = "ink.";

/** @type {Map<Setting, string>} */
const ofThisPage = new Map();

/** @param {Setting} name @returns {string | null} */
export function readSetting(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? ofThisPage.get(name) ?? null;
  } catch {
    return ofThisPage.get(name) ?? null; // Reading, too, is forbidden where cookies are.
  }
}

/** @param {Setting} name @param {string | null} value null deletes it */
export function writeSetting(name, value) {
  if (value === null) ofThisPage.delete(name);
  else ofThisPage.set(name, value);
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // It holds until the page is left.
  }
}
