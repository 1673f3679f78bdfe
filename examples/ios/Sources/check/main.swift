// Runs the client without UIKit: `swift run check transcript FILE` prints what is sent and shown
// there; `swift run check live URL FILE` draws it on a service.
import Dispatch
import Foundation
import Ink

typealias Json = [String: Any]

setvbuf(stdout, nil, _IOLBF, 0)
let arguments = CommandLine.arguments
let file = try String(contentsOfFile: arguments.last!, encoding: .utf8)
let lines = try file.split(separator: "\n").map {
    try JSONSerialization.jsonObject(with: Data($0.utf8)) as! Json
}
if arguments[1] == "transcript" { try transcript() } else { live(URL(string: arguments[2])!) }

func transcript() throws {
    let conversation = Conversation(width: 400, height: 400)
    for line in lines {
        if let step = line["do"] as? Json {
            for message in perform(conversation, step) { print("{\"send\": \(message)}") }
        }
        if let message = line["recv"] {
            let text = try JSONSerialization.data(withJSONObject: message)
            print("{\"show\": \(shown(try parseAnswer(String(decoding: text, as: UTF8.self))))}")
        }
    }
}

/// Does all that the file does, waits for each final answer, and then for a second connection.
func live(_ url: URL) {
    let answers = AnswerQueue()
    let socket = InkSocket(
        url: url, conversation: Conversation(width: 400, height: 400)
    ) { answers.put($0) }
    socket.open()
    answers.report(isReady)
    for step in lines.compactMap({ $0["do"] as? Json }) where step["kind"] as? String != "resume" {
        socket.draw { perform($0, step).last }
        if !["begin", "extend"].contains(step["kind"] as? String) { answers.report(isFinal) }
    }
    print("drawn")
    answers.report(isReady)
    answers.report(isFinal)
    socket.close()
}

final class AnswerQueue: @unchecked Sendable {
    private let lock = NSLock()
    private let arrived = DispatchSemaphore(value: 0)
    private var answers: [Answer] = []

    func put(_ answer: Answer) {
        lock.lock()
        answers.append(answer)
        lock.unlock()
        arrived.signal()
    }

    func report(_ isAwaited: (Answer) -> Bool) {
        while true {
            guard arrived.wait(timeout: .now() + 60) == .success else { fatalError("no answer") }
            lock.lock()
            let answer = answers.removeFirst()
            lock.unlock()
            if isAwaited(answer) { return print(answer) }
        }
    }
}

func isReady(_ answer: Answer) -> Bool {
    if case .ready = answer { return true }
    return false
}

func isFinal(_ answer: Answer) -> Bool {
    if case .prediction(let prediction) = answer { return prediction.isFinal }
    return false
}

func shown(_ answer: Answer) -> String {
    guard case .prediction(let prediction) = answer else { return "null" }
    return "\"\(prediction.isRejected ? "?" : prediction.label)\""
}

func perform(_ conversation: Conversation, _ step: Json) -> [String] {
    let rows = step["samples"] as? [[Any]] ?? []
    let samples = rows.map { row in
        Sample(
            x: row[0] as! Double, y: row[1] as! Double, timeMs: row[2] as! Double,
            pressure: row[3] as? Double)
    }
    switch step["kind"] as! String {
    case "resume": return conversation.resume()
    case "begin": return [conversation.begin(samples)]
    case "extend": return [conversation.extend(samples)]
    case "end": return [conversation.end(samples)]
    case "stroke": return [conversation.stroke(samples)]
    case "erase": return conversation.eraseLast().map { [$0] } ?? []
    case "clear": return [conversation.clear()]
    default: fatalError("no such step: \(step)")
    }
}
