"""Security headers of documents and of Flask's responses."""

import base64
import hashlib
import re
from collections.abc import Mapping

import flask

# Nothing is loaded from elsewhere; `data:` is the 28×28 picture that the network saw.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def _headers(policy: Mapping[str, str]) -> dict[str, str]:
    return {
        "Content-Security-Policy": "; ".join(
            f"{directive} {source}" for directive, source in policy.items()
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


SECURITY_HEADERS = _headers(CONTENT_SECURITY_POLICY)


def document_headers(html: bytes) -> dict[str, str]:
    """The headers of a page: its own inline scripts are let run, by their hashes, and no others."""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(html)
    ]
    scripts = " ".join([CONTENT_SECURITY_POLICY["script-src"], *hashes])
    return _headers(CONTENT_SECURITY_POLICY | {"script-src": scripts})


def mount(app: flask.Flask) -> None:
    """Add the headers to every response of the app."""

    @app.after_request
    def secure(response: flask.Response) -> flask.Response:
        response.headers.update(SECURITY_HEADERS)
        return response
