// Giving: with their consent, what people draw and correct goes to the service, until they withdraw
// it.

import "../core/i18n-giving.js";
import { authorization } from "../core/messages.js";
import { translateElements } from "../dom/elements.js";
import { newId } from "./drawings.js";
import { readSetting, writeSetting } from "./settings.js";

/**
 * @typedef {object} Giving
 * @property {import("./drawings.js").Drawings} drawings
 * @property {HTMLDialogElement} consent
 * @property {string | null} token
 * @property {import("../core/i18n.js").Translate} translate
 * @property {AbortSignal} signal
 * @property {() => void} changed called when the reader has decided
 *
 * What to tell the reader, as a key of the texts.
 * @typedef {{key: string, values?: Record<string, number>}} Outcome
 */

const GRANTED = "granted";
const REFUSED = "refused";

/**
 * Gives the drawing on the pad with what it means, if the reader agrees.
 * @param {Giving} giving
 * @param {string | null} label
 * @returns {Promise<Outcome>}
 */
export async function offer(giving, label) {
  if (readSetting("consent") === null) await reconsider(giving);
  if (readSetting("consent") !== GRANTED) return { key: "noted" };
  const giver = readSetting("giver") ?? newId();
  writeSetting("giver", giver);
  const drawing = giving.drawings.id;
  const session = { ...await giving.drawings.session(), label };
  const stored = await request(giving, "POST", { giver, drawing, label, session });
  return { key: stored === null ? "notKept" : "kept" };
}

/**
 * Asks for consent, and remembers either answer; a dialog closed without one is a no for now.
 * @param {Giving} giving
 */
export async function reconsider({ consent, translate, changed, signal }) {
  translateElements(consent, translate);
  consent.returnValue = "";
  consent.showModal();
  await new Promise((done) => {
    consent.addEventListener("close", done, { once: true, signal });
  });
  const { returnValue } = consent;
  if (returnValue === GRANTED || returnValue === REFUSED) writeSetting("consent", returnValue);
  changed();
  return null;
}

/** Has the service delete all that was given. @param {Giving} giving @returns {Promise<Outcome>} */
export async function withdraw(giving) {
  const answer = await request(giving, "DELETE", { giver: readSetting("giver") });
  if (answer === null) return { key: "notWithdrawn" };
  writeSetting("giver", null);
  writeSetting("consent", null);
  return { key: "withdrawn", values: { count: Number(answer["deleted"]) } };
}

/**
 * @param {Giving} giving
 * @param {"POST" | "DELETE"} method
 * @param {unknown} content
 * @returns {Promise<Record<string, unknown> | null>} null if it was not done
 */
async function request({ token, signal }, method, content) {
  const headers = { "Content-Type": "application/json", ...authorization(token) };
  const body = JSON.stringify(content);
  try {
    const response = await fetch("ink", { method, headers, body, signal });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // There is no network.
  }
}
