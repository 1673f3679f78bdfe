// Texts about the gallery of signs. They are loaded with it.

import { addTexts } from "./i18n.js";

export const SIGN_TEXTS = {
  en: {
    signsOpen: "Signs that it knows",
    signsWords: "Some of the ways to write each. A program made them up: they are nobody's "
      + "handwriting, and yours may differ.",
    signForms: "{label}: ways to write it: {count}",
    digits: "Digits",
    upper: "Capital letters",
    lower: "Small letters",
    maths: "Mathematics",
    punctuation: "Punctuation",
    close: "Close",
  },
  zh: {
    signsOpen: "能识别的符号",
    signsWords: "每个符号的几种写法。均由程序生成，并非任何人的笔迹，您的写法可以不同。",
    signForms: "{label}：{count} 种写法",
    digits: "数字",
    upper: "大写字母",
    lower: "小写字母",
    maths: "数学符号",
    punctuation: "标点",
    close: "关闭",
  },
};

addTexts(SIGN_TEXTS);
