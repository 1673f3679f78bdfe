// What JSDoc cannot say of <ink-recognizer>: its events, and its name among the elements of HTML.
// All else is generated from the JSDoc of js/recognizer.js when the package is made.

import type { EventDetails } from "../element/connection.js";
import type { InkRecognizer } from "../js/recognizer.js";

export * from "../js/recognizer.js";
export type { Change } from "../core/ink.js";
export type { Candidate, Segment } from "../core/readings.js";
export type { Ready } from "../core/server-messages.js";
export type { ConnectionNews } from "../element/connection.js";

type OwnEventMap = { [K in keyof EventDetails]: CustomEvent<EventDetails[K]> };

/** All events of the element by name. Media elements have another `playing`. */
export type InkRecognizerEventMap =
  Omit<HTMLElementEventMap, keyof OwnEventMap> & OwnEventMap;

declare module "../js/recognizer.js" {
  interface InkRecognizer {
    addEventListener<K extends keyof InkRecognizerEventMap>(
      type: K, listener: (this: InkRecognizer, event: InkRecognizerEventMap[K]) => unknown,
      options?: boolean | AddEventListenerOptions): void;
    addEventListener(
      type: string, listener: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions): void;
    removeEventListener<K extends keyof InkRecognizerEventMap>(
      type: K, listener: (this: InkRecognizer, event: InkRecognizerEventMap[K]) => unknown,
      options?: boolean | EventListenerOptions): void;
    removeEventListener(
      type: string, listener: EventListenerOrEventListenerObject,
      options?: boolean | EventListenerOptions): void;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "ink-recognizer": InkRecognizer;
  }
}
