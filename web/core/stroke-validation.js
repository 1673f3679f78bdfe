// Validation of strokes, with the limits that the server has for them on the wire.

import { COORDINATE_LIMIT } from "./stroke.js";

/**
 * @typedef {import("./stroke.js").Stroke} Stroke
 * @typedef {import("./examples.js").Example} Example
 * @typedef {{least: number, most: number, isWhole?: boolean}} Range
 */

export const COUNT = { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true };

const COORDINATE = { least: -COORDINATE_LIMIT, most: COORDINATE_LIMIT };
const LENGTH = { least: 0, most: COORDINATE_LIMIT };
const PRESSURE = { least: 0, most: 1 };

/**
 * These are no strokes, or the file is no session file; `key` and `values` say in i18n-files.js
 * what is wrong with it.
 */
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

/**
 * @param {unknown} value
 * @param {string} [path]
 * @returns {Example[]} copies of the examples, with what they need alone
 * @throws {BadSession} if these are no examples
 */
export function readExamples(value, path = "examples") {
  return checkList(value, path).map((example, i) => {
    const field = `${path}[${i}]`;
    check(isObject(example), field);
    const { label, strokes } = example;
    check(typeof label === "string", `${field}.label`);
    check(checkList(strokes, `${field}.strokes`).length > 0, `${field}.strokes`);
    const places = /** @type {unknown[]} */ (strokes).map((stroke, number) => {
      const { x, y } = checkPlaces(stroke, `${field}.strokes[${number}]`);
      check(x.length > 0, `${field}.strokes[${number}].x`);
      return { x: [...x], y: [...y] };
    });
    return { label, strokes: places };
  });
}

/**
 * A stroke of an `ink` message, which has at least one point.
 * @param {unknown} stroke
 * @param {string} path
 * @returns {asserts stroke is Record<string, unknown>}
 */
export function checkStroke(stroke, path) {
  check(isObject(stroke), path);
  checkColumns(stroke, path);
  check(checkList(stroke["x"], path).length > 0, `${path}.x`);
}

/** @param {Record<string, unknown>} fields @param {string} path */
export function checkWidth({ width }, path) {
  if (width !== undefined) checkLength(width, `${path}.width`);
}

/** @param {unknown} value @param {string} field */
export function checkLength(value, field) {
  checkNumber(value, field, LENGTH);
  check(value !== 0, field);
}

/** @param {Record<string, unknown>} columns @param {string} path */
export function checkColumns(columns, path) {
  const { t, p } = columns;
  const count = checkPlaces(columns, path).x.length;
  checkColumn(t, `${path}.t`, count, COUNT);
  if (p != null) checkColumn(p, `${path}.p`, count, PRESSURE);
}

/**
 * The places of a stroke's points.
 * @param {unknown} columns
 * @param {string} path
 * @returns {{x: number[], y: number[]}}
 */
function checkPlaces(columns, path) {
  check(isObject(columns), path);
  const { x, y } = columns;
  const count = checkList(x, `${path}.x`).length;
  checkColumn(x, `${path}.x`, count, COORDINATE);
  checkColumn(y, `${path}.y`, count, COORDINATE);
  return /** @type {{x: number[], y: number[]}} */ ({ x, y });
}

/** @type {(values: unknown, field: string, count: number, range: Range) => void} */
function checkColumn(values, field, count, range) {
  const column = checkList(values, field);
  if (column.length !== count) throw new BadSession("badSessionLength", { field, count });
  for (const [i, value] of column.entries()) checkNumber(value, () => `${field}[${i}]`, range);
}

/**
 * @param {unknown} value
 * @param {string | (() => string)} field its name, or what makes it: there may be half a million
 * @param {Range} range
 */
export function checkNumber(value, field, { least, most, isWhole = false }) {
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
