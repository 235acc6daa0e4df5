"""Which functions of the book a claim or the tests of a file call: what they do not call they cannot notice."""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from verifiedbook.claims import report
from verifiedbook.project import Project

from . import trial

_MARK = "__called__"


@dataclass(frozen=True)
class Reached:
    """What something that may notice a change does as things are: whether it holds, how long it takes, what it calls.

    ``calls`` has a function as path and line. ``digest`` stands for all that this depends on.
    """

    digest: str
    holds: bool
    seconds: float
    calls: tuple[str, ...]

    def notices(self, function: str) -> bool:
        """Whether it may notice a change inside ``function``, or of the module where that is empty."""
        return self.holds and (not function or function in self.calls)


def bodies(tree: ast.Module) -> dict[int, int]:
    """For each line of a function's body the line of the innermost function around it; other lines run on import."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {  # those inside a function come after it
        line: node.lineno
        for node in functions
        for line in range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
    }


def named(project: Project, path: Path, line: int) -> str:
    """The function of ``path`` at ``line`` as :class:`Reached` has it; empty for 0."""
    return f"{path.relative_to(project.root).as_posix()}:{line}" if line else ""


class Watch:
    """Imports the modules ``paths`` of the book with a mark in each function, and so knows which were called."""

    def __init__(self, project: Project, paths: Sequence[Path]) -> None:
        self._project, self._called = project, set[str]()
        self._finders = [self._marked(path) for path in paths]

    def measured(self, digest: str, holds: Callable[[], bool]) -> Reached:
        """What ``holds``, run in a process of its own, says and calls."""
        start = time.monotonic()

        def work() -> str:
            trial.replace(self._project, *self._finders)
            return json.dumps([holds(), sorted(self._called)])

        said = trial.apart(work)
        seconds = round(time.monotonic() - start, 2)
        if not said.startswith("["):  # it broke, or never ended: it can notice nothing
            return Reached(digest, False, seconds, ())
        held, calls = json.loads(said)
        return Reached(digest, held, seconds, tuple(calls))

    def _marked(self, path: Path) -> trial.Changed:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                mark = f"{_MARK}({named(self._project, path, node.lineno)!r})"
                node.body.insert(int(ast.get_docstring(node) is not None), ast.parse(mark).body[0])
        known = {_MARK: self._called.add}
        return trial.Changed(module(self._project, path), path, ast.fix_missing_locations(tree), known)


def module(project: Project, path: Path) -> str:
    """The dotted name of the module at ``path``."""
    return ".".join(path.relative_to(project.root / "src").with_suffix("").parts).removesuffix(".__init__")


def kept(file: Path, digest: str, measure: Callable[[], Reached]) -> Reached:
    """What ``file`` says if that is of ``digest``; otherwise what ``measure`` says, written there."""
    try:
        known = report.read_json(file)
        if known["digest"] == digest:
            return Reached(**(known | {"calls": tuple(known["calls"])}))
    except (report.ReportError, KeyError, TypeError):
        pass
    found = measure()
    file.parent.mkdir(parents=True, exist_ok=True)
    report.write(asdict(found), file)
    return found
