// Texts about drawings that people give to the service. They are loaded with the first one.

import { addTexts } from "./i18n.js";

export const GIVING_TEXTS = {
  en: {
    kept: "Thank you. It is kept to learn from.",
    consentTitle: "May it learn from this for everyone?",
    consentWords:
      "With your consent, what you draw and correct is kept on this server so that the "
      + "recognizer can learn from it for everyone: the strokes, the digit you tapped and the day, "
      + "and nothing about you. You can delete all of it at any time.",
    consentYes: "Yes, keep what I correct",
    consentNo: "No, only on this device",
    withdrawn: "Deleted from the server: {count}.",
    notWithdrawn: "The server could not be reached, so nothing was deleted. Try again later.",
  },
  zh: {
    kept: "谢谢，已保存供学习使用。",
    consentTitle: "可以用它来改进所有人的识别吗？",
    consentWords: "如果您同意，您书写并更正的内容会保存在此服务器上，用于改进所有人的识别：仅包括笔迹、您点选的数字和日期，不含任何个人信息。您可以随时全部删除。",
    consentYes: "同意，保存我的更正",
    consentNo: "不，仅记录在本设备",
    withdrawn: "已从服务器删除 {count} 条。",
    notWithdrawn: "无法连接服务器，未删除任何内容，请稍后再试。",
  },
};

addTexts(GIVING_TEXTS);
