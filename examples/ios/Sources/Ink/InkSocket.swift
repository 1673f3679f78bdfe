// The connection, with URLSessionWebSocketTask: it comes back by itself, and tells the drawing
// again.
import Dispatch
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

private let firstWaitMs = 500.0
private let longestWaitMs = 30_000.0

/// Sends what is drawn, and gives the answers to `deliver`, on a queue of its own.
///
/// The drawing is kept by the conversation, so nothing is queued while there is no connection.
public final class InkSocket: @unchecked Sendable {
    private let request: URLRequest
    private let deliver: @Sendable (Answer) -> Void
    // All that follows is touched on this queue alone.
    private let queue = DispatchQueue(label: "ink")
    private let conversation: Conversation
    private var task: URLSessionWebSocketTask?
    private var outbox: AsyncStream<String>.Continuation?
    private var isReady = false
    private var isClosed = false
    private var losses = 0
    private var askedWaitMs = 0

    public init(
        url: URL, conversation: Conversation, token: String? = nil,
        deliver: @escaping @Sendable (Answer) -> Void
    ) {
        var request = URLRequest(url: url)
        request.setValue("ink.v1", forHTTPHeaderField: "Sec-WebSocket-Protocol")
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        #if canImport(FoundationNetworking)
        // Foundation on Linux would say keep-alive, and so ask for no WebSocket.
        request.setValue("Upgrade", forHTTPHeaderField: "Connection")
        #endif
        (self.request, self.conversation, self.deliver) = (request, conversation, deliver)
    }

    public func open() { queue.async { self.connect() } }

    public func draw(_ message: @escaping @Sendable (Conversation) -> String?) {
        queue.async {
            if let text = message(self.conversation) { self.send([text]) }
        }
    }

    public func close() {
        queue.async {
            self.isClosed = true
            self.outbox?.finish()
            self.task?.cancel(with: .normalClosure, reason: nil)
            self.task = nil
        }
    }

    private func connect() {
        if isClosed { return }
        let task = URLSession.shared.webSocketTask(with: request)
        let (messages, outbox) = AsyncStream.makeStream(of: String.self)
        (self.task, self.outbox) = (task, outbox)
        task.resume()
        Task {
            // Where this fails, so does `receive`.
            for await message in messages { try? await task.send(.string(message)) }
        }
        Task {
            while case .string(let text)? = try? await task.receive(),
                  let answer = try? parseAnswer(text) {
                queue.async {
                    guard task === self.task else { return }
                    self.react(to: answer)
                    self.deliver(answer)
                }
            }
            queue.async { if task === self.task { self.reconnect() } }
        }
    }

    private func send(_ messages: [String]) {
        if isReady { messages.forEach { outbox?.yield($0) } }
    }

    private func react(to answer: Answer) {
        switch answer {
        case .ready:
            isReady = true
            send(conversation.resume())
        case .prediction:
            losses = 0
        case .refusal(let code, _, let isFatal, let retryMs):
            if isFatal { askedWaitMs = retryMs ?? 0 }
            if code == "rate" {
                later(Double(retryMs ?? 0)) { self.send(self.conversation.repeated()) }
            }
        case .unknown:
            break
        }
    }

    private func reconnect() {
        outbox?.finish()
        task?.cancel()
        (task, outbox, isReady) = (nil, nil, false)
        let longest = min(longestWaitMs, firstWaitMs * Double(1 << min(losses, 6)))
        losses += 1
        // A part by chance, so that not all phones come back to a restarted service at once.
        later(Double(askedWaitMs) + longest * .random(in: 0.5...1)) { self.connect() }
        askedWaitMs = 0
    }

    private func later(_ waitMs: Double, _ work: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + waitMs / 1000, execute: work)
    }
}
