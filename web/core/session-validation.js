// Validation of session files, with the limits that the server has for messages on the wire.

import { COORDINATE_LIMIT } from "./ink.js";
import { BadServerMessage, readServerMessage } from "./messages.js";

/**
 * @typedef {import("./ink.js").Stroke} Stroke
 *
 * @typedef {{at: number, send: unknown} | {at: number, recv: unknown}} Entry
 *
 * A session file, whoever wrote it: the server writes neither label nor canvas.
 * @typedef {object} Session
 * @property {"ink-session"} format
 * @property {1} v
 * @property {string | null} [label] what the drawing means, null for no digit
 * @property {import("./ink.js").Size} [canvas]
 * @property {Entry[]} messages
 *
 * @typedef {{least: number, most: number, isWhole?: boolean}} Range
 */

const COUNT_LIMIT = Number.MAX_SAFE_INTEGER;

const TIME = { least: -COUNT_LIMIT, most: COUNT_LIMIT };
const COUNT = { least: 0, most: COUNT_LIMIT, isWhole: true };
const TOP = { least: 1, most: 1_000, isWhole: true };
const COORDINATE = { least: -COORDINATE_LIMIT, most: COORDINATE_LIMIT };
const LENGTH = { least: 0, most: COORDINATE_LIMIT };
const PRESSURE = { least: 0, most: 1 };

export const VERSION = 1;

/** The file is no session file; `key` and `values` say in i18n.js what is wrong with it. */
export class BadSession extends Error {
  /** @param {string} key @param {Record<string, string | number>} [values] */
  constructor(key, values = {}) {
    super(`${key} ${JSON.stringify(values)}`);
    this.name = "BadSession";
    this.key = key;
    this.values = values;
  }
}

/**
 * @param {unknown} value
 * @returns {Stroke[]} copies, numbered from 0
 * @throws {BadSession} if these are no strokes
 */
export function readStrokes(value) {
  return checkList(value, "strokes").map((stroke, number) => {
    const path = `strokes[${number}]`;
    checkStroke(stroke, path);
    checkWidth(stroke, path);
    const { x, y, t, p, width } = /** @type {Stroke} */ (/** @type {unknown} */ (stroke));
    return {
      number, x: [...x], y: [...y], t: [...t],
      ...(p == null ? {} : { p: [...p] }), ...(width === undefined ? {} : { width }),
    };
  });
}

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
  } else {
    const isBare = type === "erase" || type === "undo" || type === "redo" || type === "clear";
    check(isBare, `${path}.type`);
  }
}

/** @param {Record<string, unknown>} config @param {string} path */
function checkConfig(config, path) {
  check(config["v"] === undefined || config["v"] === VERSION, `${path}.v`);
  if (config["canvas"] != null) checkCanvas(config["canvas"], `${path}.canvas`);
  if (config["top"] !== undefined) checkNumber(config["top"], `${path}.top`, TOP);
  for (const name of ["interim", "image"]) checkOptionalFlag(config, name, path);
  if (config["labels"] == null) return;
  checkList(config["labels"], `${path}.labels`).forEach((label, i) => {
    check(typeof label === "string", `${path}.labels[${i}]`);
  });
}

/**
 * A stroke of an `ink` message, which has at least one point.
 * @param {unknown} stroke
 * @param {string} path
 * @returns {asserts stroke is Record<string, unknown>}
 */
function checkStroke(stroke, path) {
  check(isObject(stroke), path);
  checkColumns(stroke, path);
  check(checkList(stroke["x"], path).length > 0, `${path}.x`);
}

/** @param {unknown} canvas @param {string} path */
export function checkCanvas(canvas, path) {
  check(isObject(canvas), path);
  for (const name of ["width", "height"]) checkLength(canvas[name], `${path}.${name}`);
}

/** @param {Record<string, unknown>} fields @param {string} path */
function checkWidth({ width }, path) {
  if (width !== undefined) checkLength(width, `${path}.width`);
}

/** @param {unknown} value @param {string} field */
function checkLength(value, field) {
  checkNumber(value, field, LENGTH);
  check(value !== 0, field);
}

/** @param {Record<string, unknown>} fields @param {string} name @param {string} path */
function checkOptionalFlag(fields, name, path) {
  check(fields[name] === undefined || typeof fields[name] === "boolean", `${path}.${name}`);
}

/** @param {Record<string, unknown>} columns @param {string} path */
function checkColumns({ x, y, t, p }, path) {
  const count = checkList(x, `${path}.x`).length;
  /** @type {(values: unknown, name: string, range: Range) => void} */
  const checkColumn = (values, name, range) => {
    const column = checkList(values, `${path}.${name}`);
    if (column.length !== count) {
      throw new BadSession("badSessionLength", { field: `${path}.${name}`, count });
    }
    for (const [i, value] of column.entries()) {
      checkNumber(value, () => `${path}.${name}[${i}]`, range);
    }
  };
  checkColumn(x, "x", COORDINATE);
  checkColumn(y, "y", COORDINATE);
  checkColumn(t, "t", COUNT);
  if (p != null) checkColumn(p, "p", PRESSURE);
}

/**
 * @param {unknown} value
 * @param {string | (() => string)} field its name, or what makes it: there may be half a million
 * @param {Range} range
 */
function checkNumber(value, field, { least, most, isWhole = false }) {
  const isNumber = typeof value === "number" && (!isWhole || Number.isInteger(value));
  if (isNumber && value >= least && value <= most) return;
  const name = typeof field === "string" ? field : field();
  if (!isNumber) throw new BadSession("badSessionField", { field: name });
  throw new BadSession("badSessionLimit", { field: name, least, most });
}

/** @param {unknown} value @param {string} field @returns {unknown[]} */
export function checkList(value, field) {
  check(Array.isArray(value), field);
  return value;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {boolean} isGood @param {string} field @returns {asserts isGood} */
export function check(isGood, field) {
  if (!isGood) throw new BadSession("badSessionField", { field });
}
