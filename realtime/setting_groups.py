"""The settings in groups, one for each part of the service; `config.py` reads them.

Each has a default that suits a machine on the open internet, with its reason.
"""

import os
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from realtime.package_data import WEIGHTS_FOLDER
from realtime.setting_formats import (
    EngineURL,
    Host,
    ListenAddress,
    Origins,
    Proxies,
    RedisURL,
    TaskNames,
)

# The upper bounds are far above what is of use; beyond them counters and timers overflow.
PositiveInt = Annotated[int, Meta(gt=0, le=10**9)]
ByteCount = Annotated[int, Meta(gt=0, le=2**50)]
Seconds = Annotated[float, Meta(gt=0, le=366 * 86_400)]


class ServerSettings(Struct, frozen=True, kw_only=True):
    """Where the service listens, and what it loads."""

    # A container or a platform reaches the server from outside; so does a phone at home.
    host: Host = Host("0.0.0.0")  # noqa: S104
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    # Where /metrics alone is served, "127.0.0.1:9091"; then it is not served on the service's own
    # port. Empty means there, for the private network: a laptop needs no second port.
    metrics_bind: ListenAddress = ListenAddress()
    # One worker a core: a worker is one thread, and sessions on it take turns.
    web_concurrency: Annotated[int, Meta(ge=1, le=4096)] = os.cpu_count() or 1
    # The folder of models, each in a folder of its own with its model card.
    weights: str = str(WEIGHTS_FOLDER)
    # Which file of a network answers; "fastest" is the one that takes less time on this processor,
    # measured at the start. In int8 it is faster with the instructions of VNNI alone.
    precision: Literal["fastest", "float32", "int8"] = "fastest"
    # The tasks that models are loaded for, "line text"; empty means all that the folder has models
    # for: a worker takes a few megabytes more with all of them than with one.
    models: TaskNames = TaskNames()


class AccessSettings(Struct, frozen=True, kw_only=True):
    """Who may use the service."""

    # Origins that may open a session, "https://a.example https://b.example"; empty means the
    # page's own, "*" any.
    origins: Origins = Origins()
    # Clients have to present it; empty lets everybody in. In a subprotocol it has to be a token
    # of RFC 7230.
    token: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]*\Z", max_length=256)] = ""
    # Addresses and networks of the proxies whose X-Forwarded-For, -Proto and -Host are trusted,
    # "10.0.0.7 ::1"; "unix" means those that connect over a Unix socket.
    proxies: Proxies = Proxies()


class DrawingLimits(Struct, frozen=True, kw_only=True):
    """How much one drawing, and one message about it, may hold."""

    # 20,000 points are seven minutes of a pen that never leaves the paper, at 50 points a second.
    session_points: PositiveInt = 20_000
    # A page of handwriting; a digit has one to three.
    session_strokes: PositiveInt = 500
    # Of one character whose label a person sets; those of a line have four at most.
    pin_strokes: PositiveInt = 16
    # What a person teaches of their hand in a session, 50 KiB of memory: twenty of each digit.
    examples: PositiveInt = 200
    # Of one of these: twenty seconds of a pen at 50 points a second. A digit has about 50.
    example_points: PositiveInt = 1_000
    # A stroke in one message, three minutes long. A hundred such messages take a second.
    message_points: PositiveInt = 10_000


class ConnectionLimits(Struct, frozen=True, kw_only=True):
    """How much, how fast and how long one WebSocket may send, and how many there may be."""

    # A session at its limit of points fits in one `ink` message, at up to 25 bytes a point.
    message_bytes: ByteCount = 512 * 1024
    # A pen on the page sends 25 a second, with short strokes 30. 4 kB of a message count as one.
    messages_per_s: PositiveInt = 200
    # A replay as fast as it goes, or all that was drawn on a train in a tunnel.
    messages_burst: PositiveInt = 2_000
    # Sessions of one worker. One core serves several hundred people who draw; most of those
    # connected do not.
    sessions: PositiveInt = 1_000
    # Of these, from one address (of IPv6, from one /64): a school behind one router, and still
    # only a quarter of the worker.
    address_sessions: PositiveInt = 250
    # An evening at the drawing board. A page reconnects with all its ink, perhaps to a worker
    # that has less to do.
    session_s: Seconds = 4 * 3600.0
    # Long enough to think, short enough to be rid of forgotten tabs, which reconnect when they
    # draw again.
    idle_s: Seconds = 900.0
    # Proxies cut silent connections after 60 s (nginx); some mobile networks sooner.
    ping_s: Seconds = 20.0
    # A reader that takes nothing at all for so long is gone or means harm.
    send_s: Seconds = 8.0
    # On SIGTERM, seconds until the worker ends even if a session has not.
    drain_s: Seconds = 10.0
    # For the head of a request, for its body and answer, and for a message to be whole: a
    # photograph over a slow line.
    request_s: Seconds = 30.0


class ImageLimits(Struct, frozen=True, kw_only=True):
    """What `POST /predict` takes."""

    # A phone's photograph.
    image_bytes: ByteCount = 10 * 1024 * 1024
    # The same; 16 megapixels are 64 MB of memory while one image is worked on. A JPEG may have up
    # to 64 times as many where they can be left out while it is decoded.
    image_pixels: PositiveInt = 16_000_000
    # Connected parts of ink that are read as a row of digits: twenty digits, each in two. A part
    # costs a third of a millisecond of the worker, on which sessions wait.
    image_parts: PositiveInt = 40
    # Answers to images seen before, a few hundred bytes for each digit.
    image_cache: PositiveInt = 512
    # Of images that wait for their turn in memory, because the folder for temporary files has no
    # room: six photographs at the limit.
    image_memory_bytes: ByteCount = 64 * 1024 * 1024
    # From one address. A photograph takes a tenth of a second of the worker, so that this is a
    # sixth of its time.
    images_per_minute: PositiveInt = 100


class RateLimitStorage(Struct, frozen=True, kw_only=True):
    """Where requests are counted."""

    # "redis://host:6379"; without it each worker counts for itself.
    redis: RedisURL = RedisURL()
    # A request waits for Redis, which answers within a millisecond; what takes longer counts as
    # gone, and the worker counts for itself.
    redis_s: Seconds = 0.5


class RecordingSettings(Struct, frozen=True, kw_only=True):
    """Whether sessions are recorded, for testers."""

    # Folder for session files with all ink; empty means that none is recorded.
    folder: str = field(name="recordings", default="")
    # Size of one of them; what comes after is drawn and answered, but no longer recorded.
    file_bytes: ByteCount = field(name="recording_bytes", default=10 * 1024 * 1024)


class SampleSettings(Struct, frozen=True, kw_only=True):
    """Whether labelled samples are stored, and how many."""

    # SQLite file for the samples of people who consent; empty means that none is stored.
    database: str = field(name="kept", default="")
    # Of all samples: fifty thousand digits. A deletion writes the whole file anew, at this size
    # within seconds.
    database_bytes: ByteCount = field(name="kept_bytes", default=256 * 1024 * 1024)
    # Of one sample. The largest drawing is half of that as one `ink` message; a digit with all
    # its messages and answers is 25 kB.
    sample_bytes: ByteCount = field(name="piece_bytes", default=1024 * 1024)
    # From one address: a class of thirty that corrects two digits a minute each.
    samples_per_minute: PositiveInt = field(name="pieces_per_minute", default=60)
    # From one address; nobody needs a second one, and each is seconds of the disk.
    deletions_per_minute: PositiveInt = 10


class InkFileLimits(Struct, frozen=True, kw_only=True):
    """How much of a file of ink is read and converted."""

    # Gzipped or not: ten thousand digits with all their channels, or a lecture's whiteboard. It is
    # taken into memory, and what it becomes is several times larger.
    file_bytes: ByteCount = 64 * 1024 * 1024
    # Of all drawings in a file: as many as fit into its bytes, at twelve bytes a point.
    file_points: PositiveInt = 5_000_000
    # The same; people's strokes have twenty points and more.
    file_strokes: PositiveInt = 250_000


class EngineSettings(Struct, frozen=True, kw_only=True):
    """Which inference engines run the networks, and how long they are waited for."""

    # "oip+http://host:8000/digits": the model that reads digits; empty means this process.
    digits: EngineURL = field(name="engine", default=EngineURL())
    # The same for the characters of lines.
    lines: EngineURL = field(name="line_engine", default=EngineURL())
    # The same for letters and signs: one character, texts and formulas.
    characters: EngineURL = field(name="character_engine", default=EngineURL())
    # Until the local network answers instead. A person does not feel a quarter of a second, once.
    deadline_s: Seconds = field(name="engine_deadline_s", default=0.25)
    # Model card of what the engine serves for digits, where that is another network than the local
    # one, as a file that `make export` wrote.
    card: str = field(name="engine_card", default="")
    # PEM file of the authority that engines' certificates are checked by; empty means those that
    # the system knows.
    authority: str = field(name="engine_ca", default="")
    # Rasters in one request, 9,408 bytes each; engines' models are made for so many.
    batch_images: Annotated[int, Meta(gt=0, le=4096)] = field(name="engine_batch", default=64)
    # Requests of one worker under way at once; what comes meanwhile is gathered for the next. One
    # is kept for final answers. An engine with more processes can do with more.
    requests: Annotated[int, Meta(gt=1, le=256)] = field(name="engine_requests", default=4)
    # Requests that fail one after the other until the engine counts as down: a single one may be a
    # connection that was closed.
    failures: PositiveInt = field(name="engine_failures", default=3)
    # Seconds between two looks at an engine that is down, at most; it begins with a tenth. No user
    # waits for these.
    retry_s: Seconds = field(name="engine_retry_s", default=5.0)
    # Seconds between two looks at one that is up: it may have been given another model.
    check_s: Seconds = field(name="engine_check_s", default=10.0)

    @property
    def has_engine(self) -> bool:
        """Whether an engine is to run any network."""
        return bool(self.digits or self.lines or self.characters)
