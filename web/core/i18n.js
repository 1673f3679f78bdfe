// Internationalization: the texts that people read and hear, by language and key.

import { CHINESE, ENGLISH } from "./texts.js";

/** @typedef {"en" | "zh"} Language */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** @type {Record<Language, Record<string, string>>} */
const MESSAGES = { en: ENGLISH, zh: CHINESE };

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
