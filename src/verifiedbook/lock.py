"""One at a time: two commands that verify or build in one folder do so one after the other, and the second says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

#: How often this process holds each lock, and what lets it go: a build within a build waits for nobody.
_held: dict[Path, tuple[int, Callable[[], None]]] = {}


def hold(folder: Path, tell: Callable[[str], None]) -> Callable[[], None]:
    """Wait until no other process holds ``folder`` (a book's), hold it, and return what lets it go.

    ``tell`` gets one sentence if there is somebody to wait for. The system lets go when a process ends, however it
    does. Where nothing can be written or locked nothing is held: then nothing is built there either.
    """
    path = (folder / "_build" / ".lock").absolute()
    if path not in _held:
        _held[path] = (0, _locked(path, folder, tell))
    _held[path] = (_held[path][0] + 1, _held[path][1])

    def release() -> None:
        count, close = _held.get(path, (0, lambda: None))
        if count > 1:
            _held[path] = (count - 1, close)
        elif count:
            del _held[path]
            close()

    return release


def _locked(path: Path, folder: Path, tell: Callable[[str], None]) -> Callable[[], None]:
    try:
        import fcntl
    except ImportError:  # Windows, where a book is built below WSL
        return lambda: None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError:
        return lambda: None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"another command verifies or builds in {folder}; this one goes on when that has ended")
            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        pass  # a file system without locks
    return file.close
