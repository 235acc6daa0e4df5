"""Executed chapters as jupyter-cache keeps them, each believed only if it is what was stored."""

from __future__ import annotations

import errno
import hashlib
import shutil
from pathlib import Path
from typing import Any, NoReturn

import nbformat as _nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from sqlalchemy.exc import SQLAlchemyError

nbformat: Any = _nbformat  # it has no types
_FAULTS = (SQLAlchemyError, RuntimeError)  # jupyter-cache raises the latter in the place of most of the former


class Kept:
    """The cache in ``folder``; ``damaged`` are the files in it that were not what was stored, and are forgotten now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache = get_cache(folder)
        self.damaged: list[Path] = []

    def has(self, notebook: Any) -> bool:
        """Whether there is a result for exactly the cells and the kernel of ``notebook``."""
        try:
            record = self._cache.match_cache_notebook(notebook)
        except KeyError:
            return False
        except _FAULTS as error:
            self._raise_unless_damaged(error)
            self.damaged.append(self._folder / "global.db")
            shutil.rmtree(self._folder)
            self._cache = get_cache(self._folder)
            return False
        path = self._path(record.hashkey)
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == (record.data or {}).get("digest"):
            return True
        if path.is_file() and "digest" in (record.data or {}):
            self.damaged.append(path)  # otherwise it was stored by half, or by somebody else
        self._forget(record)
        return False

    def keep(self, path: str, notebook: Any, seconds: float) -> None:
        """Store the executed ``notebook`` of the page at ``path``."""
        _merge_streams(notebook)
        written, hashkey = self._cache.create_hashed_notebook(notebook)
        digest = hashlib.sha256(nbformat.writes(written, nbformat.NO_CONVERT).encode()).hexdigest()
        shutil.rmtree(self._path(hashkey).parent, ignore_errors=True)
        data = {"execution_seconds": seconds, "digest": digest}
        try:
            self._cache.cache_notebook_bundle(CacheBundleIn(notebook, path, data=data), check_validity=False)
        except _FAULTS as error:
            self._raise(error)

    def _raise_unless_damaged(self, error: Exception) -> None:
        if not any(word in str(error.__context__ or error) for word in ("malformed", "not a database", "no such")):
            self._raise(error)

    def _raise(self, error: Exception) -> NoReturn:
        reason = error.__context__ or error
        raise OSError(errno.EIO, str(getattr(reason, "orig", reason)), str(self._folder)) from error

    def _path(self, hashkey: str) -> Path:
        return self._folder / "executed" / hashkey / "base.ipynb"

    def _forget(self, record: Any) -> None:
        shutil.rmtree(self._path(record.hashkey).parent, ignore_errors=True)
        NbCacheRecord.remove_records([record.pk], self._cache.db)


def _merge_streams(notebook: Any) -> None:
    """Make one output of the pieces in which a kernel happened to send what a cell printed: they differ every time."""
    for cell in notebook.cells:
        merged: list[Any] = []
        for output in cell.get("outputs", ()):
            before = merged[-1] if merged else {}
            if output.output_type == "stream" and before.get("name") == output.name:
                before["text"] += output.text
            else:
                merged.append(output)
        if "outputs" in cell:
            cell["outputs"] = merged
