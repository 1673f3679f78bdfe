// Texts about formulas. They are loaded with the first formula.

import { addTexts } from "./i18n.js";

export const MATH_TEXTS = {
  en: {
    hintMath: "Write a formula",
    signs: "Signs of the formula",
    mathEmpty: "write a formula, with fractions, powers and roots",
    mathUnsure: "this does not look like a formula",
    saidUnsureMath: "{text}, but it does not look like a formula",
    reasonLayout: "these signs make no formula that it knows",
    readings: "Readings of the formula",
    copy: "Copy",
    copyLatex: "as LaTeX",
    copyMathml: "as MathML",
    copyFormula: "as a picture of the formula",
    copyInk: "as a picture of the ink",
    copied: "Copied",
    downloaded: "Saved",
  },
  zh: {
    hintMath: "写公式",
    signs: "公式中的符号",
    mathEmpty: "请写公式，可含分数、乘方和根号",
    mathUnsure: "这不像公式",
    saidUnsureMath: "{text}，但不像公式",
    reasonLayout: "这些符号不成已知的公式",
    readings: "公式的读法",
    copy: "复制",
    copyLatex: "复制 LaTeX",
    copyMathml: "复制 MathML",
    copyFormula: "复制公式图片",
    copyInk: "复制笔迹图片",
    copied: "已复制",
    downloaded: "已保存",
  },
};

addTexts(MATH_TEXTS);
