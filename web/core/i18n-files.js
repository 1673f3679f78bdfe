// Texts about session files that are opened. They are loaded with what reads the files.

import { addTexts } from "./i18n.js";

export const FILE_TEXTS = {
  en: {
    opened: "{name} is open. Play it back to see how it was drawn.",
    notSession: "{name} is no session file.",
    sessionTooBig: "{name} is too big: a session file may have {bytes} bytes.",
    badSessionField: "{name} cannot be read: {field} is not what a session file has there.",
    badSessionLength: "{name} cannot be read: {field} has to have {count} values, as x has.",
    badSessionLimit: "{name} cannot be read: {field} has to be from {least} to {most}.",
  },
  zh: {
    opened: "已打开 {name}。点按回放，可看书写过程。",
    notSession: "{name} 不是书写过程文件。",
    sessionTooBig: "{name} 太大：书写过程文件最多 {bytes} 字节。",
    badSessionField: "无法读取 {name}：{field} 不符合书写过程文件的格式。",
    badSessionLength: "无法读取 {name}：{field} 须与 x 一样有 {count} 个值。",
    badSessionLimit: "无法读取 {name}：{field} 须在 {least} 到 {most} 之间。",
  },
};

addTexts(FILE_TEXTS);
