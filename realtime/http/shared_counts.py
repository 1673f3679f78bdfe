"""The Redis in which several workers count requests together, and what is missing without it."""

from urllib.parse import urlsplit

from realtime.config import variable_name
from realtime.setting_groups import RateLimitStorage


class SharedCounts:
    """Where requests are counted: in a Redis, or by each worker for itself."""

    def __init__(self, storage: RateLimitStorage) -> None:
        self._url = storage.redis
        # A Redis that hangs would otherwise hold each request for as long as its client waits.
        self._timeouts = {
            "socket_timeout": storage.redis_s,
            "socket_connect_timeout": storage.redis_s,
        }

    @property
    def uri(self) -> str:
        """The storage, as flask-limiter names it."""
        return self._url or "memory://"

    @property
    def options(self) -> dict[str, float]:
        """What its client is told beside the URL."""
        return dict(self._timeouts) if self._url else {}

    def missing(self) -> str | None:
        """What the operator should know: that Redis does not answer, and why."""
        if not self._url:
            return None
        # Most services have no Redis, and its client is a tenth of what a worker imports.
        from redis import Redis
        from redis.exceptions import RedisError

        # The URL for a Unix socket is named differently by the client's own reader.
        url = self._url.removeprefix("redis+") if self._url.startswith("redis+unix:") else self._url
        try:
            with Redis.from_url(url, **self._timeouts) as client:
                client.ping()
        except (RedisError, OSError) as error:
            parts = urlsplit(self._url)
            where = (
                parts.path if parts.hostname is None else f"{parts.hostname}:{parts.port or 6379}"
            )
            return (
                f"counts shared by all workers, in the Redis at {where} "
                f"({variable_name(RateLimitStorage.redis)}): {error}; each worker counts requests "
                "for itself until it answers"
            )
        return None
