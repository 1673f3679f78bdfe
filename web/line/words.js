// Words for lines: what a screen reader says of characters and texts, and why there is no reading.

import { percent } from "../element/answers.js";

/**
 * @typedef {import("../core/i18n.js").Translate} Translate
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 */

const REASONS = new Map([
  ["rows", "reasonRows"], ["pile", "reasonPile"], ["too_many_strokes", "reasonMany"],
]);

// Other symbols are said as they are.
const SYMBOLS = new Map([
  [".", "symbolPoint"], [",", "symbolComma"], ["-", "symbolMinus"], ["+", "symbolPlus"],
  ["×", "symbolTimes"], ["÷", "symbolDivided"], ["/", "symbolSlash"], ["=", "symbolEquals"],
  ["(", "symbolLeft"], [")", "symbolRight"], ["%", "symbolPercent"], ["<", "symbolLess"],
  [">", "symbolGreater"], [":", "symbolColon"], ["$", "symbolDollar"],
]);

/**
 * The name of a symbol, which screen readers may leave out.
 * @param {string} label
 * @param {Translate} translate
 */
export function spoken(label, translate) {
  const key = SYMBOLS.get(label);
  return key === undefined ? label : translate(key);
}

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
 */
export function announcementOf(answer, translate) {
  const { p = 0, rejected, value } = answer;
  const text = spokenText(textOf(answer), translate);
  if (text === "") return translate(reasonKey(answer));
  if (rejected) return translate("saidUnsure", { text });
  const said = { text, percent: percent(p) };
  if (value == null) return translate("saidLine", said);
  return translate("saidValue", { ...said, value: spokenText(value, translate) });
}

/**
 * What stands below the text: why it is none, or not sure.
 * @param {import("../element/answers.js").AnswerState} state
 * @param {Prediction | null} answer
 * @param {Translate} translate
 */
export function captionOf(state, answer, translate) {
  if (state === "empty") return translate("lineEmpty");
  if (answer === null || state === "interim") return "";
  if (textOf(answer) === "") return translate(reasonKey(answer));
  if (state === "rejected") return translate("lineUnsure");
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
