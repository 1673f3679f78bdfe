// Runs the client without Android: `make phones` compiles it with what is in the folder above.
package ink.check

import ink.Answer
import ink.Conversation
import ink.InkSocket
import ink.Sample
import ink.parseAnswer
import java.io.File
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.system.exitProcess
import org.json.JSONArray
import org.json.JSONObject

/** `transcript FILE` prints what is sent and shown there; `live URL FILE` draws it on a service. */
fun main(arguments: Array<String>) {
    val lines = File(arguments.last()).readLines().map { JSONObject(it) }
    if (arguments[0] == "transcript") transcript(lines) else live(arguments[1], lines)
    exitProcess(0) // OkHttp's threads would live on for a minute.
}

private fun transcript(lines: List<JSONObject>) {
    val conversation = Conversation(400, 400)
    for (line in lines) {
        line.optJSONObject("do")?.let { step ->
            perform(conversation, step).forEach { println("""{"send": $it}""") }
        }
        line.optJSONObject("recv")?.let { println("""{"show": ${shown(it)}}""") }
    }
}

/** Does all that the file does, waits for each final answer, and then for a second connection. */
private fun live(url: String, lines: List<JSONObject>) {
    val answers = LinkedBlockingQueue<Answer>()
    val socket = InkSocket(url, Conversation(400, 400)) { answers.put(it) }
    val steps = lines.mapNotNull { it.optJSONObject("do") }
        .filter { it.getString("kind") != "resume" }
    socket.open()
    report(answers) { it is Answer.Ready }
    for (step in steps) {
        socket.draw { perform(this, step).lastOrNull() }
        if (step.getString("kind") !in setOf("begin", "extend")) {
            report(answers) { it is Answer.Prediction && it.isFinal }
        }
    }
    println("drawn")
    report(answers) { it is Answer.Ready }
    report(answers) { it is Answer.Prediction && it.isFinal }
    socket.close()
}

private fun report(answers: LinkedBlockingQueue<Answer>, isAwaited: (Answer) -> Boolean) {
    do {
        val answer = answers.poll(60, TimeUnit.SECONDS) ?: error("no answer")
        if (isAwaited(answer)) println(answer)
    } while (!isAwaited(answer))
}

private fun shown(message: JSONObject): String =
    when (val answer = parseAnswer(message.toString())) {
        is Answer.Prediction -> JSONObject.quote(if (answer.isRejected) "?" else answer.label)
        else -> "null"
    }

private fun perform(conversation: Conversation, step: JSONObject): List<String> {
    val samples = step.optJSONArray("samples")?.let { samples(it) } ?: emptyList()
    return when (val kind = step.getString("kind")) {
        "resume" -> conversation.resume()
        "begin" -> listOf(conversation.begin(samples))
        "extend" -> listOf(conversation.extend(samples))
        "end" -> listOf(conversation.end(samples))
        "stroke" -> listOf(conversation.stroke(samples))
        "erase" -> listOfNotNull(conversation.eraseLast())
        "clear" -> listOf(conversation.clear())
        else -> error("no such step: $kind")
    }
}

private fun samples(rows: JSONArray): List<Sample> =
    (0 until rows.length()).map { rows.getJSONArray(it) }.map {
        Sample(
            it.getDouble(0), it.getDouble(1), it.getLong(2),
            if (it.isNull(3)) null else it.getDouble(3)
        )
    }
