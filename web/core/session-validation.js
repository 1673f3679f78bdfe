// A stroke point from a file is checked here as one from the wire is by realtime/messages.py, whose limits these are.

import { BadServerMessage, readServerMessage } from "./messages.js";

const COORDINATE_LIMIT = 100_000;
const COUNT_LIMIT = Number.MAX_SAFE_INTEGER;
const TOP_LIMIT = 1_000;
export const VERSION = 1;

/** It is no session file; `key` and `values` say in words.js what is wrong with it. */
export class BadSession extends Error {
  /** @param {string} key @param {Record<string, string | number>} [values] */
  constructor(key, values = {}) {
    super(`${key} ${JSON.stringify(values)}`);
    this.name = "BadSession";
    this.key = key;
    this.values = values;
  }
}

/** @param {unknown} entry @param {string} path */
export function checkEntry(entry, path) {
  must(isObject(entry), path);
  checkNumber(entry["at"], `${path}.at`, -COUNT_LIMIT, COUNT_LIMIT);
  if (entry["send"] !== undefined) checkSent(entry["send"], `${path}.send`);
  if (entry["recv"] === undefined) return;
  try {
    readServerMessage(JSON.stringify(entry["recv"]));
  } catch (error) {
    if (error instanceof BadServerMessage) throw new BadSession("badSessionField", { field: `${path}.recv` });
    throw error;
  }
}

/** @param {unknown} sent @param {string} path */
function checkSent(sent, path) {
  must(isObject(sent), path);
  const { type } = sent;
  if (type === "config") return checkConfig(sent, path);
  checkNumber(sent["seq"], `${path}.seq`, 0, COUNT_LIMIT, true);
  if (type === "points" || type === "erase") checkNumber(sent["stroke"], `${path}.stroke`, 0, COUNT_LIMIT, true);
  if (type === "points") {
    must(sent["end"] === undefined || typeof sent["end"] === "boolean", `${path}.end`);
    checkColumns(sent, path);
    checkWidth(sent, path);
  } else if (type === "ink") {
    list(sent["strokes"], `${path}.strokes`).forEach((stroke, i) => {
      must(isObject(stroke), `${path}.strokes[${i}]`);
      checkColumns(stroke, `${path}.strokes[${i}]`);
      must(list(stroke["x"], path).length > 0, `${path}.strokes[${i}].x`);
    });
  } else must(type === "erase" || type === "undo" || type === "redo" || type === "clear", `${path}.type`);
}

/** @param {Record<string, unknown>} wishes @param {string} path */
function checkConfig(wishes, path) {
  must(wishes["v"] === undefined || wishes["v"] === VERSION, `${path}.v`);
  if (wishes["canvas"] != null) checkCanvas(wishes["canvas"], `${path}.canvas`);
  if (wishes["top"] !== undefined) checkNumber(wishes["top"], `${path}.top`, 1, TOP_LIMIT, true);
  for (const name of ["interim", "image"]) must(wishes[name] === undefined || typeof wishes[name] === "boolean", `${path}.${name}`);
  if (wishes["labels"] == null) return;
  list(wishes["labels"], `${path}.labels`).forEach((label, i) => must(typeof label === "string", `${path}.labels[${i}]`));
}

/** @param {unknown} canvas @param {string} path */
export function checkCanvas(canvas, path) {
  must(isObject(canvas), path);
  for (const name of ["width", "height"]) checkLength(canvas[name], `${path}.${name}`);
}

/** @param {Record<string, unknown>} fields @param {string} path */
export function checkWidth({ width }, path) {
  if (width !== undefined) checkLength(width, `${path}.width`);
}

/** @param {unknown} value @param {string} field */
function checkLength(value, field) {
  checkNumber(value, field, 0, COORDINATE_LIMIT);
  must(value !== 0, field);
}

/** @param {Record<string, unknown>} columns @param {string} path */
export function checkColumns(columns, path) {
  const count = list(columns["x"], `${path}.x`).length;
  checkColumn(columns, "x", path, count, -COORDINATE_LIMIT, COORDINATE_LIMIT);
  checkColumn(columns, "y", path, count, -COORDINATE_LIMIT, COORDINATE_LIMIT);
  checkColumn(columns, "t", path, count, 0, COUNT_LIMIT, true);
  if (columns["p"] != null) checkColumn(columns, "p", path, count, 0, 1);
}

/**
 * @param {Record<string, unknown>} columns @param {string} name @param {string} path
 * @param {number} count @param {number} least @param {number} most @param {boolean} [isWhole]
 */
function checkColumn(columns, name, path, count, least, most, isWhole = false) {
  const values = list(columns[name], `${path}.${name}`);
  if (values.length !== count) throw new BadSession("badSessionLength", { field: `${path}.${name}`, count });
  for (const [i, value] of values.entries()) checkNumber(value, () => `${path}.${name}[${i}]`, least, most, isWhole);
}

/**
 * @param {unknown} value
 * @param {string | (() => string)} field its name, or what makes it: there may be half a million values
 * @param {number} least @param {number} most @param {boolean} [isWhole]
 */
function checkNumber(value, field, least, most, isWhole = false) {
  if (typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return;
  const name = typeof field === "string" ? field : field();
  if (typeof value !== "number" || (isWhole && !Number.isInteger(value))) throw new BadSession("badSessionField", { field: name });
  throw new BadSession("badSessionLimit", { field: name, least, most });
}

/** @param {unknown} value @param {string} field @returns {unknown[]} */
export function list(value, field) {
  must(Array.isArray(value), field);
  return value;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {boolean} isGood @param {string} field @returns {asserts isGood} */
export function must(isGood, field) {
  if (!isGood) throw new BadSession("badSessionField", { field });
}
