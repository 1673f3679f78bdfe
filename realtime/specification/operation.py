"""What is said of an operation of an HTTP route: its parameters, answers and refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple


class HTTPRefusal(NamedTuple):
    """An error that a route answers with."""

    status: int
    code: str
    meaning: str


class Answer(NamedTuple):
    """What a route answers to who is not refused.

    Attributes:
        status: of HTTP.
        meaning: what it says.
        body: the message that is sent as JSON, or the media type of what else is; None for nothing.
        headers: the names of headers that matter to a client, by those of `HEADERS`.
    """

    status: int
    meaning: str
    body: type | str | None = None
    headers: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method of a route.

    Attributes:
        method: of HTTP, in lower case.
        path: of the route.
        name: for programs that are generated.
        summary: what it does.
        answers: those that are no refusals.
        refusals: all others.
        wants_token: whether it wants the token of a server that has one.
        is_limited: whether one address may ask only so often.
        query: the parameters in the URL, each with its schema and meaning.
        body: what is sent: a message as JSON, or the schema of a form.
    """

    method: str
    path: str
    name: str
    summary: str
    answers: Sequence[Answer]
    refusals: Sequence[HTTPRefusal] = ()
    wants_token: bool = False
    is_limited: bool = False
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    body: type | Mapping[str, Any] | None = None
