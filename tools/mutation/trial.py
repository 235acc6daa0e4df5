"""Whether anything notices a change: the claims that can reach it, then the tests that can, in forked processes."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import importlib
import importlib.abc
import importlib.machinery
import os
import resource
import selectors
import signal
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from verifiedbook.claims import registry, solvers
from verifiedbook.claims.clauses import Clauses, of_list
from verifiedbook.claims.evidence import Evidence, TimeExceeded, limited
from verifiedbook.claims.read_back import read_back, unmatched_clauses
from verifiedbook.project import Project
from verifiedbook.statements import Statement

from .differences import DIFFERENT, OPAQUE, SAME, compare

SECONDS = 240  # of computing that a change may take; one that makes a claim run for ever is noticed
_WAITING = 900.0  # seconds by the clock after which a process that waits is ended
_SLOW = {"agreement", "measured", "statistical"}  # evidence that draws and runs
_LENGTH = 4  # bytes that say how long a message is
_BRIEFLY = 2.0  # seconds of computing in which most changes are refuted


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the module ``name`` from ``tree`` in place of its file; ``known`` are names that its code may use."""

    def __init__(self, name: str, path: Path, tree: ast.Module, known: Mapping[str, object] | None = None) -> None:
        self._name, self._path, self._known = name, path, known or {}
        self._code = compile(tree, str(path), "exec")

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self._name:
            return None
        package = self._path.name == "__init__.py"
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self._path), is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [str(self._path.parent)]
        return spec

    def exec_module(self, module) -> None:
        module.__dict__.update(self._known)
        exec(self._code, module.__dict__)


def packages(project: Project) -> frozenset[str]:
    """The names of the book's own packages."""
    return frozenset(module.split(".")[0] for module in project.claim_modules)


def replace(project: Project, *finders: Changed) -> None:
    """From now on, in this process, ``finders`` import their modules; all of the book is imported again."""
    for module in [known for known in sys.modules if known.split(".")[0] in packages(project)]:
        del sys.modules[module]
    sys.meta_path[:0] = finders
    importlib.invalidate_caches()


class Asked:
    """Claims, cheapest first, after a change: ``before`` has what they were built as, ``stated`` what the book says.

    What is built as before is as true as before. What is built otherwise is tried first, each piece of evidence for a
    moment; then what runs experiments and may be otherwise; and at last, with all the time that it may take, what was
    still undecided.
    """

    def __init__(
        self,
        claims: Sequence[tuple[str, str]],
        stated: Mapping[str, Statement],
        before: Mapping[str, Clauses],
        book: frozenset[str],
    ) -> None:
        self._claims, self._stated, self._before, self._book = claims, stated, before, book
        self._built: dict[str, Clauses] = {}
        self._later: list[tuple[str, Evidence]] = []
        self._undecided: list[tuple[str, Evidence]] = []

    def failing(self) -> str:
        """The first that fails; empty if all hold. An error on import counts for all."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for label, module in self._claims:
                if not self._holds_at_once(label, module):
                    return label
            for label, piece in self._later:
                if not self._stands_briefly(label, piece):
                    return label
            return next((label for label, piece in self._undecided if not _stands(piece)), "")

    def _holds_at_once(self, label: str, module: str) -> bool:
        try:
            importlib.import_module(module)
            built = registry._REGISTRY[label].build()
        except Exception:
            return False
        now = built if isinstance(built, Clauses) else of_list(list(built))
        then = self._before.get(label)
        alike = then is not None and len(then.evidence) == len(now.evidence)
        pairs = list(zip(now.evidence, then.evidence if alike else now.evidence, strict=True))
        told = [compare(one, other, self._book) if alike else DIFFERENT for one, other in pairs]
        for piece, said in zip(now.evidence, told, strict=True):
            if said == OPAQUE and piece.kind in _SLOW:
                self._later.append((label, piece))
            elif said != SAME and not self._stands_briefly(label, piece):
                return False
        said = SAME if all(said == SAME for said in told) and alike and self._filed(now, then) == SAME else DIFFERENT
        return said == SAME or _reads(now, self._stated.get(label))

    def _filed(self, now: Clauses, then: Clauses) -> int:
        names = ("filed", "argued", "cited", "reads", "vocabulary", "declared", "conventions", "read")
        return max(compare(getattr(now, name), getattr(then, name), self._book) for name in names)

    def _stands_briefly(self, label: str, piece: Evidence) -> bool:
        """Whether ``piece`` may hold and reject its near misses: what a moment does not decide is put off."""
        tried = (
            (piece, "holds"),
            *((dataclasses.replace(piece, near_misses=(), **miss.changes), "fails") for miss in piece.near_misses),
        )
        for each, wanted in tried:
            try:
                with limited(_BRIEFLY):
                    if each.attempt().status != wanted:
                        return False
            except TimeExceeded:
                self._undecided.append((label, piece))
                return True
            except Exception:  # what stops with an error decides nothing, which is a failure
                return False
        return True


def _stands(piece: Evidence) -> bool:
    """Whether the evidence holds and rejects all its near misses, with all the time that both may take."""
    return piece._guarded().status == "holds" and all(piece._attack(miss).rejected for miss in piece.near_misses)


def _reads(built: Clauses, stated: Statement | None) -> bool:
    """Whether the book says what the claim stands behind."""
    try:
        return stated is None or not (unmatched_clauses(built, stated) or read_back(built, stated).problems)
    except Exception:
        return False


def failing_test(root: Path, files: Sequence[str]) -> str:
    """The first of ``files`` in ``root`` in which a test fails; empty if none does."""
    quiet = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(root)]
    return next((file for file in files if int(pytest.main([*quiet, str(root / file)])) != 0), "")


def apart(work: Callable[[], str]) -> str:
    """What ``work`` says, run in a forked process; *time* if that is ended by its limit, *error* if it broke."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        os.close(reading)
        said = "error"
        with contextlib.suppress(BaseException), open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            said = work()
            for solver in solvers.SOLVERS:
                solver.end()
        _write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    said = _read(reading, time.monotonic() + _WAITING)
    os.close(reading)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "time" if said is None else said


def _write(target: int, said: bytes) -> None:
    left = len(said).to_bytes(_LENGTH) + said
    while left:
        left = left[os.write(target, left) :]


def _read(source: int, until: float) -> str | None:
    """What :func:`_write` wrote; nothing if its process ended before, or does not say it in time."""
    found = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(source, selectors.EVENT_READ)
        while len(found) < _LENGTH or len(found) < _LENGTH + int.from_bytes(found[:_LENGTH]):
            if not waiting.select(max(0.0, until - time.monotonic())):
                return None
            more = os.read(source, 65536)
            if not more:
                return None
            found += more
    return found[_LENGTH:].decode()
