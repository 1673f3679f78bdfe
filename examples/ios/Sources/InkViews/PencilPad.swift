// PencilKit's canvas: it has pens, an eraser and a ruler of its own, and tells of whole strokes.
#if canImport(PencilKit) && canImport(UIKit)
import Ink
import PencilKit
import SwiftUI

// What a pencil can press at most, where an ordinary touch is 1.
private let greatestForce = 25.0 / 6
// Points of the screen between two samples of PencilKit's curve.
private let spacing = 3.0

public func samples(of stroke: PKStroke) -> [Sample] {
    let beganMs = stroke.path.creationDate.timeIntervalSince1970 * 1000
    return stroke.path.interpolatedPoints(by: .distance(spacing)).map { point in
        let place = point.location.applying(stroke.transform)
        return Sample(
            x: place.x, y: place.y, timeMs: beganMs + point.timeOffset * 1000,
            pressure: Double(point.force) / greatestForce)
    }
}

public struct PencilPad: UIViewRepresentable {
    let socket: InkSocket

    public init(socket: InkSocket) { self.socket = socket }

    public func makeCoordinator() -> Strokes { Strokes(socket) }

    public func makeUIView(context: Context) -> PKCanvasView {
        let canvas = PKCanvasView()
        canvas.drawingPolicy = .anyInput
        canvas.delegate = context.coordinator
        return canvas
    }

    public func updateUIView(_ canvas: PKCanvasView, context: Context) {}

    public final class Strokes: NSObject, PKCanvasViewDelegate {
        private let socket: InkSocket
        private var sent = 0

        init(_ socket: InkSocket) { self.socket = socket }

        public func canvasViewDrawingDidChange(_ canvas: PKCanvasView) {
            let strokes = canvas.drawing.strokes
            // Anything but one stroke more is an undo, an eraser's work, or a paste.
            let isOneMore = strokes.count == sent + 1
            if !isOneMore { socket.draw { $0.clear() } }
            for stroke in isOneMore ? strokes.suffix(1) : strokes[...] {
                let drawn = samples(of: stroke)
                if !drawn.isEmpty { socket.draw { $0.stroke(drawn) } }
            }
            sent = strokes.count
        }
    }
}
#endif
