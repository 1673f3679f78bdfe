// Words for lines: what a screen reader says of characters and texts, and why there is no reading.

import { spoken } from "../core/symbols.js";
import { percent } from "../element/answers.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 * @typedef {keyof typeof WORDS} Several what has several characters
 */

const REASONS = new Map([
  ["rows", "reasonRows"], ["pile", "reasonPile"], ["too_many_strokes", "reasonMany"],
  ["joined", "reasonJoined"], ["layout", "reasonLayout"],
]);

/** What lines, texts and formulas have words of their own for. */
export const WORDS = Object.freeze({
  line: { empty: "lineEmpty", unsure: "lineUnsure", said: "saidUnsure", hint: "hintLine" },
  text: { empty: "textEmpty", unsure: "textUnsure", said: "saidUnsureText", hint: "hintText" },
  math: { empty: "mathEmpty", unsure: "mathUnsure", said: "saidUnsureMath", hint: "hintMath" },
});

/**
 * A text as it is said: symbols by their names, digits together.
 * @param {string} text
 * @param {Translate} translate
 */
export function spokenText(text, translate) {
  const words = [...text].map((label) => {
    const name = spoken(label, translate);
    return name === label ? label : ` ${name} `;
  });
  return words.join("").replace(/ +/g, " ").trim();
}

/**
 * What is said of a final answer that is not empty.
 * @param {Prediction} answer
 * @param {Translate} translate
 * @param {Several} several
 */
export function announcementOf(answer, translate, several) {
  const { p = 0, rejected, value } = answer;
  // The punctuation of words is for the screen reader to say or to leave out.
  const text = several === "text" ? textOf(answer) : spokenText(textOf(answer), translate);
  if (text === "") return translate(reasonKey(answer));
  if (rejected) return translate(WORDS[several].said, { text });
  const said = { text, percent: percent(p) };
  if (value == null) return translate("saidLine", said);
  return translate("saidValue", { ...said, value: spokenText(value, translate) });
}

/**
 * What stands below the text: why it is none, or not sure.
 * @param {import("../element/answers.js").AnswerState} state
 * @param {Prediction | null} answer
 * @param {Translate} translate
 * @param {Several} several
 */
export function captionOf(state, answer, translate, several) {
  if (state === "empty") return translate(WORDS[several].empty);
  if (answer === null || state === "interim") return "";
  if (textOf(answer) === "" || REASONS.has(answer.reason ?? "")) {
    return translate(reasonKey(answer));
  }
  if (state === "rejected") return translate(WORDS[several].unsure);
  return translate("lineSure", { percent: percent(answer.p ?? 0) });
}

/** A service that reads digits alone has its answer in `top`. @param {Prediction} answer */
export function textOf({ text, top }) {
  return text ?? top[0]?.label ?? "";
}

/** @param {Prediction} answer */
function reasonKey({ reason }) {
  return REASONS.get(reason ?? "") ?? "reasonOther";
}
