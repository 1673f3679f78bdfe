// Lessons: what somebody has taught, told to the service. It is loaded with the first example.
//
// The element has the examples, and each new connection is told all of them, since a service keeps
// none. While it is connected it is told what is new; where one is gone, or the service may have
// others, it forgets all and is told the rest again.

import "../core/i18n-learning.js";
import {
  exampleOf, examplesMessage, forgetMessage, partsOf, teachMessage, withExample,
} from "../core/examples.js";

/**
 * @typedef {import("../core/examples.js").Example} Example
 * @typedef {import("../core/server-messages.js").Ready} Ready
 * @typedef {import("../core/stroke.js").Stroke} Stroke
 *
 * Oldest first. An example never changes; their list is replaced by another one.
 * @typedef {{examples: readonly Example[]}} Taught
 *
 * @typedef {object} LessonsOptions
 * @property {Taught} taught
 * @property {import("../core/ink.js").Ink} ink
 * @property {() => import("./link.js").Link} link the link of the moment
 * @property {() => Ready | null} service what it said of itself; null where it does not learn
 * @property {(text: string) => void} notice
 * @property {import("../core/i18n.js").Translate} translate
 */

export class Lessons {
  #options;
  /** What the service has, as text; null while nobody knows. @type {Set<string> | null} */
  #told = new Set();
  /** The message by which the drawing on the pad was taught last. */ #seq = -1;

  /** @param {LessonsOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Adds an example. Another one of the very same ink gives way to it, and where there is no room
   * an older one.
   * @param {string} label
   * @param {readonly Stroke[]} strokes that were on the pad
   * @param {number} revision of the ink then
   * @returns {boolean} whether the service learns, and knows this label
   */
  teach(label, strokes, revision) {
    const { taught, ink, link, service } = this.#options;
    const ready = service();
    if (!ready?.labels.includes(label) || strokes.length === 0) return false;
    const example = exampleOf(label, strokes, ready.examplePoints);
    const others = taught.examples.filter((each) => inkOf(each) !== inkOf(example));
    const isReplaced = others.length < taught.examples.length;
    taught.examples = withExample(others, example, ready.examples);
    const { isLevel, nextSeq } = link();
    // What it has just learnt from the same ink the service replaces, too.
    const isKnown = !isReplaced || nextSeq === this.#seq + 1;
    const hasRoom = taught.examples.length > others.length;
    const before = others.every((each) => this.#told?.has(textOf(each)));
    if (isLevel && ink.revision === revision && isKnown && hasRoom && before) {
      this.#seq = nextSeq;
      link().sendBeside((seq) => teachMessage(seq, label));
      this.#told = new Set(taught.examples.map(textOf));
    } else {
      this.tell();
    }
    return true;
  }

  /** Tells a new connection all of it, before it gets the ink. */
  begin() {
    this.#told = new Set();
    this.#seq = -1;
    this.tell();
  }

  /** Tells the service of what it lacks, or else has too much. */
  tell() {
    const { taught, link, service } = this.#options;
    const ready = service();
    if (ready === null || !link().isOpen) return;
    const wanted = new Map(taught.examples
      // A service with another network may not know all labels.
      .filter(({ label }) => ready.labels.includes(label))
      .slice(-ready.examples)
      .map((example) => [textOf(example), example]));
    if (this.#told === null || [...this.#told].some((text) => !wanted.has(text))) {
      link().sendBeside(forgetMessage);
      this.#told = new Set();
    }
    const missing = [...wanted].filter(([text]) => !this.#told?.has(text));
    for (const part of partsOf(missing.map(([, example]) => example), ready.messageBytes)) {
      link().sendBeside((seq) => examplesMessage(seq, part));
    }
    this.#told = new Set(wanted.keys());
  }

  /**
   * Something was refused, so that nobody knows what the service has.
   * @param {import("../core/server-messages.js").ErrorMessage} error
   */
  refused({ retry_ms }) {
    const { notice, translate } = this.#options;
    this.#told = null;
    if (retry_ms === null) notice(translate("notLearnt"));
    else setTimeout(() => this.tell(), retry_ms);
  }
}

/** @param {Example} example */
function inkOf({ strokes }) {
  return JSON.stringify(strokes);
}

/** @param {Example} example */
function textOf(example) {
  return JSON.stringify(example);
}
