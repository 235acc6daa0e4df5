"""Whether anything notices a change: the claims that can reach it, then the tests that can, in forked processes."""

from __future__ import annotations

import ast
import contextlib
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
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from verifiedbook.claims import registry, runner, solvers
from verifiedbook.project import Project
from verifiedbook.statements import Statement

SECONDS = 240  # of computing that a change may take; one that makes a claim run for ever is noticed
_WAITING = 900.0  # seconds by the clock after which a process that waits is ended


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the module ``name`` from ``tree`` in place of its file."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self._name, self._path = name, path
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
        exec(self._code, module.__dict__)


def replace(project: Project, name: str, path: Path, tree: ast.Module) -> None:
    """From now on, in this process, ``name`` is ``tree``; all of the book's package is imported again."""
    book = {module.split(".")[0] for module in project.claim_modules}
    for module in [known for known in sys.modules if known.split(".")[0] in book]:
        del sys.modules[module]
    sys.meta_path.insert(0, Changed(name, path, tree))
    importlib.invalidate_caches()


def failing_claim(claims: Sequence[tuple[str, str]], stated: dict[str, Statement]) -> str:
    """The first of ``claims`` (label and module) that fails; empty if all hold. An error on import counts for all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for label, module in claims:
            try:
                importlib.import_module(module)
                found = runner.run(registry._REGISTRY[label], stated.get(label))
            except Exception:
                return label
            if found.status == "failed":
                return label
    return ""


def failing_test(files: Sequence[Path]) -> bool:
    """Whether one of the tests in ``files`` fails."""
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *map(str, files)])) != 0


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
        os.write(writing, f"said {said}".encode())
        os._exit(0)
    os.close(writing)
    said = _read(reading, time.monotonic() + _WAITING)
    os.close(reading)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said.removeprefix("said ") if said else "time"


def _read(source: int, until: float) -> str:
    with selectors.DefaultSelector() as waiting:
        waiting.register(source, selectors.EVENT_READ)
        if not waiting.select(max(0.0, until - time.monotonic())):
            return ""
    return os.read(source, 4096).decode()
