// Types of the element's own events; nothing here runs.

/**
 * @typedef {import("../core/server-messages.js").Prediction} Prediction
 *
 * A prediction as an event's detail; `label` is null where there is no ink, and a line's text.
 * @typedef {Prediction & {label: string | null, delay_ms: number | null}} Answer
 *
 * `reason` is a key of core/i18n-faults.js, or null; `message` has the words that are shown.
 * @typedef {object} ConnectionNews
 * @property {import("./socket.js").SocketState} state
 * @property {string | null} reason
 * @property {string} message
 *
 * What each event has in its `detail`.
 * @typedef {object} EventDetails
 * @property {Answer} interim
 * @property {Answer} prediction
 * @property {Answer} rejected
 * @property {import("../core/server-messages.js").Ready} ready
 * @property {ConnectionNews} connection
 * @property {{kind: import("../core/ink.js").Change["kind"], drawing: number}} inkchange
 * @property {{isPlaying: boolean}} playing
 * @property {{count: number}} scratchout how many strokes were scratched out
 */

export {};
