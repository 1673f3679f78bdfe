"""What the HTTP routes answer: JSON documents, all of them but the answer to a picture.

`picture_messages.py` has that one, and `specification/` writes `/openapi.json` from both.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType


class Refusal(Struct, frozen=True, omit_defaults=True):
    """Why a request was refused.

    Attributes:
        code: what it is, for programs; each status has its own.
        message: what it is, in a sentence that begins with the field where there is one.
        field: path of the field at fault, such as `session.messages[3].send.x[0]`.
        limit: the number that the field, the client or the server should have kept to.
    """

    code: str
    message: str
    field: str | None = None
    limit: float | None = None


class RefusalAnswer(Struct, frozen=True):
    """The body of every refusal."""

    error: Refusal


class Alive(Struct, frozen=True):
    """The answer of a process that runs."""

    status: Literal["alive"]


class ServedNetwork(Struct, frozen=True):
    """The network that reads for a recognizer in this process.

    Attributes:
        file: of weights; empty where they are elsewhere.
        pass_us: µs of processor time that a forward pass takes, of each file that was measured.
    """

    file: str
    pass_us: dict[str, float]


class ServingEngine(Struct, frozen=True):
    """The inference engine that is to run a recognizer's network.

    Attributes:
        url: where it is.
        state: whether it answers; while it does not, the network of this process does.
        reason: why it does not; completes "the engine …".
    """

    url: str
    state: Literal["up", "down"]
    reason: str


class ServedRecognizer(Struct, frozen=True):
    """A recognizer, as an operator sees it.

    Attributes:
        model: the date of its training.
        network: the network of this process.
        engine: the inference engine, where there is to be one.
    """

    model: str
    network: ServedNetwork
    engine: ServingEngine | UnsetType = UNSET


class Readiness(Struct, frozen=True, kw_only=True):
    """Whether the server takes requests, and what it answers with.

    Attributes:
        status: `draining` while the process ends.
        model: of the recognizer that answers who asks for none. So are `network` and `engine`.
        network: the network of this process.
        engine: the inference engine, where there is to be one.
        recognizers: all that there are, by what they read.
        missing: what an operator should mend, in sentences; not there where nothing is.
    """

    status: Literal["ready", "draining"]
    model: str
    network: ServedNetwork
    engine: ServingEngine | UnsetType = UNSET
    recognizers: dict[str, ServedRecognizer]
    missing: list[str] | UnsetType = UNSET


class SampleStored(Struct, frozen=True):
    """A drawing was stored; `id` is its number."""

    id: int


class SamplesDeleted(Struct, frozen=True):
    """So many drawings of this giver were deleted."""

    deleted: int
