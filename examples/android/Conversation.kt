// What was drawn, and the messages that tell it: no Android, no network, one thread at a time.
package ink

/** A drawing on a canvas of this size, of which a new connection can be told. */
class Conversation(
    private val width: Int,
    private val height: Int,
    private val recognize: String = "digit"
) {
    private class Stroke(var number: Int, val samples: MutableList<Sample>)

    private val strokes = mutableListOf<Stroke>()
    private var hasOpenStroke = false
    private var nextNumber = 0
    private var seq = 0L
    // The clock's time at which the drawing began.
    private var originMs = 0L

    /** What a new connection is sent when it is ready: how to read, and all that there is. */
    fun resume(): List<String> {
        val messages = mutableListOf(configMessage(width, height, recognize))
        if (strokes.isNotEmpty()) messages += repeat()
        return messages
    }

    /** The whole drawing once more, for a service that lacks a part of it. */
    fun repeat(): List<String> {
        strokes.forEachIndexed { number, stroke -> stroke.number = number }
        nextNumber = strokes.size
        val finished = if (hasOpenStroke) strokes.dropLast(1) else strokes
        val messages = mutableListOf(inkMessage(++seq, finished.map { it.samples }, originMs))
        if (hasOpenStroke) messages += points(strokes.last().samples, false)
        return messages
    }

    /** The pen came down. */
    fun begin(samples: List<Sample>): String {
        if (strokes.isEmpty()) originMs = samples.first().timeMs
        strokes += Stroke(nextNumber++, mutableListOf())
        hasOpenStroke = true
        return extend(samples)
    }

    /** The pen moved. */
    fun extend(samples: List<Sample>): String {
        strokes.last().samples += samples
        return points(samples, false)
    }

    /** The pen was lifted. */
    fun end(samples: List<Sample>): String {
        strokes.last().samples += samples
        hasOpenStroke = false
        return points(samples, true)
    }

    /** A whole stroke at once. */
    fun stroke(samples: List<Sample>): String {
        if (strokes.isEmpty()) originMs = samples.first().timeMs
        strokes += Stroke(nextNumber++, samples.toMutableList())
        return points(samples, true)
    }

    /** The last stroke goes, also one that is not finished; null where there is none. */
    fun eraseLast(): String? {
        if (strokes.isEmpty()) return null
        hasOpenStroke = false
        return eraseMessage(++seq, strokes.removeAt(strokes.size - 1).number)
    }

    fun clear(): String {
        strokes.clear()
        hasOpenStroke = false
        return clearMessage(++seq)
    }

    private fun points(samples: List<Sample>, end: Boolean): String =
        pointsMessage(++seq, strokes.last().number, samples, originMs, end)
}
