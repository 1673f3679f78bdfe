// The service worker: caches one version of the page, so that it opens without a network.
//
// A page must never consist of two versions. So:
// - The cache holds one version whole, or nothing. The server lists the files of a version in
//   shell.js and names the version with each file; installing fails if one is of another, or
//   missing, and is tried again at the next visit. A changed file changes shell.js, which browsers
//   compare along with this file, and a new worker installs the new version into its own cache.
// - A worker only serves pages that it has opened itself: it claims none, and a newer one waits
//   until the pages of the older are closed.
// - When a page is opened the network is asked. If it has the cached version, or does not answer in
//   time, all files of this page come from the cache. If it has another, all files of this page
//   come from the network, and one that is of a third version is refused.
// - A host answers in place of a service that is stopped or has moved: "no such app", "too many
//   requests", "bad gateway". That is no page, so the cached one is opened. A login that stands in
//   front of the service is shown, since nobody gets past it otherwise.
// Nothing else (/ws, /predict, /metrics …) is in the list; such requests are left to the browser.

importScripts("shell.js");

/** @type {ServiceWorkerGlobalScope & { SHELL: { version: string, paths: string[] } }} */
const worker = /** @type {any} */ (self);
const { version, paths } = worker.SHELL;
const { scope } = worker.registration;
// The caches' names have the scope in them: pages elsewhere on this host have their own.
const PREFIX = `ink ${scope} `;
const CACHE = PREFIX + version;
// Which pages come from the network, and at which version. A cache holds that too, as the browser
// ends a worker that has nothing to do.
const PASSING = `${PREFIX}passing`;
const SHELL_URLS = new Set(paths.map((path) => new URL(path, scope).href));
// A phone takes less to wake its radio; whoever waits longer for a page thinks that it is broken.
const NETWORK_WAIT_MS = 2_500;
const LOGIN_STATUSES = [401, 403];

worker.addEventListener("install", (event) => event.waitUntil(precache()));
worker.addEventListener("activate", (event) => event.waitUntil(deleteOtherCaches()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = withoutQuery(request.url);
  if (request.method !== "GET" || !SHELL_URLS.has(url)) return;
  event.respondWith(request.mode === "navigate" ? openPage(event, url) : loadFile(event, url));
});

/** Fetches and caches all files of this version. */
async function precache() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all([...SHELL_URLS].map(async (url) => {
      // Most files are just being shown, and the server only confirms them.
      const response = await fetch(url, { cache: "no-cache" });
      if (!response.ok || versionOf(response) !== version) {
        throw new Error(`${url} is not of version ${version}`);
      }
      await cache.put(url, response);
    }));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Deletes the caches of older workers, whose pages are closed by now. */
async function deleteOtherCaches() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/**
 * Responds with a page itself.
 * @param {FetchEvent} event
 * @param {string} url
 */
async function openPage(event, url) {
  // A browser may keep what a host answered in place of the service, a 410 even for ever.
  const network = fetch(event.request, { cache: "no-cache" });
  const response = await timelyResponse(network);
  if (!response) return (await cached(url)) ?? network;
  const other = versionOf(response);
  if (other === version) return response;
  // A browser that does not tell which page this will be gets the cached one: older, but whole.
  if (!event.resultingClientId) return (await cached(url)) ?? response;
  const passing = await caches.open(PASSING);
  await passing.put(passingUrl(event.resultingClientId), new Response(other));
  return response;
}

/**
 * Responds with a file of a page.
 * @param {FetchEvent} event
 * @param {string} url
 */
async function loadFile(event, url) {
  const passing = await caches.match(passingUrl(event.clientId), { cacheName: PASSING });
  const wanted = passing ? await passing.text() : version;
  const found = passing ? undefined : await cached(url);
  if (found) return found;
  // The browser has deleted the cache, or this page is of another version.
  const response = await fetch(event.request);
  return versionOf(response) === wanted ? response : Response.error();
}

/**
 * The network's response, if it comes in time and is a page: ours, or one before it.
 * @param {Promise<Response>} network
 * @returns {Promise<Response | undefined>}
 */
async function timelyResponse(network) {
  /** @type {Promise<undefined>} */
  const timeout = new Promise((resolve) => setTimeout(resolve, NETWORK_WAIT_MS));
  try {
    const response = await Promise.race([network, timeout]);
    const isPage = response
      && (response.status < 400 || LOGIN_STATUSES.includes(response.status));
    return isPage ? response : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} url */
function cached(url) {
  return caches.match(url, { cacheName: CACHE });
}

/** @param {Response} response */
function versionOf(response) {
  return response.headers.get("Page-Version") ?? "";
}

/** @param {string} clientId */
function passingUrl(clientId) {
  return new URL(`passing/${clientId}`, scope).href;
}

/** @param {string} address */
function withoutQuery(address) {
  const url = new URL(address);
  return url.origin + url.pathname;
}
