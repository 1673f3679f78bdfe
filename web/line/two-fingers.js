// Scrolling with two fingers, of which the first has begun to draw before the second comes down.
//
// Only a second finger that comes right after the first scrolls: a later one is a hand that comes
// to rest, and must not take the stroke away.

/**
 * @typedef {object} FingersOptions
 * @property {HTMLElement} area of the pad
 * @property {import("../element/board.js").Board} board
 * @property {import("../element/pad.js").Pad} pad
 * @property {import("./scroller.js").Scroller} scroller
 * @property {AbortSignal} signal
 */

const TOGETHER_MS = 300;

/** @param {FingersOptions} options */
export function scrollWithTwoFingers({ area, board, pad, scroller, signal }) {
  /** @type {Map<number, number>} where each finger is, in CSS px from the left */
  const fingers = new Map();
  let came_ms = 0;
  let isScrolling = false;
  /** @param {string} type @param {(event: PointerEvent) => void} listener */
  const listen = (type, listener) =>
    area.addEventListener(type, (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      if (pointer.pointerType === "touch") listener(pointer);
    }, { signal, capture: true });
  listen("pointerdown", (event) => {
    const isSecond = fingers.size === 1 && event.timeStamp - came_ms <= TOGETHER_MS;
    if (fingers.size === 0) came_ms = event.timeStamp;
    fingers.set(event.pointerId, event.clientX);
    if (isSecond) {
      isScrolling = true;
      pad.rejectTouch();
    }
    // The fingers that scroll draw nothing, nor does a third.
    if (isScrolling) event.stopPropagation();
  });
  listen("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    fingers.set(event.pointerId, event.clientX);
    if (!isScrolling) return;
    event.stopPropagation();
    const moved = (event.clientX - before) / fingers.size;
    scroller.scrollTo(board.left - (moved * board.width) / area.getBoundingClientRect().width);
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    fingers.delete(event.pointerId);
    if (fingers.size === 0) isScrolling = false;
  };
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) listen(type, lift);
}
