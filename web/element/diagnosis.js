// Diagnosis of a connection that does not come about: what is wrong, as a key of i18n-faults.js.
//
// It is loaded only when a connection was refused, so that those that work are spared it.

import "../core/i18n-faults.js";
import { authorization } from "../core/messages.js";

/**
 * A service: its address, which may be relative to `base`, and what it may ask for.
 * @typedef {{src: string, base: string, token: string | null}} Service
 *
 * `key` names the text, `values` are what it speaks of.
 * @typedef {{key: string, values: Record<string, string | number>}} Fault
 * While `closed`, nothing speaks against trying again.
 * @typedef {{state: "closed" | "full" | "failed", fault: Fault | null}} Diagnosis
 * @typedef {object} Exports
 * @property {typeof diagnoseAddress} diagnoseAddress
 * @property {typeof askWhyRefused} askWhyRefused
 *
 * @typedef {(module: Exports, signal: AbortSignal) =>
 *   Diagnosis | null | Promise<Diagnosis | null>} Search
 *
 * @typedef {object} Refusal
 * @property {string} url
 * @property {string | null} token
 * @property {number} count how often in a row it was refused though nothing spoke against it
 * @property {AbortSignal} signal
 */

// A single refusal may be that of a server which was just starting, or of a proxy just mended.
const REFUSALS_IN_DOUBT = 1;
// What a subprotocol may consist of (RFC 7230, section 3.2.6).
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
// Browsers let pages of https: connect to these without encryption.
const THIS_MACHINE = /^(localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/;

/** @type {Diagnosis} */
const UNEXPLAINED = { state: "closed", fault: null };
/** @param {string} key @param {Fault["values"]} [values] @returns {Diagnosis} */
const failed = (key, values = {}) => ({ state: "failed", fault: { key, values } });

let isForbiddenByPolicy = false;
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  if (effectiveDirective === "connect-src" && /^(ws|http)/.test(blockedURI)) {
    isForbiddenByPolicy = true;
  }
});

/**
 * Why the browser did not even try to connect.
 * @param {Service} service
 * @returns {Diagnosis}
 */
export function diagnoseAddress({ src, base, token }) {
  let url;
  try {
    url = new URL(src, base);
  } catch {
    return failed("addressBroken", { src });
  }
  if (!/^(ws|http)s?:$/.test(url.protocol)) return failed("addressScheme", { src });
  if (url.href.includes("#")) return failed("addressFragment", { src });
  if (isInsecure(url)) return failed("addressInsecure", { src });
  if (token !== null && !TOKEN.test(token)) return failed("faultToken");
  return failed("addressRefused", { src });
}

/**
 * Why a server refused a WebSocket: a browser withholds it, but an ordinary request learns it.
 * @param {Refusal} refusal
 * @returns {Promise<Diagnosis | null>} null if it could not be learnt
 */
export async function askWhyRefused({ url, token, count, signal }) {
  const address = new URL(url.replace(/^ws/, "http"));
  const { host } = address;
  address.searchParams.set("origin", origin);
  address.searchParams.set("refused", String(count));
  const headers = authorization(token);
  let response;
  try {
    response = await fetch(address, { headers, signal, cache: "no-store" });
  } catch {
    // The browser reports a violation in a task of its own, after it has failed the request.
    await new Promise((resolve) => setTimeout(resolve));
    if (isForbiddenByPolicy) return failed("faultPolicy", { host });
    return isInsecure(address) ? failed("addressInsecure", { src: url }) : null;
  }
  const { status, redirected } = response;
  if (!await isOfService(response)) {
    if (redirected || status === 401) return failed("faultLogin");
    // Behind a proxy that answers for it, the server is away, and may come back.
    const isAway = status >= 500 || status === 429;
    return isAway ? null : failed("faultStranger", { host, status });
  }
  if (redirected) return failed("faultMoved", { host: new URL(response.url).origin });
  if (status === 401) return failed("token");
  if (status === 403) return failed(origin === "null" ? "faultFrame" : "faultOrigin", { origin });
  if (status === 503) return { state: "full", fault: null };
  if (count <= REFUSALS_IN_DOUBT) return UNEXPLAINED;
  return isForbiddenByPolicy ? failed("faultPolicy", { host }) : failed("faultUpgrade");
}

/** Whether the service itself answers, and no proxy. @param {Response} response */
async function isOfService(response) {
  const content = await response.json().catch(() => null);
  return typeof content?.error?.code === "string";
}

/** Whether browsers forbid this page the connection. @param {URL} url */
function isInsecure({ protocol, hostname }) {
  const isPlain = protocol === "ws:" || protocol === "http:";
  return location.protocol === "https:" && isPlain && !THIS_MACHINE.test(hostname);
}
