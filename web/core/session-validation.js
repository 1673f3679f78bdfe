// Validation of session files, with the limits that the server has for messages on the wire.

import { BadServerMessage, readServerMessage } from "./server-messages.js";
import {
  BadSession, check, checkColumns, checkLength, checkList, checkNumber, checkStroke, checkWidth,
  COUNT, isObject, readExamples,
} from "./stroke-validation.js";

/**
 * @typedef {{at: number, send: unknown} | {at: number, recv: unknown}} Entry
 *
 * A session file, whoever wrote it: the server writes neither label nor canvas.
 * @typedef {object} Session
 * @property {"ink-session"} format
 * @property {1} v
 * @property {string | null} [label] what the drawing means, null for no digit
 * @property {import("./ink.js").Size} [canvas]
 * @property {Entry[]} messages
 */

const TIME = { least: -Number.MAX_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER };
/** Messages that have nothing more to check. */
const BARE = ["erase", "undo", "redo", "clear", "forget"];
const TOP = { least: 1, most: 1_000, isWhole: true };

export const VERSION = 1;

/** @param {unknown} entry @param {string} path */
export function checkEntry(entry, path) {
  check(isObject(entry), path);
  checkNumber(entry["at"], `${path}.at`, TIME);
  if (entry["send"] !== undefined) checkSent(entry["send"], `${path}.send`);
  if (entry["recv"] === undefined) return;
  try {
    readServerMessage(JSON.stringify(entry["recv"]));
  } catch (error) {
    if (!(error instanceof BadServerMessage)) throw error;
    throw new BadSession("badSessionField", { field: `${path}.recv` });
  }
}

/** @param {unknown} sent @param {string} path */
function checkSent(sent, path) {
  check(isObject(sent), path);
  const { type } = sent;
  if (type === "config") return checkConfig(sent, path);
  checkNumber(sent["seq"], `${path}.seq`, COUNT);
  if (type === "points" || type === "erase") checkNumber(sent["stroke"], `${path}.stroke`, COUNT);
  if (type === "points") {
    checkOptionalFlag(sent, "end", path);
    checkColumns(sent, path);
    checkWidth(sent, path);
  } else if (type === "ink") {
    checkList(sent["strokes"], `${path}.strokes`).forEach((stroke, i) => {
      checkStroke(stroke, `${path}.strokes[${i}]`);
    });
    if (sent["pins"] !== undefined) checkPins(sent["pins"], `${path}.pins`);
  } else if (type === "correct") {
    checkNumbers(sent["strokes"], `${path}.strokes`);
    check(sent["label"] === null || typeof sent["label"] === "string", `${path}.label`);
  } else if (type === "teach") {
    check(typeof sent["label"] === "string", `${path}.label`);
  } else if (type === "examples") {
    readExamples(sent["examples"], `${path}.examples`);
  } else {
    check(BARE.includes(String(type)), `${path}.type`);
  }
}

/** @param {Record<string, unknown>} config @param {string} path */
function checkConfig(config, path) {
  check(config["v"] === undefined || config["v"] === VERSION, `${path}.v`);
  if (config["canvas"] != null) checkCanvas(config["canvas"], `${path}.canvas`);
  if (config["top"] !== undefined) checkNumber(config["top"], `${path}.top`, TOP);
  for (const name of ["interim", "image"]) checkOptionalFlag(config, name, path);
  const { recognize } = config;
  check(recognize === undefined || typeof recognize === "string", `${path}.recognize`);
  if (config["labels"] == null) return;
  checkList(config["labels"], `${path}.labels`).forEach((label, i) => {
    check(typeof label === "string", `${path}.labels[${i}]`);
  });
}

/** @param {unknown} pins @param {string} path */
function checkPins(pins, path) {
  checkList(pins, path).forEach((pin, i) => {
    check(isObject(pin), `${path}[${i}]`);
    checkNumbers(pin["strokes"], `${path}[${i}].strokes`);
    check(typeof pin["label"] === "string", `${path}[${i}].label`);
  });
}

/** @param {unknown} numbers of strokes @param {string} path */
function checkNumbers(numbers, path) {
  checkList(numbers, path).forEach((number, i) => checkNumber(number, `${path}[${i}]`, COUNT));
}

/** @param {unknown} canvas @param {string} path */
export function checkCanvas(canvas, path) {
  check(isObject(canvas), path);
  for (const name of ["width", "height"]) checkLength(canvas[name], `${path}.${name}`);
}

/** @param {Record<string, unknown>} fields @param {string} name @param {string} path */
function checkOptionalFlag(fields, name, path) {
  check(fields[name] === undefined || typeof fields[name] === "boolean", `${path}.${name}`);
}
