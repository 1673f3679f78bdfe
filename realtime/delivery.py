"""Here a browser gets the page on which a stroke point is drawn: in front of Flask, which takes twice the time a file."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags, quote_etag

from realtime.page import Page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# By this the service worker (`web/sw.js`) tells which files belong together.
VERSION_HEADER = "Page-Version"
HEADERS = {
    # Kept, but asked about each time: an old module never meets a new one.
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
    # Everybody may read these files, and pages elsewhere load the recognizer from here.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# The browser believes the type that is named, and guesses none.
NOSNIFF = (("X-Content-Type-Options", "nosniff"),)


def deliver(page: Page, application: "WSGIApplication", headers: Mapping[str, str]) -> "WSGIApplication":
    """An application that hands out the page's files itself, and leaves all else to another.

    `headers` are for what runs or is shown by itself; with a file of a page they would mean nothing, and with all of them they would be a
    fifth of its first load.
    """
    of_files = [*HEADERS.items(), (VERSION_HEADER, page.version)]

    def choose(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        file = page.files.get(environ.get("PATH_INFO", "").removeprefix("/"))
        if not file or method not in ("GET", "HEAD"):
            return application(environ, start_response)
        # Weak, as it stands for both ways to send the file.
        answer = [*of_files, *(headers.items() if file.stands_alone else NOSNIFF), ("ETag", quote_etag(file.etag, weak=True))]
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(file.etag):
            start_response("304 Not Modified", answer)
            return []
        body = file.plain
        if file.compressed and parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept).quality("gzip") > 0:
            body = file.compressed
            answer.append(("Content-Encoding", "gzip"))
        start_response("200 OK", [*answer, ("Content-Type", file.content_type), ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    return choose
