"""The route `GET /openapi.json`: the specification of this server's HTTP routes."""

import hashlib
import json

import flask

from realtime.access.token import check_token
from realtime.setting_groups import AccessSettings
from realtime.specification.http_operations import JSON, OPENAPI_PATH
from realtime.specification.openapi import openapi_document


def mount(app: flask.Flask, access: AccessSettings) -> None:
    """Add the route to the app. Where there is a token, it is wanted here too."""
    body = json.dumps(openapi_document(), ensure_ascii=False).encode()
    etag = hashlib.sha256(body).hexdigest()[:16]

    @app.get(OPENAPI_PATH)
    def specification() -> flask.Response:
        check_token(flask.request, access)
        response = flask.Response(body, content_type=JSON)
        response.set_etag(etag)
        # It changes with the server alone, but may do so at any time.
        response.cache_control.no_cache = True
        response.make_conditional(flask.request)
        return response
