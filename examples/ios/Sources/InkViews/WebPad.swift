// The element <ink-recognizer> in a WKWebView: all that the page can do, and its answers in Swift.
#if canImport(WebKit) && canImport(UIKit)
import SwiftUI
import WebKit

private let script = """
for (const name of ["prediction", "rejected"]) {
  document.querySelector("ink-recognizer").addEventListener(name, ({ detail }) => {
    webkit.messageHandlers.ink.postMessage(name === "rejected" ? "?" : detail.label);
  });
}
"""

/// Shows a page of the service, such as https://ink.example/embed.html, or one of yours whose
/// origin is in INK_ORIGINS.
public struct WebPad: UIViewRepresentable {
    let page: URL
    let answered: (String) -> Void

    public init(page: URL, answered: @escaping (String) -> Void) {
        (self.page, self.answered) = (page, answered)
    }

    public func makeCoordinator() -> Answers { Answers(answered) }

    public func makeUIView(context: Context) -> WKWebView {
        let configuration = WKWebViewConfiguration()
        let content = configuration.userContentController
        content.add(context.coordinator, name: "ink")
        content.addUserScript(
            WKUserScript(source: script, injectionTime: .atDocumentEnd, forMainFrameOnly: true))
        let web = WKWebView(frame: .zero, configuration: configuration)
        web.scrollView.isScrollEnabled = false
        web.load(URLRequest(url: page))
        return web
    }

    public func updateUIView(_ web: WKWebView, context: Context) {}

    public final class Answers: NSObject, WKScriptMessageHandler {
        private let answered: (String) -> Void

        init(_ answered: @escaping (String) -> Void) { self.answered = answered }

        public func userContentController(
            _ content: WKUserContentController, didReceive message: WKScriptMessage
        ) {
            if let label = message.body as? String { answered(label) }
        }
    }
}
#endif
