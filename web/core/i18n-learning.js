// Texts about what was learnt from somebody. They are loaded with the first example.

import { addTexts } from "./i18n.js";

export const LEARNING_TEXTS = {
  en: {
    notLearnt: "The service did not take this as an example.",
    learntTitle: "Learnt from your hand",
    yours: "your {label}s",
    unlearn: "Forget this {label}, drawn {time}",
    unlearnAll: "Forget all",
    unlearnt: "Forgotten: {count}.",
  },
  zh: {
    notLearnt: "服务器没有接受此示例。",
    learntTitle: "从您的笔迹中学到的",
    yours: "您的 {label}",
    unlearn: "忘掉这个 {label}，写于 {time}",
    unlearnAll: "全部忘掉",
    unlearnt: "已忘掉 {count} 个。",
  },
};

addTexts(LEARNING_TEXTS);
