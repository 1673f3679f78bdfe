// The messages that a phone sends, and what it reads of the answers: values, no UIKit.
// realtime/protocol/PROTOCOL.md has their meaning.
import Foundation

/// A point of a touch: in units of the canvas, `y` downwards, at milliseconds of any clock.
/// `pressure` is from 0 to 1, or nil where the device measures none.
public struct Sample: Sendable {
    public var x, y: Double
    public var timeMs: Double
    public var pressure: Double?

    public init(x: Double, y: Double, timeMs: Double, pressure: Double?) {
        (self.x, self.y, self.timeMs, self.pressure) = (x, y, timeMs, pressure)
    }
}

struct Config: Encodable {
    struct Canvas: Encodable {
        var width, height: Int
    }

    var type = "config"
    var v = 1
    var canvas: Canvas
    var recognize: String
}

/// New points of a stroke; `end` closes it, and asks for a final answer.
struct Points: Encodable {
    var type = "points"
    var seq, stroke: Int
    var x, y: [Double]
    var t: [Int]
    var p: [Double]?
    var end: Bool
}

/// The whole drawing, for a new connection; its strokes get the numbers 0, 1, 2, …
struct InkMessage: Encodable {
    var type = "ink"
    var seq: Int
    var strokes: [Columns]
}

struct Erase: Encodable {
    var type = "erase"
    var seq, stroke: Int
}

struct Clear: Encodable {
    var type = "clear"
    var seq: Int
}

/// Samples as columns of equal length; there is a `p` only where each sample has a pressure.
struct Columns: Encodable {
    var x, y: [Double]
    var t: [Int]
    var p: [Double]?

    init(_ samples: [Sample], originMs: Double) {
        x = samples.map { hundredths($0.x) }
        y = samples.map { hundredths($0.y) }
        t = samples.map { max(0, Int(($0.timeMs - originMs).rounded())) }
        let pressures = samples.compactMap(\.pressure)
        if !samples.isEmpty && pressures.count == samples.count {
            p = pressures.map { hundredths(min(1, max(0, $0))) }
        }
    }
}

private func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }

func encoded(_ message: some Encodable) -> String {
    // Only a number that is not finite could not be encoded, and touches have none.
    String(decoding: try! JSONEncoder().encode(message), as: UTF8.self)
}

/// What the service says.
public enum Answer: Sendable {
    /// The connection is open; `labels` are those that are read where nothing else is asked for.
    case ready(labels: [String])
    case prediction(Prediction)
    /// A message was refused, or, where `isFatal`, the connection ends.
    case refusal(code: String, message: String, isFatal: Bool, retryMs: Int?)
    /// A type that a later service may have.
    case unknown
}

/// What the ink is; `label` is the likeliest one, of a line its text, or "" without ink.
public struct Prediction: Sendable {
    public var seq: Int
    public var isFinal, isRejected: Bool
    public var label: String
    public var probability: Double
}

public func parseAnswer(_ text: String) throws -> Answer {
    struct Candidate: Decodable { var label: String; var p: Double }
    struct Model: Decodable { var labels: [String] }
    struct Received: Decodable {
        var type: String
        var model: Model?
        var seq, retry_ms: Int?
        var final, rejected, fatal: Bool?
        var top: [Candidate]?
        var code, message: String?
    }

    let received = try JSONDecoder().decode(Received.self, from: Data(text.utf8))
    switch received.type {
    case "ready":
        return .ready(labels: received.model?.labels ?? [])
    case "prediction":
        let best = received.top?.first
        return .prediction(Prediction(
            seq: received.seq ?? 0, isFinal: received.final ?? false,
            isRejected: received.rejected ?? false,
            label: best?.label ?? "", probability: best?.p ?? 0))
    case "error":
        return .refusal(
            code: received.code ?? "", message: received.message ?? "",
            isFatal: received.fatal ?? false, retryMs: received.retry_ms)
    default:
        return .unknown
    }
}
