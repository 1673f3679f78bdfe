// The page around <ink-recognizer>: creates its parts, joins them, and sets their language.

import { languageOf, translator } from "../core/i18n.js";
import { requireElement, translateElements } from "../dom/elements.js";
import { InkRecognizer } from "../js/recognizer.js";
import { Corrections } from "./corrections.js";
import { Drawings } from "./drawings.js";
import { Files } from "./files.js";
import { Gallery } from "./gallery.js";
import { History } from "./history.js";
import { Mode, titleOf } from "./mode.js";
import { readSetting, writeSetting } from "./settings.js";
import { Tools } from "./tools.js";

const NOTICE_MS = 8_000; // The longest notice is read twice in that; nothing depends on it.
const { signal } = new AbortController();

/** @template {Element} T @param {string} id @param {new () => T} type */
const find = (id, type) => requireElement(document, `#${id}`, type);
/** @param {string} id */
const button = (id) => find(id, HTMLButtonElement);

// The token stands after the #, so that it is neither sent with the page's request nor logged.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
// The label says what is drawn, for whoever makes recordings; "?label=" means ink that is no digit.
const labelParameter = new URLSearchParams(location.search).get("label");
const label = labelParameter === null ? undefined : labelParameter || null;

const recognizer = find("recognizer", InkRecognizer);
if (token) recognizer.setAttribute("token", token);

let language = languageOf([readSetting("language"), ...navigator.languages]);
/** @type {import("../core/i18n.js").Translate} */
const translate = (key, values) => translator(language)(key, values);

const noticeElement = find("notice", HTMLElement);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let noticeTimer;
/** @param {string} text */
const notify = (text) => {
  noticeElement.textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { noticeElement.textContent = ""; }, NOTICE_MS);
};

const history = History.open();
const drawings = new Drawings({
  recognizer, history, label, signal,
  turn: (recognize) => mode.turn(recognize),
  onStored: showStored,
});
const gallery = new Gallery(find("drawings", HTMLOListElement), translate, (drawing) => {
  drawings.restore(drawing);
  recognizer.scrollIntoView({ block: "nearest" });
}, signal);
const corrections = new Corrections({
  recognizer, drawings, token, translate, notify, signal,
  controls: {
    row: find("correct", HTMLElement),
    digits: find("digits", HTMLElement),
    learnt: find("learnt", HTMLElement),
    consent: find("consent", HTMLDialogElement),
    reconsider: button("reconsider"),
    withdraw: button("withdraw"),
  },
});
const tools = new Tools(recognizer, {
  undo: button("undo"),
  redo: button("redo"),
  eraser: button("eraser"),
  select: button("select"),
  clear: button("clear"),
  play: button("play"),
  width: find("width", HTMLInputElement),
  guide: find("guide", HTMLSelectElement),
  scratchOut: find("scratch-out", HTMLInputElement),
}, async () => recognizer.play(await drawings.session()), signal);
new Files({
  recognizer, drawings, translate, notify, signal,
  controls: {
    png: button("save-png"),
    svg: button("save-svg"),
    session: button("save"),
    open: button("open"),
    file: find("file", HTMLInputElement),
  },
});

/** @type {Promise<import("./signs.js").Signs> | null} */
let signs = null;
const mode = new Mode(recognizer, find("mode", HTMLElement), () => {
  tools.take("pen");
  corrections.showLabels();
  drawings.readAnew();
  document.title = translate(titleOf(recognizer.recognize));
  void offerSigns(recognizer.recognize);
}, signal);

// A notice about one drawing does not concern the next.
recognizer.addEventListener("inkchange", () => notify(""), { signal });
recognizer.addEventListener("scratchout", () => notify(translate("scratched")), { signal });
button("language").addEventListener("click", () => {
  language = language === "en" ? "zh" : "en";
  writeSetting("language", language);
  localize();
}, { signal });
const question = find("forget-question", HTMLDialogElement);
button("forget").addEventListener("click", () => {
  question.returnValue = "";
  question.showModal();
}, { signal });
question.addEventListener("close", async () => {
  if (question.returnValue === "delete") await (await history).clear();
}, { signal });
history.then((opened) => opened.subscribe(showDrawings));
// The service worker fetches what the page is still loading, so it is registered after that.
if (document.readyState === "complete") void registerServiceWorker();
else addEventListener("load", registerServiceWorker, { once: true, signal });
localize();

function localize() {
  const lang = { en: "en", zh: "zh-Hans" };
  document.documentElement.lang = lang[language];
  document.title = translate(titleOf(recognizer.recognize));
  translateElements(document, translate);
  button("language").lang = lang[language === "zh" ? "en" : "zh"];
  recognizer.setAttribute("lang", lang[language]);
  void offerSigns(recognizer.recognize);
  corrections.showLabels();
  history.then(async (opened) => {
    showDrawings(await opened.all());
    showKept(opened.isLasting);
  });
}

/** @param {import("../core/messages.js").Recognition} recognize */
async function offerSigns(recognize) {
  const isOffered = recognize === "text" || recognize === "math";
  signs ??= isOffered ? import("./signs.js").then(
    ({ Signs }) => new Signs(recognizer, button("pen"), translate, signal)) : null;
  (await signs?.catch(() => null))?.offer(isOffered);
}

/** @param {readonly import("./history.js").Drawing[]} all */
function showDrawings(all) {
  gallery.show(all);
  find("history", HTMLElement).dataset["empty"] = String(all.length === 0);
}

/** @param {boolean} isStored whether there was room for the drawing */
async function showStored(isStored) {
  showKept(isStored && (await history).isLasting);
  if (!isStored) notify(translate("notStored"));
}

/** @param {boolean} isKept whether drawings outlive the page */
function showKept(isKept) {
  recognizer.toggleAttribute("ink-kept", isKept);
  const title = find("history-title", HTMLElement);
  title.textContent = translate(title.dataset["i18n"] = isKept ? "history" : "historyFleeting");
}

/** Lets the page open without a network; browsers allow it over https, or from this machine. */
async function registerServiceWorker() {
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  try {
    // The browser would otherwise take shell.js, which sw.js imports, from its cache.
    await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  } catch (error) {
    console.info("not available offline:", error);
  }
}
