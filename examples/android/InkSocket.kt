// The connection, with OkHttp 3.13 or later: it comes back by itself, and tells the drawing again.
package ink

import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.Response
import okhttp3.WebSocket
import okhttp3.WebSocketListener

private const val FIRST_WAIT_MS = 500L
private const val LONGEST_WAIT_MS = 30_000L
private const val NORMAL_CLOSURE = 1000

/**
 * Sends what is drawn, and gives the answers to `deliver`, on a thread of its own.
 *
 * The drawing is kept by the conversation, so nothing is queued while there is no connection.
 */
class InkSocket(
    private val url: String,
    private val conversation: Conversation,
    private val token: String? = null,
    private val client: OkHttpClient = OkHttpClient(),
    private val deliver: (Answer) -> Unit
) {
    // All that follows is touched by this thread alone; what comes after `close` is discarded.
    private val thread = ScheduledThreadPoolExecutor(1, ThreadPoolExecutor.DiscardPolicy())
    private var socket: WebSocket? = null
    private var isReady = false
    private var losses = 0
    private var askedWaitMs = 0L

    fun open() = thread.execute { connect() }

    fun draw(messages: Conversation.() -> String?) = thread.execute {
        conversation.messages()?.let { send(it) }
    }

    fun close() = thread.execute {
        socket?.close(NORMAL_CLOSURE, null)
        thread.shutdownNow()
    }

    private fun connect() {
        isReady = false
        val request = Request.Builder().url(url).header("Sec-WebSocket-Protocol", "ink.v1")
        token?.let { request.header("Authorization", "Bearer $it") }
        socket = client.newWebSocket(request.build(), Listener())
    }

    private fun send(message: String) {
        if (isReady) socket?.send(message)
    }

    private fun receive(answer: Answer) {
        when (answer) {
            is Answer.Ready -> {
                isReady = true
                conversation.resume().forEach { send(it) }
            }
            is Answer.Prediction -> losses = 0
            Answer.Unknown -> Unit
            is Answer.Refusal -> {
                val waitMs = answer.retryMs ?: 0
                if (answer.isFatal) askedWaitMs = waitMs
                if (answer.code == "rate") {
                    later(waitMs) { conversation.repeat().forEach { send(it) } }
                }
            }
        }
        deliver(answer)
    }

    private fun reconnect() {
        socket = null
        isReady = false
        val longestMs = minOf(LONGEST_WAIT_MS, FIRST_WAIT_MS shl minOf(losses++, 6))
        // A part by chance, so that not all phones come back to a restarted service at once.
        later(askedWaitMs + (longestMs * (0.5 + Math.random() / 2)).toLong()) { connect() }
        askedWaitMs = 0
    }

    private fun later(waitMs: Long, work: () -> Unit) {
        thread.schedule(work, waitMs, TimeUnit.MILLISECONDS)
    }

    private inner class Listener : WebSocketListener() {
        override fun onMessage(webSocket: WebSocket, text: String) =
            ifCurrent(webSocket) { receive(parseAnswer(text)) }

        override fun onClosing(webSocket: WebSocket, code: Int, reason: String) {
            webSocket.close(NORMAL_CLOSURE, null)
            ifCurrent(webSocket) { reconnect() }
        }

        override fun onFailure(webSocket: WebSocket, t: Throwable, response: Response?) =
            ifCurrent(webSocket) { reconnect() }

        private fun ifCurrent(webSocket: WebSocket, work: () -> Unit) =
            thread.execute { if (webSocket === socket) work() }
    }
}
