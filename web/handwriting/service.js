// Which service reads: the one that this script was loaded from, or another one.

/** @typedef {import("../element/diagnosis.js").Service} Service */

// In a variable, so that no bundler takes the address for that of a file to bundle.
const here = import.meta.url;

/** @type {Omit<Service, "base">} */
let service = { src: new URL("../ws", here).href, token: null };

/**
 * Chooses the service that recognizers are made of from now on.
 * @param {object} options
 * @param {string} options.src its address, of `ws:`, `wss:`, `http:` or `https:`, or relative to
 *   the page
 * @param {string | null} [options.token] what it may ask for
 */
export function useService({ src, token = null }) { service = { src, token }; }

/** @returns {Service} */
export function currentService() { return { ...service, base: document.baseURI }; }
