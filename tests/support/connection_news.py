"""What a page and the operator are told about connections that do not come about."""

from playwright.sync_api import Page

from tests.support.server import Server

COLLECT = """() => {
    window.connections = [];
    document.querySelector("ink-recognizer").addEventListener("connection", ({ detail }) => {
        window.connections.push([detail.state, detail.reason, detail.message]);
    });
}"""


def collect_connection_events(page: Page) -> None:
    """Keep all that the recognizer element dispatches from now on."""
    page.evaluate(COLLECT)


def last_connection_event(page: Page) -> tuple[str, str | None]:
    """The state and the reason of the newest one."""
    state, reason = page.evaluate("connections.at(-1).slice(0, 2)")
    return state, reason


def failures(page: Page) -> list[tuple[str, str]]:
    """Of each event of a connection that cannot come about, the reason and the words."""
    return [tuple(event[1:]) for event in page.evaluate("connections") if event[0] == "failed"]


def leave_and_return(page: Page) -> None:
    """Have the connection closed and another one tried, as if the browser had kept the page."""
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


def try_again(page: Page) -> None:
    """Have the page try to connect now, unless it does already."""
    page.evaluate("dispatchEvent(new Event('online'))")


def told_refusals(server: Server) -> list[str]:
    """The lines of the log about refused handshakes."""
    return [line for line in server.log.splitlines() if "websocket_refused" in line]
