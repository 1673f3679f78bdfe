"""What gunicorn's master loads before it forks: all workers find it and share its memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

_Content = TypeVar("_Content")


class PreforkCache(Generic[_Content]):
    """What was loaded from folders, kept for the life of the process."""

    def __init__(self, load: Callable[[Path], _Content]) -> None:
        self._load = load
        self._loaded: dict[Path, _Content] = {}

    def get(self, folder: Path, *, reload: bool = False) -> _Content:
        """The content of a folder, loaded with the first call.

        With `reload` it is loaded anew; if that raises, what was loaded before stays.
        """
        if reload or folder not in self._loaded:
            self._loaded[folder] = self._load(folder)
        return self._loaded[folder]
