"""Changes derivations, experiments and claims, one change at a time, and looks whether a claim or a test notices.

``make mutants`` tries all of them; ``--minutes 3 --seed TEXT`` a sample that the seed draws. What was tried before is
remembered in ``_build/mutants.json`` as long as the changed module, and what can reach it, stay as they are. Changes
that change nothing are listed in ``tools/mutation/equivalent.toml``, each with its reason. Exit status 1 if nothing
notices a change that is not listed there.
"""

from __future__ import annotations

import ast
import json
import multiprocessing
import os
import random
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

os.environ.setdefault("OMP_NUM_THREADS", "1")

from mutation import trial
from mutation.operators import Mutant, changed, mutants

from verifiedbook.claims import load, report
from verifiedbook.dependencies import Dependencies
from verifiedbook.incremental import Sources
from verifiedbook.project import Project, find
from verifiedbook.statements import statements

ROOT = Path(__file__).resolve().parents[1]
TRIED = ROOT / "_build" / "mutants.json"
EQUIVALENT = Path(__file__).parent / "mutation" / "equivalent.toml"
ROOMS = ("derivation", "experiment", "claims")
_attempt: Callable[[int], str | None]  # set before the processes that try are forked
_UNFIT = {"browser"}  # tests of the pages, which are built from the book as it is


@dataclass(frozen=True)
class Trial:
    """A change of a module of a room, and what can reach it."""

    room: str
    path: Path
    mutant: Mutant
    digest: str

    @property
    def key(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}: {self.mutant.said}"

    def tree(self) -> ast.Module:
        """The changed module."""
        return changed(self.path.read_text(encoding="utf-8"), self.room == "claims", self.mutant.at)


class Gate:
    """The book's claims and tests, and which of them a module can reach."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.stated = {statement.label: statement for statement in statements(project.book)}
        sources = Sources(project, self.stated.values())
        self._graph = Dependencies(project.sources(), project.results)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._claims = load(project.claim_modules)
            sources.preload(self._claims.values())
        self._seconds = self._recorded()
        tests = sorted(path for path in (ROOT / "tests").rglob("test_*.py") if not _UNFIT & set(path.parts))
        self._reach = {
            label: (claim.build.__module__, frozenset(self._graph.of_module(claim.build.__module__)))
            for label, claim in self._claims.items()
        }
        self._tests = {path: self._graph.of_cells([path.read_text(encoding="utf-8")]) for path in tests}

    def _recorded(self) -> dict[str, float]:
        try:
            timed = json.loads(self.project.record.with_name("timing.json").read_text(encoding="utf-8"))["claims"]
            return {label: entry["seconds"] for label, entry in timed.items()}
        except (OSError, ValueError, LookupError, TypeError):
            return {}

    def trials(self, rooms: tuple[str, ...], chapters: tuple[str, ...]) -> Iterator[Trial]:
        """Every change of every module in ``rooms`` of ``chapters``."""
        folder = self.project.sources()[self.project.package]
        for chapter in chapters:
            for room in rooms:
                for path in sorted([*(folder / chapter).glob(f"{room}.py"), *(folder / chapter / room).rglob("*.py")]):
                    digest = self._graph.digest([path, *self.tests(path)]) + self.reached(path)
                    for mutant in mutants(path.read_text(encoding="utf-8"), room == "claims"):
                        yield Trial(room, path, mutant, digest)

    @cache  # noqa: B019 - one gate lives as long as the process
    def claims(self, path: Path) -> tuple[tuple[str, str], ...]:
        """Label and module of the claims that ``path`` can reach: those of its own chapter and the quick ones first."""
        reached = [(label, module) for label, (module, files) in self._reach.items() if path in files]
        own = path.relative_to(self.project.sources()[self.project.package]).parts[0]
        name = path.stem

        def order(each: tuple[str, str]) -> tuple[bool, bool, float]:
            module = each[1].split(".")
            return module[-1] != name, own not in module, self._seconds.get(each[0], 1.0)

        return tuple(sorted(reached, key=order))

    @cache  # noqa: B019
    def reached(self, path: Path) -> str:
        """A digest of the claims that ``path`` can reach, and of what is stated."""
        files = set().union(*(self._reach[label][1] for label, _ in self.claims(path)), {path})
        return self._graph.digest([*files, *sorted(self.project.book.glob("*.md"))], code_only=True)

    @cache  # noqa: B019
    def tests(self, path: Path) -> tuple[Path, ...]:
        """The tests that ``path`` can reach, short ones first."""
        return tuple(
            sorted((test for test, reach in self._tests.items() if path in reach), key=lambda t: t.stat().st_size)
        )

    @cache  # noqa: B019
    def holds(self, label: str, module: str) -> bool:
        """Whether the claim holds as it is; one that does not notices nothing."""
        return trial.apart(lambda: trial.failing_claim([(label, module)], self.stated)) == ""

    @cache  # noqa: B019
    def passes(self, file: Path) -> bool:
        """Whether the tests in ``file`` pass as things are; those that do not notice nothing."""
        return trial.apart(lambda: "tests" if trial.failing_test([file]) else "") == ""

    def noticed(self, tried: Trial, with_tests: bool) -> str:
        """What notices the change; empty if nothing does."""
        name = ".".join(tried.path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
        left = list(self.claims(tried.path))
        while left:
            said = trial.apart(lambda claims=tuple(left): self._ask(name, tried, claims))
            if said in ("", "time", "error") or self.holds(*next(each for each in left if each[0] == said)):
                break
            left = [each for each in left if each[0] != said]
        if said := (said if left else ""):
            return said
        files = tuple(file for file in self.tests(tried.path) if self.passes(file)) if with_tests else ()
        return trial.apart(lambda: self._test(name, tried, files)) if files else ""

    def _ask(self, name: str, tried: Trial, claims: tuple[tuple[str, str], ...]) -> str:
        trial.replace(self.project, name, tried.path, tried.tree())
        return trial.failing_claim(claims, self.stated)

    def _test(self, name: str, tried: Trial, files: tuple[Path, ...]) -> str:
        trial.replace(self.project, name, tried.path, tried.tree())
        return "tests" if trial.failing_test(files) else ""


def equivalent() -> dict[str, str]:
    """Why a change changes nothing, by the change."""
    if not EQUIVALENT.is_file():
        return {}
    return {
        entry["change"]: entry["because"] for entry in tomllib.loads(EQUIVALENT.read_text("utf-8")).get("mutant", [])
    }


def remembered() -> dict[str, dict[str, str]]:
    """What was tried before, by the change; nothing if that cannot be read."""
    try:
        found = report.read_json(TRIED)
    except report.ReportError:
        return {}
    return found if isinstance(found, dict) else {}


def _numbered(number: int) -> str | None:
    return _attempt(number)


@click.command()
@click.option(
    "--room", "rooms", type=click.Choice(ROOMS), multiple=True, help="Only modules of this room (repeatable)."
)
@click.option("--chapter", "chapters", multiple=True, help="Only this chapter (repeatable).")
@click.option("--minutes", type=float, help="Stop after so many minutes.")
@click.option("--sample", type=click.IntRange(min=1), help="Try so many changes, drawn at random.")
@click.option("--seed", default="", help="What draws the sample and the order.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), default=os.cpu_count(), help="Changes tried side by side.")
@click.option("--tests/--no-tests", "with_tests", default=True, help="Ask the tests where no claim notices.")
@click.option("--list", "only_list", is_flag=True, help="Only count the changes that there are.")
def main(rooms, chapters, minutes, sample, seed, jobs, with_tests, only_list) -> None:
    """Try changes of derivations, experiments and claims, and print those that nothing notices."""
    gate = Gate(find(ROOT))
    unknown = set(chapters) - set(gate.project.chapters)
    if unknown:
        sys.exit(f"no chapter {', '.join(sorted(unknown))}; there are {', '.join(gate.project.chapters)}")
    trials = list(gate.trials(rooms or ROOMS, chapters or gate.project.chapters))
    print(
        f"{len(trials)} changes: " + ", ".join(f"{n} in {room}" for room, n in Counter(t.room for t in trials).items())
    )
    if only_list:
        return
    random.Random(seed).shuffle(trials)
    trials, known, tried = trials[:sample], equivalent(), remembered()
    until = time.monotonic() + 60 * minutes if minutes else float("inf")
    counts: Counter[tuple[str, str]] = Counter()
    left = []

    def attempt(number: int) -> str | None:
        each = trials[number]
        old = tried.get(each.key)
        if each.key in known:
            return "equivalent"
        if old and old["digest"] == each.digest:
            return old["noticed"]
        return gate.noticed(each, with_tests) if time.monotonic() < until else None

    global _attempt
    _attempt = attempt
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for each, by in zip(trials, pool.imap(_numbered, range(len(trials))), strict=True):
            if by is None:
                continue
            outcome = {"": "not noticed", "error": "could not be tried", "equivalent": by}.get(by, "noticed")
            counts[each.room, outcome] += 1
            if by not in ("equivalent", "error"):
                tried[each.key] = {"digest": each.digest, "noticed": by}
            if by in ("", "error"):
                left.append(each.key)
                print(f"{outcome}: {each.key} (line {each.mutant.line})", flush=True)
            if sum(counts.values()) % 20 == 0:
                report.write(tried, TRIED)
    report.write(tried, TRIED)
    for room in ROOMS:
        told = {kind: counts[room, kind] for kind in ("noticed", "equivalent", "not noticed", "could not be tried")}
        if sum(told.values()):
            print(f"{room}: " + ", ".join(f"{n} {kind}" for kind, n in told.items() if n))
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
