"""Security headers of documents and of Flask's responses."""

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
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{directive} {source}" for directive, source in CONTENT_SECURITY_POLICY.items()
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def mount(app: flask.Flask) -> None:
    """Add the headers to every response of the app."""

    @app.after_request
    def secure(response: flask.Response) -> flask.Response:
        response.headers.update(SECURITY_HEADERS)
        return response
