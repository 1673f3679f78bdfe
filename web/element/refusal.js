// A stroke point may find the door shut: a page is not told why its WebSocket was refused, but an ordinary request to the address is.

import { authorization } from "../core/messages.js";

const STATUS_CODES = Object.freeze({ 401: "token", 503: "full" });

/**
 * @param {string} url of the WebSocket
 * @param {string | null} token
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>} a code as refusals have it; null where it is not known, as for services of another origin
 */
export async function whyRefused(url, token, signal) {
  try {
    const { status } = await fetch(url.replace(/^ws/, "http"), { headers: authorization(token), signal, cache: "no-store" });
    return /** @type {Record<number, string>} */ (STATUS_CODES)[status] ?? null;
  } catch {
    return null;
  }
}
