"""`POST /ink` and `DELETE /ink`: stroke points that people give with a label, to be learnt from, or take back (PROTOCOL.md)."""

import flask
from gevent.threadpool import ThreadPool
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from realtime.access import check_origin, check_token, friend
from realtime.config import Config
from realtime.errors import PieceError
from realtime.given import read_farewell, read_piece
from realtime.kept import Kept
from realtime.metrics import Metrics
from realtime.recognizer import Recognizer
from realtime.routes import Routes, in_thread

PATH = "/ink"
# How long a browser may remember that a page of another origin is let in.
PREFLIGHT_S = 600


def mount(app: flask.Flask, config: Config, recognizer: Recognizer, routes: Routes, metrics: Metrics) -> None:
    """Add `/ink` to the app; where nothing is kept, it answers 404."""
    kept = Kept(config)
    # A disk can take its time: in a thread, so that those who draw do not wait.
    writer = ThreadPool(1)

    def let_in() -> None:
        if not config.kept:
            raise NotFound("this server keeps no ink (INK_KEPT)")
        check_origin(flask.request, config)

    @app.post(PATH, provide_automatic_options=False)
    @routes.limit("pieces_per_minute", "pieces of ink")
    def keep() -> flask.Response:
        let_in()
        check_token(flask.request, config)
        number = in_thread(writer, kept.keep, read_piece(_body(config), recognizer, config))
        metrics.kept()
        response = flask.jsonify(id=number)
        response.status_code = 201
        return response

    @app.delete(PATH, provide_automatic_options=False)
    @routes.limit("deletions_per_minute", "deletions")
    def delete() -> flask.Response:
        let_in()
        check_token(flask.request, config)
        deleted = in_thread(writer, kept.delete, read_farewell(_body(config)))
        metrics.deleted(deleted)
        return flask.jsonify(deleted=deleted)

    @app.route(PATH, methods=["OPTIONS"])
    def preflight() -> flask.Response:
        # A browser asks before it sends the page's request, and sends no token yet.
        let_in()
        headers = {"Access-Control-Allow-Methods": "POST, DELETE", "Access-Control-Allow-Headers": "Authorization, Content-Type"}
        return flask.Response(status=204, headers={**headers, "Access-Control-Max-Age": str(PREFLIGHT_S)})

    @app.after_request
    def let_friends_read(response: flask.Response) -> flask.Response:
        if flask.request.path == PATH:
            response.vary.add("Origin")
            if origin := friend(flask.request, config):
                response.headers["Access-Control-Allow-Origin"] = origin
                response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return response


def _body(config: Config) -> bytes:
    """The request's body.

    Raises:
        PieceError: it is too large.
    """
    limit = flask.request.max_content_length = config.piece_bytes
    try:
        return flask.request.get_data(cache=False)
    except RequestEntityTooLarge:
        message = f"session: a piece of ink may have {limit} bytes"
        raise PieceError(code="too_big", message=message, field="session", limit=limit, status=413, setting="piece_bytes") from None
