// Here the page is kept for when there is no network, so that one can draw on; no stroke point comes by. A service worker.
//
// It must never make one page of two versions. So:
// - What it keeps is one version whole, or nothing. The server lists the files of a version in shell.js and names the version with each file;
//   installing fails if one is of another, or missing, and is tried again at the next visit. Any changed file changes shell.js, which
//   browsers compare along with this file, and a new worker installs the new version into a cache of its own.
// - A worker only serves pages that it has opened itself: it claims none, and a newer one waits until the pages of the older are closed.
// - When a page is opened the network is asked. If it has the version that is kept, or does not answer in time, all files of this page come
//   from what is kept. If it has another, all files of this page come from the network, and one that is of a third is refused.
// All else (/ws, /predict, /metrics …) is in no list and passes by untouched.

importScripts("shell.js");

/** @type {ServiceWorkerGlobalScope & { SHELL: { version: string, paths: string[] } }} */
const worker = /** @type {any} */ (self);
const { version, paths } = worker.SHELL;
// Of this place alone: pages elsewhere on this host have their own.
const PREFIX = `ink ${worker.registration.scope} `;
const KEPT = PREFIX + version;
// Which pages come from the network, and at which version. Kept too, as the browser ends a worker that has nothing to do.
const PASSING = `${PREFIX}passing`;
const SHELL = new Set(paths.map((path) => new URL(path, worker.registration.scope).href));
// Longer than a phone takes to wake its radio; who waits longer for a page thinks that it is broken.
const PATIENCE_MS = 2_500;

worker.addEventListener("install", (event) => event.waitUntil(keep()));
worker.addEventListener("activate", (event) => event.waitUntil(tidy()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = bare(request.url);
  if (request.method !== "GET" || !SHELL.has(address)) return;
  event.respondWith(request.mode === "navigate" ? open(event, address) : load(event, address));
});

/** Fetches and keeps all files of this version. */
async function keep() {
  const cache = await caches.open(KEPT);
  try {
    await Promise.all([...SHELL].map(async (address) => {
      // Most are just being shown, and are only asked about.
      const response = await fetch(address, { cache: "no-cache" });
      if (!response.ok || versionOf(response) !== version) throw new Error(`${address} is not of version ${version}`);
      await cache.put(address, response);
    }));
  } catch (error) {
    await caches.delete(KEPT);
    throw error;
  }
}

/** Forgets what older workers kept. Their pages are closed by now. */
async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== KEPT).map((name) => caches.delete(name)));
}

/**
 * A page itself.
 *
 * @param {FetchEvent} event
 * @param {string} address
 */
async function open(event, address) {
  const network = fetch(event.request);
  const response = await useful(network);
  if (!response) return (await kept(address)) ?? network;
  const other = versionOf(response);
  if (other === version) return response;
  // A browser that does not tell which page this will be gets what is kept: older, but of one piece.
  if (!event.resultingClientId) return (await kept(address)) ?? response;
  await (await caches.open(PASSING)).put(passing(event.resultingClientId), new Response(other));
  return response;
}

/**
 * A file of a page.
 *
 * @param {FetchEvent} event
 * @param {string} address
 */
async function load(event, address) {
  const passed = await caches.match(passing(event.clientId), { cacheName: PASSING });
  const wanted = passed ? await passed.text() : version;
  const found = passed ? undefined : await kept(address);
  if (found) return found;
  // The browser has thrown away what was kept, or this page is of another version.
  const response = await fetch(event.request);
  return versionOf(response) === wanted ? response : Response.error();
}

/**
 * What the network says, if it says anything of use in time. A proxy whose server is down says 502.
 *
 * @param {Promise<Response>} network
 * @returns {Promise<Response | undefined>}
 */
async function useful(network) {
  /** @type {Promise<undefined>} */
  const tired = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  try {
    const response = await Promise.race([network, tired]);
    return response && response.status < 500 ? response : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} address */
function kept(address) {
  return caches.match(address, { cacheName: KEPT });
}

/** @param {Response} response */
function versionOf(response) {
  return response.headers.get("Page-Version") ?? "";
}

/** @param {string} clientId */
function passing(clientId) {
  return new URL(`passing/${clientId}`, worker.registration.scope).href;
}

/** @param {string} address */
function bare(address) {
  const url = new URL(address);
  return url.origin + url.pathname;
}
