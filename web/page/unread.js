// Reading of stored drawings that never got an answer, because there was no server, or no time.

import { RECOGNITIONS } from "../core/messages.js";
import { answerOf } from "./drawing-store.js";

/**
 * @typedef {import("./history.js").Drawing} Drawing
 *
 * @param {readonly Drawing[]} unread
 * @param {import("../js/recognizer.js").InkRecognizer} recognizer
 * @param {import("./history.js").History} history gets the answers
 * @returns {Promise<Drawing[]>} those that the service refuses
 */
export async function readUnread(unread, recognizer, history) {
  const refused = [];
  for (const recognize of RECOGNITIONS) {
    const waiting = unread.filter((drawing) => (drawing.recognize ?? "digit") === recognize);
    const inks = waiting.map(({ strokes }) => strokes);
    for await (const answer of recognizer.read(inks, { recognize })) {
      const drawing = /** @type {Drawing} */ (waiting.shift());
      if (!answer || answer.empty) refused.push(drawing);
      else await history.addAnswer(drawing, answerOf(answer));
    }
  }
  return refused;
}
