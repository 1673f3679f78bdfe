// A stroke point is drawn in <ink-recognizer>; this file joins it to all that the page has around it.

import { Correct } from "./corrections.js";
import { Drawings } from "./drawings.js";
import { element } from "../dom/elements.js";
import { Files } from "./files.js";
import { Gallery } from "./gallery.js";
import { History } from "./history.js";
import { register } from "./offline.js";
import { InkRecognizer } from "../js/recognizer.js";
import { choose, setting } from "./settings.js";
import { Tools } from "./tools.js";
import { languageOf, speaker, translate } from "../core/i18n.js";

const NOTICE_MS = 8_000; // The longest is read twice in that; nothing depends on it.
const { signal } = new AbortController();

// After the #, so that it is neither sent with the page's request nor logged.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
// What is drawn, for who makes recordings; "?label=" is for ink that is no digit.
const label = new URLSearchParams(location.search).get("label");

const recognizer = element(document, "#recognizer", InkRecognizer);
if (token) recognizer.setAttribute("token", token);
const noticeboard = element(document, "#notice", HTMLElement);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let noticed;
/** @param {string} words */
const notice = (words) => {
  noticeboard.textContent = words;
  clearTimeout(noticed);
  noticed = setTimeout(() => { noticeboard.textContent = ""; }, NOTICE_MS);
};

let language = languageOf([setting("language"), ...navigator.languages]);
/** @type {import("../core/i18n.js").Say} */
const say = (key, values) => speaker(language)(key, values);

const history = History.open();
const drawings = new Drawings(recognizer, history, label === null ? undefined : label || null, signal);
const gallery = new Gallery(element(document, "#drawings", HTMLOListElement), say, (drawing) => {
  drawings.bringBack(drawing);
  recognizer.scrollIntoView({ block: "nearest" });
}, signal);
const correct = new Correct(recognizer, drawings, {
  row: element(document, "#correct", HTMLElement),
  digits: element(document, "#digits", HTMLElement),
  consent: element(document, "#consent", HTMLDialogElement),
  reconsider: element(document, "#reconsider", HTMLButtonElement),
  withdraw: element(document, "#withdraw", HTMLButtonElement),
}, token, say, notice, signal);
new Tools(recognizer, {
  undo: element(document, "#undo", HTMLButtonElement),
  redo: element(document, "#redo", HTMLButtonElement),
  eraser: element(document, "#eraser", HTMLButtonElement),
  clear: element(document, "#clear", HTMLButtonElement),
  play: element(document, "#play", HTMLButtonElement),
  width: element(document, "#width", HTMLInputElement),
  guide: element(document, "#guide", HTMLSelectElement),
}, () => recognizer.play(drawings.session()), signal);
new Files(recognizer, drawings, {
  png: element(document, "#save-png", HTMLButtonElement),
  svg: element(document, "#save-svg", HTMLButtonElement),
  session: element(document, "#save", HTMLButtonElement),
  open: element(document, "#open", HTMLButtonElement),
  file: element(document, "#file", HTMLInputElement),
}, say, notice, signal);

// What was said of one drawing does not concern the next.
recognizer.addEventListener("inkchange", () => notice(""), { signal });
element(document, "#language", HTMLButtonElement).addEventListener("click", () => {
  language = language === "en" ? "zh" : "en";
  choose("language", language);
  speak();
}, { signal });
const question = element(document, "#forget-question", HTMLDialogElement);
element(document, "#forget", HTMLButtonElement).addEventListener("click", () => {
  question.returnValue = "";
  question.showModal();
}, { signal });
question.addEventListener("close", async () => {
  if (question.returnValue === "delete") await (await history).clear();
}, { signal });
history.then((kept) => {
  kept.subscribe(showDrawings);
  if (kept.isLasting) return;
  element(document, "#history-title", HTMLElement).dataset["say"] = "historyFleeting";
  speak();
});
register(signal);
speak();

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  document.title = say("title");
  translate(document, say);
  element(document, "#language", HTMLElement).lang = language === "zh" ? "en" : "zh-Hans";
  recognizer.setAttribute("lang", document.documentElement.lang);
  correct.showLabels();
  history.then(async (kept) => showDrawings(await kept.all()));
}

/** @param {readonly import("./history.js").Drawing[]} all */
function showDrawings(all) {
  gallery.show(all);
  element(document, "#history", HTMLElement).dataset["empty"] = String(all.length === 0);
}
