"""What gunicorn's master loads before it forks: all workers find it and share its memory."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Source = TypeVar("_Source", bound=Hashable)
_Content = TypeVar("_Content")


class PreforkCache(Generic[_Source, _Content]):
    """What was loaded, such as the content of folders, kept for the life of the process."""

    def __init__(self, load: Callable[[_Source], _Content]) -> None:
        self._load = load
        self._loaded: dict[_Source, _Content] = {}

    def get(self, source: _Source, *, reload: bool = False) -> _Content:
        """The content of a source, loaded with the first call.

        With `reload` it is loaded anew; if that raises, what was loaded before stays.
        """
        if reload or source not in self._loaded:
            self._loaded[source] = self._load(source)
        return self._loaded[source]
