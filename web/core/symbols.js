// Signs that have names, by which they are said.

import "./i18n-symbols.js";

/** The keys of the names, by sign. */
const SYMBOLS = new Map([
  [".", "symbolPoint"], [",", "symbolComma"], ["-", "symbolMinus"], ["−", "symbolMinus"],
  ["+", "symbolPlus"], ["×", "symbolTimes"], ["·", "symbolTimes"], ["⋅", "symbolTimes"],
  ["÷", "symbolDivided"], ["/", "symbolSlash"], ["=", "symbolEquals"], ["(", "symbolLeft"],
  [")", "symbolRight"], ["%", "symbolPercent"], ["<", "symbolLess"], [">", "symbolGreater"],
  [":", "symbolColon"], ["$", "symbolDollar"], ["[", "symbolLeftBracket"],
  ["]", "symbolRightBracket"], ["{", "symbolLeftBrace"], ["}", "symbolRightBrace"],
  ["|", "symbolBar"], ["!", "symbolExclamation"], ["?", "symbolQuestion"],
  [";", "symbolSemicolon"], ["'", "symbolApostrophe"], ['"', "symbolQuote"],
  ["&", "symbolAmpersand"], ["@", "symbolAt"], ["#", "symbolHash"], ["*", "symbolAsterisk"],
  ["\\", "symbolBackslash"], ["_", "symbolUnderscore"], ["^", "symbolCaret"],
  ["~", "symbolTilde"], ["`", "symbolBacktick"], ["≠", "symbolUnequal"],
  ["≤", "symbolLessEqual"], ["≥", "symbolGreaterEqual"], ["√", "symbolRoot"],
  ["∑", "symbolSum"], ["∫", "symbolIntegral"], ["∏", "symbolProduct"], ["π", "symbolPi"],
  ["∞", "symbolInfinity"], ["α", "symbolAlpha"], ["β", "symbolBeta"], ["γ", "symbolGamma"],
  ["θ", "symbolTheta"], ["λ", "symbolLambda"], ["μ", "symbolMu"], ["Δ", "symbolDelta"],
  ["→", "symbolArrow"], ["±", "symbolPlusMinus"],
]);

/**
 * The name of a sign; others are said as they are.
 * @param {string} label
 * @param {import("./i18n.js").Translate} translate
 */
export function spoken(label, translate) {
  const key = SYMBOLS.get(label);
  return key === undefined ? label : translate(key);
}
