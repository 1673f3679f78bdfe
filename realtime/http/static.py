"""The files of the page, delivered in front of Flask, which takes twice the time a file."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import flask
from werkzeug.datastructures import Accept
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.http import parse_accept_header, parse_etags, quote_etag

from realtime.http.web_files import WebFiles

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# By this the service worker (`web/sw.js`) tells which files belong together.
VERSION_HEADER = "Page-Version"
HEADERS = {
    # Browsers store files but ask about each every time: an old module never meets a new one.
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
    # Everybody may read these files, and pages of other origins load the recognizer from here.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
READING = ("GET", "HEAD")
# The browser takes the declared type, and guesses none.
NOSNIFF = (("X-Content-Type-Options", "nosniff"),)


def refuse_other_methods(app: flask.Flask, page: WebFiles) -> None:
    """Tell who does anything but read a file that only this is possible (RFC 9110, 15.5.6)."""

    @app.before_request
    def check_method() -> None:
        # `serve_static` has answered all others.
        if flask.request.path.removeprefix("/") in page.files:
            raise MethodNotAllowed(READING)


def serve_static(
    page: WebFiles, application: "WSGIApplication", headers_of: Callable[[bytes], Mapping[str, str]]
) -> "WSGIApplication":
    """WSGI middleware that delivers the page's files, and leaves all else to `application`.

    Args:
        page: the files.
        application: answers all other requests.
        headers_of: the security headers of a document or a worker. With a file that is only part
            of one they would mean nothing, and with all files they would be a fifth of the first
            load.
    """
    common = [*HEADERS.items(), (VERSION_HEADER, page.version)]
    security = {
        file.etag: tuple(headers_of(file.plain).items())
        for file in page.files.values()
        if file.stands_alone
    }

    def middleware(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        # A proxy that takes `/ink` away from `/ink/ws` often leaves two slashes.
        name = environ.get("PATH_INFO", "").lstrip("/")
        environ["PATH_INFO"] = f"/{name}"
        file = page.files.get(name)
        if not file or method not in READING:
            return application(environ, start_response)
        headers = [*common, *security.get(file.etag, NOSNIFF)]
        # The tag is weak, as it stands for both encodings of the file.
        headers.append(("ETag", quote_etag(file.etag, weak=True)))
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(file.etag):
            start_response("304 Not Modified", headers)
            return []
        body = file.plain
        encodings = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept)
        if file.compressed and encodings.quality("gzip") > 0:
            body = file.compressed
            headers.append(("Content-Encoding", "gzip"))
        headers += [("Content-Type", file.content_type), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [] if method == "HEAD" else [body]

    return middleware
