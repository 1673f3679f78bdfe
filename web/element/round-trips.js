// Round trips: how long the answers to messages have taken.

export class RoundTrips {
  /** @type {Map<number, number>} of each message without an answer */ #sent_ms = new Map();

  /** @param {number} seq of a message, greater than that of the one before */
  sent(seq) { this.#sent_ms.set(seq, performance.now()); }

  /**
   * The time since a message was sent, which is answered now, with all before it.
   * @param {number} seq
   * @returns {number | null} null if the message is not known
   */
  answered(seq) {
    const sent_ms = this.#sent_ms.get(seq);
    for (const known of this.#sent_ms.keys()) {
      if (known > seq) break;
      this.#sent_ms.delete(known);
    }
    return sent_ms === undefined ? null : performance.now() - sent_ms;
  }

  clear() { this.#sent_ms.clear(); }
}
