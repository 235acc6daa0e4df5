"""Digests that were found by reading all code, kept from one run to the next for as long as they are the same."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .check import checksum
from .claims import report
from .dependencies import Dependencies


class Remembered:
    """What ``graph`` makes of the code and the records that are there now, or made of the same ones before.

    What was found is kept at ``path`` and believed as long as no module says anything else (docstrings, comments and
    layout aside), names another record, comes or goes, and no record changes. A file that is damaged, or that cannot be
    written, only costs the time that it would save.
    """

    def __init__(self, path: Path, graph: Dependencies) -> None:
        self._path, self._graph = path, graph
        self._old = _read(path)
        files, records = graph.everything()
        listed = _digest([sys.version, *map(graph.place, records)])
        known = self._old["files"] if self._old.get("records") == listed else {}
        said = {graph.place(file): self._said(file, known) for file in files}
        contents = [f"{graph.place(record)} {graph.digest([record])}" for record in records]
        state = _digest([*(f"{place} {counts}" for place, (_, counts) in said.items()), *contents])
        self._found: dict[str, str] = dict(self._old["found"]) if self._old.get("state") == state else {}
        self._new = {"records": listed, "files": said, "state": state, "found": self._found}

    def __call__(self, name: str, find: Callable[[], str]) -> str:
        """What ``find`` gives: kept under ``name``, or found now."""
        if name not in self._found:
            self._found[name] = find()
        return self._found[name]

    def keep(self) -> None:
        """Write what was found, for the next run."""
        if self._new != self._old:
            checked = {"checksum": checksum(self._new), **self._new}
            with contextlib.suppress(report.ReportError):
                report.write(checked, self._path)

    def _said(self, file: Path, known: dict[str, Any]) -> list[str]:
        """A digest of the text of ``file``, and one of all in it that counts."""
        text = hashlib.sha256(self._graph.text(file).encode("utf-8", "surrogatepass")).hexdigest()
        text_then, said_then = known.get(self._graph.place(file), ("", ""))
        if text == text_then:
            return [text, said_then]
        named = sorted(self._graph.place(record) for record in self._graph.named([file]))
        return [text, _digest([self._graph.digest([file], code_only=True), *named])]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = report.read_json(path)
        written = found.pop("checksum")
    except (report.ReportError, AttributeError, KeyError, TypeError):
        return {}
    return dict(found) if written == checksum(found) else {}


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:32]
