// A view to draw on, and an activity that shows what it reads.
package ink

import android.app.Activity
import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.os.Bundle
import android.view.MotionEvent
import android.view.View
import android.widget.LinearLayout
import android.widget.TextView

private const val SERVICE = "wss://ink.example/ws"
private const val LINE_WIDTH = 8f
private const val NOBODY = -1

/**
 * The points that an event brings of one pointer, also those since the last event, which a stylus
 * makes more often than the screen is drawn. A finger's pressure is made up, so it is left out.
 */
fun samples(event: MotionEvent, pointer: Int): List<Sample> {
    val hasPressure = event.getToolType(pointer) == MotionEvent.TOOL_TYPE_STYLUS
    fun sample(x: Float, y: Float, timeMs: Long, pressure: Float) =
        Sample(x.toDouble(), y.toDouble(), timeMs, if (hasPressure) pressure.toDouble() else null)

    val earlier = (0 until event.historySize).map {
        sample(
            event.getHistoricalX(pointer, it), event.getHistoricalY(pointer, it),
            event.getHistoricalEventTime(it), event.getHistoricalPressure(pointer, it)
        )
    }
    val now = sample(
        event.getX(pointer), event.getY(pointer), event.eventTime, event.getPressure(pointer)
    )
    return earlier + now
}

class InkView(context: Context) : View(context) {
    var socket: InkSocket? = null

    private val strokes = mutableListOf<Path>()
    private val pen = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        style = Paint.Style.STROKE
        strokeCap = Paint.Cap.ROUND
        strokeJoin = Paint.Join.ROUND
        strokeWidth = LINE_WIDTH
    }

    // One pointer draws; others, such as a palm, are ignored.
    private var drawing = NOBODY

    override fun onTouchEvent(event: MotionEvent): Boolean {
        if (event.actionMasked == MotionEvent.ACTION_DOWN) begin(event)
        val pointer = event.findPointerIndex(drawing)
        if (drawing == NOBODY || pointer < 0) return true
        val isLifted = event.actionMasked == MotionEvent.ACTION_UP ||
            event.actionMasked == MotionEvent.ACTION_POINTER_UP && event.actionIndex == pointer
        when {
            isLifted -> add(samples(event, pointer)) { end(it) }
            event.actionMasked == MotionEvent.ACTION_MOVE ->
                add(samples(event, pointer)) { extend(it) }
            event.actionMasked == MotionEvent.ACTION_CANCEL -> {
                strokes.removeAt(strokes.size - 1)
                socket?.draw { eraseLast() }
            }
        }
        if (isLifted || event.actionMasked == MotionEvent.ACTION_CANCEL) drawing = NOBODY
        invalidate()
        return true
    }

    fun clear() {
        strokes.clear()
        drawing = NOBODY
        socket?.draw { clear() }
        invalidate()
    }

    override fun onDraw(canvas: Canvas) = strokes.forEach { canvas.drawPath(it, pen) }

    private fun begin(event: MotionEvent) {
        // Points come as they are made, and no list scrolls under the pen.
        requestUnbufferedDispatch(event)
        parent.requestDisallowInterceptTouchEvent(true)
        drawing = event.getPointerId(0)
        strokes += Path().apply { moveTo(event.x, event.y) }
        val samples = samples(event, 0)
        socket?.draw { begin(samples) }
    }

    private fun add(samples: List<Sample>, message: Conversation.(List<Sample>) -> String) {
        samples.forEach { strokes.last().lineTo(it.x.toFloat(), it.y.toFloat()) }
        socket?.draw { message(samples) }
    }
}

class InkActivity : Activity() {
    private var socket: InkSocket? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val answer = TextView(this).apply { textSize = 48f }
        val view = InkView(this)
        answer.setOnClickListener { view.clear() }
        setContentView(LinearLayout(this).apply {
            orientation = LinearLayout.VERTICAL
            addView(answer)
            addView(view, LinearLayout.LayoutParams(
                LinearLayout.LayoutParams.MATCH_PARENT, LinearLayout.LayoutParams.MATCH_PARENT
            ))
        })
        // When it has been laid out, and its size is that of the canvas.
        view.post {
            val conversation = Conversation(view.width, view.height)
            socket = InkSocket(SERVICE, conversation) { runOnUiThread { show(it, answer) } }
            socket?.open()
            view.socket = socket
        }
    }

    override fun onDestroy() {
        socket?.close()
        super.onDestroy()
    }

    private fun show(received: Answer, answer: TextView) {
        when (received) {
            is Answer.Prediction -> answer.text = if (received.isRejected) "?" else received.label
            is Answer.Refusal -> answer.text = received.message
            else -> Unit
        }
    }
}
