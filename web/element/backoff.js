// The wait before the next attempt to connect: longer each time, or as long as the server asks.

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;

export class Backoff {
  #attempts = 0;

  /** Starts the waits from the shortest again. */
  reset() { this.#attempts = 0; }

  /**
   * Random, so that a server that restarts does not meet all its clients in the same instant.
   * @param {number | null} asked_ms what the server asks for
   * @param {boolean} isGoingAway whether it said that another one takes its place
   */
  next_ms(asked_ms, isGoingAway) {
    if (asked_ms !== null) return asked_ms * (1 + Math.random() / 4);
    const backoff_ms = Math.min(FIRST_WAIT_MS * 2 ** this.#attempts, LONGEST_WAIT_MS);
    this.#attempts += 1;
    return (isGoingAway ? FIRST_WAIT_MS : backoff_ms) * (0.5 + Math.random() / 2);
  }
}
