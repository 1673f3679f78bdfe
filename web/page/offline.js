// Registration of the service worker, ../sw.js, which lets the page open without a network.

/**
 * Registers the page's service worker, once there is nothing more urgent to do, where there can be
 * one.
 * @param {AbortSignal} signal after which nothing is registered any more
 */
export function registerServiceWorker(signal) {
  // Browsers allow it over https, or from this very machine.
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  const register = async () => {
    try {
      // The browser would otherwise take shell.js, which sw.js imports, from its cache.
      await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
    } catch (error) {
      console.info("not available offline:", error);
    }
  };
  // The worker fetches what the page is still loading.
  if (document.readyState === "complete") void register();
  else addEventListener("load", register, { once: true, signal });
}
