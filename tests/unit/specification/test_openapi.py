"""Tests of the OpenAPI document: it is valid, and names every route, status and code."""

import json
import re

import pytest
from flask.testing import FlaskClient

from realtime.app import create_app
from realtime.config import Settings
from realtime.recognition.characters.recognizer import CharacterRecognizer
from realtime.recognition.recognizer import DEFAULT_TASK
from realtime.recognition.registry import ModelRegistry
from realtime.setting_groups import AccessSettings
from realtime.specification.http_operations import OPENAPI_PATH, OPERATIONS
from realtime.specification.openapi import openapi_document
from tests.support.answer_schemas import answer_violation
from tests.support.drawing import Json
from tests.support.files import ROOT
from tests.support.received_messages import RECEIVED_MESSAGES

ADDED = {"HEAD", "OPTIONS"}
TOKEN = "a.token-of-this-test"  # noqa: S105
STATIC = {"/", "/js/recognizer.js"}


@pytest.fixture
def client(recognizer: CharacterRecognizer) -> FlaskClient:
    """A client of an application that wants a token."""
    settings = Settings(access=AccessSettings(token=TOKEN))
    return create_app(settings, ModelRegistry({DEFAULT_TASK: recognizer})).test_client()


def test_the_document_is_valid() -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(openapi_document()).validate()


def test_every_route_is_there(client: FlaskClient) -> None:
    rules = list(client.application.url_map.iter_rules())
    # Flask adds these to each route, unless one says that it does so itself.
    added = {
        (rule.rule, method)
        for rule in rules
        for method in ADDED
        if method == "HEAD" or getattr(rule, "provide_automatic_options", True)
    }
    served = {(rule.rule, method) for rule in rules for method in rule.methods or ()} - added
    described = {(one.path, one.method.upper()) for one in OPERATIONS if one.path not in STATIC}
    assert described == served


@pytest.mark.parametrize("path", sorted(STATIC))
def test_the_static_files_that_are_named_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_it_is_served_to_who_has_the_token(client: FlaskClient) -> None:
    refused = client.get(OPENAPI_PATH)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (401, "unauthorized")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    response = client.get(OPENAPI_PATH, headers=headers)
    assert response.get_json() == openapi_document()
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    etag = response.headers["ETag"]
    again = client.get(OPENAPI_PATH, headers={**headers, "If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_every_code_of_the_sources_is_described() -> None:
    """Codes are strings where an error is raised; one that no document names is found here."""
    raised = {
        code
        for folder in ("http", "images", "samples")
        for file in (ROOT / "realtime" / folder).rglob("*.py")
        for code in re.findall(r'\bcode="(\w+)"', file.read_text())
    }
    described = {refusal.code for one in OPERATIONS for refusal in one.refusals}
    assert len(raised) > 5
    assert raised <= described


def test_every_object_and_field_of_a_message_is_explained() -> None:
    schemas: Json = openapi_document()["components"]["schemas"]
    unexplained = [name for name, schema in schemas.items() if not schema.get("description")]
    assert not unexplained
    assert "Attributes" not in json.dumps(schemas)
    # What says no more than its message does has none.
    assert schemas["Prediction"]["properties"]["learnt"]["description"].startswith("true where")


def test_an_answer_that_is_not_specified_is_noticed() -> None:
    refusal = {"error": {"code": "no_file", "message": "file: send it"}}
    assert answer_violation("POST", "/predict", 400, json.dumps(refusal).encode()) is None
    refusal["error"]["code"] = "no_files"
    assert answer_violation("POST", "/predict", 400, json.dumps(refusal).encode())
    assert answer_violation("POST", "/predict", 418, b"{}")
    assert answer_violation("GET", "/healthz", 200, b'{"status": "alive"}') is None
    assert answer_violation("GET", "/healthz", 200, b'{"status": "alive", "more": 1}')


def test_answers_to_clients_of_flask_are_watched(client: FlaskClient) -> None:
    before = RECEIVED_MESSAGES.count
    client.get("/healthz")
    assert RECEIVED_MESSAGES.count == before + 1
