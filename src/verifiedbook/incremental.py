"""Which claims have to run again: those whose inputs are not what they were when their result was earned."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import inspect
import json
import platform
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .check import checksum
from .claims import report
from .claims.registry import Claim
from .definitions import Definitions
from .dependencies import Dependencies
from .project import Project
from .remembered import Remembered
from .statements import Statement

Entry = dict[str, Any]  # a claim as the report has it


class Sources:
    """What the claims of ``project`` depend on, as it stands at this moment; made before anything is imported.

    A result depends on the function that states its claim and on every definition that this uses (comments and
    docstrings aside), on the records named in their modules, on the engine, the pins, the versions of Python and of the
    libraries that the report names, and on the text of its statement in the book.
    """

    def __init__(self, project: Project, stated: Iterable[Statement] = ()) -> None:
        self._texts = {statement.label: statement.text for statement in stated}
        self._graph = Dependencies(project.sources(), project.results)
        modules, records = self._graph.everything()
        self._files = {path: _bytes(path) for path in (*modules, *records, *project.pins)}
        self._definitions = Definitions(self._graph)
        # reads all of them: what is imported later may be another text
        self._remembered = Remembered(project.digests, self._graph)
        engine = self._remembered("", self._of_engine)
        versions = json.dumps([report.versions(project), platform.system(), platform.machine()])
        self._common = f"{engine} {self._graph.digest(project.pins)} {versions}"

    def digest(self, claim: Claim) -> str:
        """A digest of all that the result of ``claim`` depends on; empty where that cannot be known."""
        module, name = claim.build.__module__, claim.build.__qualname__
        source, files = inspect.getsourcefile(claim.build), self._graph.files(module)
        if source is None or not files or Path(source).resolve() != files[-1].resolve():
            return ""  # it was imported from elsewhere
        own = self._remembered(f"{module}:{name}", lambda: self._of_definition(module, name))
        text = "\n".join([self._common, own, claim.label, self._texts.get(claim.label, "")])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def keep(self) -> None:
        """Let the next run know what reading all code gave."""
        self._remembered.keep()

    def _of_engine(self) -> str:
        return self._graph.digest(self._graph.of_package("verifiedbook.claims"), code_only=True)

    def _of_definition(self, module: str, name: str) -> str:
        own = self._definitions.digest(module, name)
        return own or self._graph.digest(self._graph.of_module(module), code_only=True)

    def changed(self) -> list[Path]:
        """Files that no longer say what they said."""
        return sorted(path for path, content in self._files.items() if _bytes(path) != content)

    def preload(self, claims: Iterable[Claim]) -> None:
        """Import all that ``claims`` import, also later and inside functions: before a clock runs, before a fork.

        What cannot be imported is left for the claim that needs it to report.
        """
        files = set().union(*(self._graph.of_module(claim.build.__module__) for claim in claims), set())
        engine = self._graph.of_package("verifiedbook.claims")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in sorted(self._graph.outside(files - engine)) + sorted(self._graph.inside(files | engine)):
                _import(name)

    def forget_compiled(self) -> None:
        """Remove bytecode that is older than its module.

        Python itself compares the time that a file claims and its size, and would run the old text of one that was put
        back with both as they were (``cp -p``, tar).
        """
        for path in self._files:
            with contextlib.suppress(OSError, NotImplementedError):
                compiled = Path(importlib.util.cache_from_source(str(path)))
                if compiled.stat().st_mtime <= path.stat().st_ctime:
                    compiled.unlink()


def _bytes(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""


def _import(name: str) -> None:
    """Import the module that ``name``, a module or something in one, lies in."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        except Exception:
            return
        return


def known(path: Path) -> tuple[dict[str, Entry], str]:
    """The claims that the report at ``path`` holds, by label; and one sentence if what is there cannot be believed."""
    if not path.is_file():
        return {}, ""
    try:
        found = report.read(path)
        entries = {str(entry["label"]): entry for entry in found["claims"]}
        if found.get("checksum") != checksum(found["claims"]):
            return {}, f"{path} is not as it was written; every claim is verified again"
    except (report.ReportError, KeyError, TypeError):
        return {}, f"{path} cannot be read, or is of another version; every claim is verified again"
    return entries, ""


def earned(entry: Entry | None, digest: str) -> bool:
    """Whether the result in ``entry`` is one of what ``digest`` stands for."""
    return entry is not None and bool(digest) and entry.get("digest") == digest


def stands(entry: Entry | None, digest: str) -> bool:
    """Whether the result in ``entry`` need not be earned again: it is current, and it did not fail."""
    return entry is not None and earned(entry, digest) and entry.get("status") != "failed"


def refreshed(entry: Entry, claim: Claim, stated: Statement | None, root: Path) -> Entry:
    """``entry`` with what a reader sees of ``claim`` and no result depends on: its title, its words, its place."""
    code, path = claim.code(), Path(inspect.getsourcefile(claim.build) or "")
    if path.is_relative_to(root):
        code["path"] = path.relative_to(root).as_posix()
    seen = {"title": (stated.title if stated else "") or claim.title, "statement": claim.statement, "code": code}
    return {**entry, **seen}


def same(new: Mapping[str, Any], old_path: Path) -> bool:
    """Whether the report at ``old_path`` says what ``new`` says."""
    if not old_path.is_file():
        return False
    try:
        old = report.read(old_path)
    except report.ReportError:
        return False
    return bool(json.loads(json.dumps(new)) == old)
