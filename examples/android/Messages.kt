// The messages that a phone sends, and what it reads of the answers: pure functions, no Android.
// realtime/protocol/PROTOCOL.md has their meaning.
package ink

import org.json.JSONArray
import org.json.JSONObject

/**
 * A point of a touch: in units of the canvas, `y` downwards, at milliseconds of any clock.
 * `pressure` is from 0 to 1, or null where the device measures none.
 */
data class Sample(val x: Double, val y: Double, val timeMs: Long, val pressure: Double?)

fun configMessage(width: Int, height: Int, recognize: String): String =
    JSONObject()
        .put("type", "config")
        .put("v", 1)
        .put("canvas", JSONObject().put("width", width).put("height", height))
        .put("recognize", recognize)
        .toString()

/** New points of a stroke; `end` closes it, and asks for a final answer. */
fun pointsMessage(
    seq: Long, stroke: Int, samples: List<Sample>, originMs: Long, end: Boolean
): String =
    columns(samples, originMs)
        .put("type", "points")
        .put("seq", seq)
        .put("stroke", stroke)
        .put("end", end)
        .toString()

/** The whole drawing, for a new connection; its strokes get the numbers 0, 1, 2, … */
fun inkMessage(seq: Long, strokes: List<List<Sample>>, originMs: Long): String =
    JSONObject()
        .put("type", "ink")
        .put("seq", seq)
        .put("strokes", JSONArray(strokes.map { columns(it, originMs) }))
        .toString()

fun eraseMessage(seq: Long, stroke: Int): String =
    JSONObject().put("type", "erase").put("seq", seq).put("stroke", stroke).toString()

fun clearMessage(seq: Long): String = JSONObject().put("type", "clear").put("seq", seq).toString()

/** Samples as columns of equal length; there is a `p` only where each sample has a pressure. */
private fun columns(samples: List<Sample>, originMs: Long): JSONObject {
    val columns = JSONObject()
        .put("x", JSONArray(samples.map { hundredths(it.x) }))
        .put("y", JSONArray(samples.map { hundredths(it.y) }))
        .put("t", JSONArray(samples.map { maxOf(0, it.timeMs - originMs) }))
    val pressures = samples.mapNotNull { it.pressure }
    if (samples.isNotEmpty() && pressures.size == samples.size) {
        columns.put("p", JSONArray(pressures.map { hundredths(it.coerceIn(0.0, 1.0)) }))
    }
    return columns
}

private fun hundredths(value: Double): Double = Math.round(value * 100) / 100.0

/** What the service says. */
sealed class Answer {
    /** The connection is open; `labels` are those that are read where nothing else is asked for. */
    data class Ready(val labels: List<String>) : Answer()

    /** What the ink is; `label` is the likeliest one, of a line its text, or "" without ink. */
    data class Prediction(
        val seq: Long,
        val isFinal: Boolean,
        val isRejected: Boolean,
        val label: String,
        val probability: Double
    ) : Answer()

    /** A message was refused, or, where `isFatal`, the connection ends. */
    data class Refusal(
        val code: String,
        val message: String,
        val isFatal: Boolean,
        val retryMs: Long?
    ) : Answer()

    /** A type that a later service may have. */
    object Unknown : Answer()
}

fun parseAnswer(text: String): Answer {
    val message = JSONObject(text)
    return when (message.getString("type")) {
        "ready" -> {
            val labels = message.getJSONObject("model").getJSONArray("labels")
            Answer.Ready((0 until labels.length()).map { labels.getString(it) })
        }
        "prediction" -> {
            val best = message.getJSONArray("top").optJSONObject(0)
            Answer.Prediction(
                message.getLong("seq"),
                message.getBoolean("final"),
                message.getBoolean("rejected"),
                best?.getString("label") ?: "",
                best?.getDouble("p") ?: 0.0
            )
        }
        "error" -> Answer.Refusal(
            message.getString("code"),
            message.getString("message"),
            message.getBoolean("fatal"),
            if (message.has("retry_ms")) message.getLong("retry_ms") else null
        )
        else -> Answer.Unknown
    }
}
