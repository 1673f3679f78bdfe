// Reading of stored drawings that never got an answer, because there was no server, or no time.

/**
 * @typedef {import("./history.js").Drawing} Drawing
 *
 * @param {readonly Drawing[]} unread
 * @param {import("../js/recognizer.js").InkRecognizer} recognizer
 * @param {import("./history.js").History} history gets the answers
 * @returns {Promise<Drawing[]>} those that the service refuses
 */
export async function readUnread(unread, recognizer, history) {
  const waiting = [...unread];
  const refused = [];
  for await (const answer of recognizer.read(unread.map(({ strokes }) => strokes))) {
    const drawing = /** @type {Drawing} */ (waiting.shift());
    const best = answer?.top[0];
    if (!answer || !best) refused.push(drawing);
    else await history.addAnswer(drawing, { ...best, rejected: answer.rejected });
  }
  return refused;
}
