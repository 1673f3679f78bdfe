// Internationalization: all texts that people read and hear, in English and Chinese.

/** @typedef {"en" | "zh"} Language */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/**
 * The texts by their keys; `{name}` stands for a value.
 * @type {Record<Language, Record<string, string>>}
 */
const MESSAGES = {
  en: {
    // The page
    title: "Draw a digit",
    name: "Realtime handwriting",
    description: "Draw a digit and see what it is read as, while you draw.",
    otherLanguage: "中文",
    // The pad
    pad: "Drawing area",
    padHelp:
      "Draw with a pen, finger or mouse; or with the arrow keys, the space bar putting the pen "
      + "down and lifting it.",
    hint: "Draw a digit",
    penDown: "Pen down",
    penUp: "Pen up",
    // Answers
    answer: "Answer",
    drawSomething: "draw something",
    notDigit: "not a digit",
    saidEmpty: "Nothing drawn",
    saidRejected: "Not a digit",
    saidDigit: "{label}, {percent}",
    saw: "what it saw",
    sawLong: "What the network saw: your drawing in 28 by 28 pixels",
    delay: "{total} ms",
    delayParts: "travel {way} · queue {wait} · picture {raster} · reading {infer}",
    // Connection
    connecting: "connecting",
    open: "connected",
    offline: "offline · draw on, {ink}",
    reconnecting: "reconnecting · {ink}",
    reconnectingIn: "reconnecting in {seconds} s · {ink}",
    inkIsKept: "your ink is kept",
    inkStays: "your ink stays until you leave this page",
    failed: "no connection · {ink}",
    full: "the server is full · trying again in {seconds} s",
    playing: "playing back",
    token: "this server asks for a token · open the page with #token=…",
    idle: "resting · draw to go on",
    internal: "the server stumbled · reconnecting",
    version: "this page is out of date · please reload it",
    saidLost: "Connection lost, {ink}.",
    saidBack: "Connected again.",
    limit: "That is more ink than the server can hold. Undo or clear to go on.",
    otherRefusal: "The server did not follow, so it gets the whole drawing again.",
    // Tools
    tools: "Drawing tools",
    undo: "Undo",
    redo: "Redo",
    eraser: "Eraser",
    clear: "Clear",
    pen: "Pen and guide",
    width: "Width",
    guide: "Guide",
    guideNone: "none",
    guideLines: "lines",
    play: "Play back",
    files: "Save and open",
    savePng: "Save as PNG",
    saveSvg: "Save as SVG",
    saveSession: "Save the session",
    openSession: "Open a session …",
    opened: "{name} is open. Play it back to see how it was drawn.",
    madeHere: "Drawn by hand",
    notSession: "{name} is no session file.",
    sessionTooBig: "{name} is too big: a session file may have {bytes} bytes.",
    badSessionField: "{name} cannot be read: {field} is not what a session file has there.",
    badSessionLength: "{name} cannot be read: {field} has to have {count} values, as x has.",
    badSessionLimit: "{name} cannot be read: {field} has to be from {least} to {most}.",
    // Corrections
    shouldBe: "Wrong? It is",
    none: "none",
    noted: "Noted, on this device.",
    kept: "Thank you. It is kept to learn from.",
    notKept: "It could not be sent. It is noted on this device.",
    consentTitle: "May it learn from this?",
    consentWords:
      "With your consent, what you draw and correct is kept on this server so that the "
      + "recognizer can learn from it: the strokes, the digit you tapped and the day, and "
      + "nothing about you. You can delete all of it at any time.",
    consentYes: "Yes, keep what I correct",
    consentNo: "No, only on this device",
    reconsider: "Let it learn from my corrections",
    withdraw: "Delete what I gave",
    withdrawn: "Deleted from the server: {count}.",
    notWithdrawn: "The server could not be reached, so nothing was deleted. Try again later.",
    // History
    history: "Drawings on this device",
    historyFleeting: "Drawings, until this page is closed",
    notStored: "This device has no room left: the drawing is not kept.",
    locale: "en",
    drawnDigit: "{label}, drawn {time}",
    drawnRejected: "Not a digit, drawn {time}",
    drawnUnread: "Not read, drawn {time}",
    forget: "Delete all",
    forgetTitle: "Delete all drawings of this device?",
    cancel: "Cancel",
  },
  zh: {
    title: "写一个数字",
    name: "实时手写识别",
    description: "写一个数字，边写边看识别结果。",
    otherLanguage: "English",
    pad: "书写区",
    padHelp: "用笔、手指或鼠标书写；也可以用方向键移动笔，按空格键落笔或抬笔。",
    hint: "写一个数字",
    penDown: "落笔",
    penUp: "抬笔",
    answer: "识别结果",
    drawSomething: "请书写",
    notDigit: "不是数字",
    saidEmpty: "没有笔迹",
    saidRejected: "不是数字",
    saidDigit: "{label}，{percent}",
    saw: "模型所见",
    sawLong: "模型看到的图像：您的笔迹，28×28 像素",
    delay: "{total} 毫秒",
    delayParts: "传输 {way} · 排队 {wait} · 成图 {raster} · 识别 {infer}",
    connecting: "正在连接",
    open: "已连接",
    offline: "离线 · 可继续书写，{ink}",
    reconnecting: "正在重新连接 · {ink}",
    reconnectingIn: "{seconds} 秒后重新连接 · {ink}",
    inkIsKept: "笔迹已保存",
    inkStays: "离开本页前笔迹都在",
    failed: "无法连接 · {ink}",
    full: "服务器已满 · {seconds} 秒后重试",
    playing: "正在回放",
    token: "此服务器需要令牌 · 请以 #token=… 打开页面",
    idle: "休息中 · 书写即可继续",
    internal: "服务器出错 · 正在重新连接",
    version: "页面已过期 · 请刷新",
    saidLost: "连接已断开，{ink}。",
    saidBack: "已重新连接。",
    limit: "笔迹超出服务器上限，请撤销或清除后继续。",
    otherRefusal: "服务器没有跟上，正在重新发送全部笔迹。",
    tools: "书写工具",
    undo: "撤销",
    redo: "重做",
    eraser: "橡皮",
    clear: "清除",
    pen: "笔与参考线",
    width: "粗细",
    guide: "参考",
    guideNone: "无",
    guideLines: "格线",
    play: "回放",
    files: "保存与打开",
    savePng: "保存为 PNG",
    saveSvg: "保存为 SVG",
    saveSession: "保存书写过程",
    openSession: "打开书写过程…",
    opened: "已打开 {name}。点按回放，可看书写过程。",
    madeHere: "手写",
    notSession: "{name} 不是书写过程文件。",
    sessionTooBig: "{name} 太大：书写过程文件最多 {bytes} 字节。",
    badSessionField: "无法读取 {name}：{field} 不符合书写过程文件的格式。",
    badSessionLength: "无法读取 {name}：{field} 须与 x 一样有 {count} 个值。",
    badSessionLimit: "无法读取 {name}：{field} 须在 {least} 到 {most} 之间。",
    shouldBe: "不对？应为",
    none: "都不是",
    noted: "已记录在本设备。",
    kept: "谢谢，已保存供学习使用。",
    notKept: "未能发送，已记录在本设备。",
    consentTitle: "可以用它来学习吗？",
    consentWords: "如果您同意，您书写并更正的内容会保存在此服务器上供识别器学习：仅包括笔迹、您点选的数字和日期，不含任何个人信息。您可以随时全部删除。",
    consentYes: "同意，保存我的更正",
    consentNo: "不，仅记录在本设备",
    reconsider: "允许它学习我的更正",
    withdraw: "删除我提供的内容",
    withdrawn: "已从服务器删除 {count} 条。",
    notWithdrawn: "无法连接服务器，未删除任何内容，请稍后再试。",
    history: "本设备上的书写",
    historyFleeting: "书写（关闭页面后不保留）",
    notStored: "本设备空间不足，此笔迹未能保存。",
    locale: "zh-Hans",
    drawnDigit: "{label}，写于 {time}",
    drawnRejected: "不是数字，写于 {time}",
    drawnUnread: "未识别，写于 {time}",
    forget: "全部删除",
    forgetTitle: "删除本设备上的所有书写？",
    cancel: "取消",
  },
};

/**
 * Adds texts that were not worth loading with the page.
 * @param {Record<Language, Record<string, string>>} texts
 */
export function addTexts(texts) {
  Object.assign(MESSAGES.en, texts.en);
  Object.assign(MESSAGES.zh, texts.zh);
}

/**
 * The first language of a list that is supported, else English.
 * @param {readonly (string | null | undefined)[]} tags such as "zh-Hans-CN"
 * @returns {Language}
 */
export function languageOf(tags) {
  for (const tag of tags) {
    const language = tag?.toLowerCase().split("-")[0];
    if (language === "en" || language === "zh") return language;
  }
  return "en";
}

/**
 * @param {Language} language
 * @returns {Translate} which returns the key itself where there is no text, so that a test finds it
 */
export function translator(language) {
  return (key, values = {}) => {
    const message = MESSAGES[language][key] ?? key;
    return message.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  };
}

/** The keys of the texts in each language, for a test. */
export const keys = () => Object.values(MESSAGES).map((texts) => Object.keys(texts));
