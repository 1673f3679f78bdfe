// Lets the page open without a network after the first visit; no stroke point comes by. ../sw.js does the work.

/**
 * Registers the service worker of the page, once there is nothing more urgent to do. Does nothing where there can be none.
 *
 * @param {AbortSignal} signal after which nothing is registered any more
 */
export function register(signal) {
  // Over https, or from this very machine.
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  const start = () => {
    // Asks about shell.js too, which sw.js imports; browsers would otherwise take it from their cache.
    navigator.serviceWorker.register("sw.js", { updateViaCache: "none" }).catch((error) => {
      console.info("not kept for offline use:", error);
    });
  };
  // It fetches what the page is still loading.
  if (document.readyState === "complete") start();
  else addEventListener("load", start, { once: true, signal });
}
