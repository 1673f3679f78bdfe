// What was drawn, and the messages that tell it: no UIKit, no network, one thread at a time.

/// A drawing on a canvas of this size, of which a new connection can be told.
public final class Conversation {
    private struct Stroke {
        var number: Int
        var samples: [Sample]
    }

    private let config: Config
    private var strokes: [Stroke] = []
    private var hasOpenStroke = false
    private var nextNumber = 0
    private var seq = 0
    // The clock's time at which the drawing began.
    private var originMs = 0.0

    public init(width: Int, height: Int, recognize: String = "digit") {
        config = Config(canvas: .init(width: width, height: height), recognize: recognize)
    }

    /// What a new connection is sent when it is ready: how to read, and all that there is.
    public func resume() -> [String] {
        [encoded(config)] + (strokes.isEmpty ? [] : repeated())
    }

    /// The whole drawing once more, for a service that lacks a part of it.
    public func repeated() -> [String] {
        for number in strokes.indices { strokes[number].number = number }
        nextNumber = strokes.count
        let finished = hasOpenStroke ? strokes.dropLast() : strokes[...]
        let columns = finished.map { Columns($0.samples, originMs: originMs) }
        var messages = [encoded(InkMessage(seq: next(), strokes: columns))]
        if hasOpenStroke, let open = strokes.last {
            messages.append(points(open.samples, end: false))
        }
        return messages
    }

    /// The pen came down.
    public func begin(_ samples: [Sample]) -> String {
        open(samples)
        hasOpenStroke = true
        return points(samples, end: false)
    }

    /// The pen moved.
    public func extend(_ samples: [Sample]) -> String {
        strokes[strokes.count - 1].samples += samples
        return points(samples, end: false)
    }

    /// The pen was lifted.
    public func end(_ samples: [Sample]) -> String {
        strokes[strokes.count - 1].samples += samples
        hasOpenStroke = false
        return points(samples, end: true)
    }

    /// A whole stroke at once.
    public func stroke(_ samples: [Sample]) -> String {
        open(samples)
        return points(samples, end: true)
    }

    /// The last stroke goes, also one that is not finished; nil where there is none.
    public func eraseLast() -> String? {
        guard let last = strokes.popLast() else { return nil }
        hasOpenStroke = false
        return encoded(Erase(seq: next(), stroke: last.number))
    }

    public func clear() -> String {
        strokes = []
        hasOpenStroke = false
        return encoded(Clear(seq: next()))
    }

    private func open(_ samples: [Sample]) {
        if strokes.isEmpty { originMs = samples[0].timeMs }
        strokes.append(Stroke(number: nextNumber, samples: samples))
        nextNumber += 1
    }

    private func next() -> Int {
        seq += 1
        return seq
    }

    private func points(_ samples: [Sample], end: Bool) -> String {
        let columns = Columns(samples, originMs: originMs)
        return encoded(Points(
            seq: next(), stroke: strokes[strokes.count - 1].number,
            x: columns.x, y: columns.y, t: columns.t, p: columns.p, end: end))
    }
}
