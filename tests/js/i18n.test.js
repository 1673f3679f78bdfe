// Every text exists in every language, and every text that exists is used.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import "../../web/core/i18n-faults.js";
import "../../web/core/i18n-files.js";
import "../../web/core/i18n-giving.js";
import "../../web/core/i18n-learning.js";
import "../../web/core/i18n-line.js";
import "../../web/core/i18n-math.js";
import "../../web/core/i18n-signs.js";
import "../../web/core/i18n-symbols.js";
import { keys as keysOfTexts, languageOf, translator } from "../../web/core/i18n.js";

const WEB = new URL("../../web/", import.meta.url);
const LANGUAGES = ["en", "zh"];
const KEYS = keysOfTexts();
const [FIRST = []] = KEYS;
const ROOMS = ["core", "dom", "element", "line", "math", "js", "page"];
const sources = [
  "index.html",
  ...ROOMS.flatMap((room) => readdirSync(new URL(room, WEB)).map((name) => `${room}/${name}`)),
]
  .filter((name) => !name.startsWith("core/i18n") && !name.startsWith("core/texts"))
  .map((name) => ({ name, text: readFileSync(new URL(name, WEB), "utf8") }));

/** The names in braces that the words of a key want. */
function wishes(language, key) {
  const asked = new Set();
  const values = new Proxy({}, { get: (_, name) => { asked.add(name); return "value"; } });
  translator(language)(key, values);
  return [...asked].sort();
}

test("every language has words for the same keys, in the same order", () => {
  assert.equal(KEYS.length, LANGUAGES.length);
  for (const keys of KEYS) assert.deepEqual(keys, FIRST);
  assert(FIRST.length > 50);
});

test("every language's words want the same values", () => {
  for (const key of FIRST) assert.deepEqual(wishes("zh", key), wishes("en", key), key);
});

test("no words are empty, or English in Chinese", () => {
  for (const key of FIRST) {
    assert(translator("en")(key, { label: "7" }).trim() !== "", key);
    const hasWords = /\p{L}/u.test(translator("en")(key).replaceAll(/\{\w+\}/g, ""));
    if (hasWords && key !== "otherLanguage" && key !== "locale")
      assert.match(translator("zh")(key), /\p{Script=Han}/u, key);
  }
});

test("what markup and code say has words", () => {
  const said = sources.flatMap(({ name, text }) => [
    ...[...text.matchAll(/data-i18n(?:-alt|-label)?="([^"]*)"/g)].map(([, key]) => ({ name, key })),
    ...[...text.matchAll(/\btranslate\("(\w+)"/g)].map(([, key]) => ({ name, key })),
  ]);
  assert(said.length > 40);
  for (const { name, key } of said) assert(FIRST.includes(key), `${name} says ${key}`);
});

test("what has words is said somewhere", () => {
  // A key that is chosen at run time stands between quotes somewhere, too.
  for (const key of FIRST) {
    const isSaid = sources.some(({ text }) => text.includes(`"${key}"`));
    assert(isSaid, `nobody says ${key}`);
  }
});

test("values take their places, and one that is missing leaves nothing behind", () => {
  const say = translator("en");
  assert.equal(say("saidDigit", { label: "7", percent: "93%" }), "7, 93%");
  assert.equal(say("saidDigit", { label: "7" }), "7, ");
  assert.equal(say("reconnectingIn", { seconds: 0 }).includes("in 0 s"), true);
  assert.equal(say("no such key"), "no such key");
});

test("the first language of a list that there are words for is spoken, else English", () => {
  assert.equal(languageOf(["zh-Hans-CN", "en"]), "zh");
  assert.equal(languageOf(["ZH"]), "zh");
  assert.equal(languageOf(["fr", null, undefined, "", "zh-TW", "en"]), "zh");
  assert.equal(languageOf(["fr", "de"]), "en");
  assert.equal(languageOf([]), "en");
  assert.equal(languageOf(["zhx"]), "en");
});

test("the page speaks English before its script has come", () => {
  const html = sources.find(({ name }) => name === "index.html")?.text ?? "";
  const spoken = [...html.matchAll(/data-i18n="(\w+)"[^>]*>([^<]+)</g)].filter(
    ([, , words]) => words.trim() !== "",
  );
  assert(spoken.length > 15);
  for (const [, key, words] of spoken) assert.equal(words, translator("en")(key));
});
