// A view to draw on with a finger or a pencil; answers come while the pen still moves.
#if canImport(UIKit)
import Ink
import UIKit

/// The points that an event brings of a touch, also those since the last event, which a pencil
/// makes more often than the screen is drawn. Only a pencil's force is a pressure.
@MainActor
public func samples(of touch: UITouch, with event: UIEvent?, in view: UIView) -> [Sample] {
    (event?.coalescedTouches(for: touch) ?? [touch]).map { one in
        let place = one.preciseLocation(in: view)
        return Sample(
            x: place.x, y: place.y, timeMs: one.timestamp * 1000,
            pressure: one.type == .pencil
                ? Double(one.force / one.maximumPossibleForce) : nil)
    }
}

public final class TouchPad: UIView {
    public var socket: InkSocket?

    private var strokes: [UIBezierPath] = []
    // One touch draws; others, such as a palm, are ignored.
    private var drawing: UITouch?

    public func clear() {
        strokes = []
        drawing = nil
        socket?.draw { $0.clear() }
        setNeedsDisplay()
    }

    public override func touchesBegan(_ touches: Set<UITouch>, with event: UIEvent?) {
        guard drawing == nil, let touch = touches.first else { return }
        drawing = touch
        let path = UIBezierPath()
        path.lineWidth = 4
        path.lineCapStyle = .round
        path.move(to: touch.location(in: self))
        strokes.append(path)
        let began = samples(of: touch, with: event, in: self)
        socket?.draw { $0.begin(began) }
    }

    public override func touchesMoved(_ touches: Set<UITouch>, with event: UIEvent?) {
        guard let moved = add(touches, event) else { return }
        socket?.draw { $0.extend(moved) }
    }

    public override func touchesEnded(_ touches: Set<UITouch>, with event: UIEvent?) {
        guard let last = add(touches, event) else { return }
        drawing = nil
        socket?.draw { $0.end(last) }
    }

    public override func touchesCancelled(_ touches: Set<UITouch>, with event: UIEvent?) {
        guard let touch = drawing, touches.contains(touch) else { return }
        drawing = nil
        strokes.removeLast()
        socket?.draw { $0.eraseLast() }
        setNeedsDisplay()
    }

    public override func draw(_ rect: CGRect) {
        UIColor.label.setStroke()
        strokes.forEach { $0.stroke() }
    }

    private func add(_ touches: Set<UITouch>, _ event: UIEvent?) -> [Sample]? {
        guard let touch = drawing, touches.contains(touch), let path = strokes.last else {
            return nil
        }
        let added = samples(of: touch, with: event, in: self)
        added.forEach { path.addLine(to: CGPoint(x: $0.x, y: $0.y)) }
        setNeedsDisplay()
        return added
    }
}
#endif
