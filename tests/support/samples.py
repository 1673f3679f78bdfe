"""Labelled samples: submissions to `/ink`, and what the store holds."""

import http.client
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from realtime.samples.store import WRITER_LENGTH, rows
from realtime.samples.submission import donor_hash
from tests.support.drawing import SEVEN, Json, Point, points_message
from tests.support.files import ROOT
from tests.support.received_messages import RECEIVED_MESSAGES
from tests.support.server import Server

ALLOWED_ORIGIN = "https://friend.example"
HIGH_RATE_LIMITS = {"INK_PIECES_PER_MINUTE": "10000", "INK_DELETIONS_PER_MINUTE": "10000"}


def request_ink(
    server: Server, method: str, body: Json | bytes, **headers: str
) -> tuple[int, Json, http.client.HTTPMessage]:
    """Send a request to `/ink`; return status, JSON body and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, "/ink", data, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    RECEIVED_MESSAGES.check_answer(method, "/ink", response.status, text)
    return response.status, json.loads(text) if text else {}, response.headers


def session_file(strokes: Sequence[Sequence[Point]]) -> Json:
    """A session file with one message for each stroke."""
    drawn = [points_message(seq, seq, stroke, end=True) for seq, stroke in enumerate(strokes)]
    return {
        "format": "ink-session",
        "v": 1,
        "messages": [{"at": 40 * seq, "send": message} for seq, message in enumerate(drawn)],
    }


def submission(
    strokes: Sequence[Sequence[Point]] = SEVEN, label: str | None = "7", **fields: object
) -> Json:
    """The JSON body of a submission."""
    return {
        "giver": str(uuid4()),
        "drawing": str(uuid4()),
        "label": label,
        "session": session_file(strokes),
        **fields,
    }


def stored_samples(file: Path, giver: str) -> list[tuple[int, str | None, str, str]]:
    """The stored samples of a submitter: number, label, strokes, session."""
    writer = donor_hash(giver).hex()[:WRITER_LENGTH]
    return [
        (number, label, strokes, session)
        for number, owner, label, strokes, session in rows(str(file))
        if owner == writer
    ]


def export_store(file: Path, *arguments: str) -> str:
    """The output of the export command."""
    command = [sys.executable, "-m", "realtime.samples.export", str(file), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def database_bytes(file: Path) -> bytes:
    """The contents of the database and of its journals."""
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
