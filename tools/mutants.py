"""Changes derivations, experiments and claims, one change at a time, and looks whether a claim or a test notices.

``make mutants`` tries all of them; ``--minutes 3 --seed TEXT`` a sample that the seed draws. What was tried before is
remembered in ``_build/mutants.json`` as long as the changed module, and what can reach it, stay as they are. Changes
that change nothing are listed in ``tools/mutation/equivalent.toml``, each with its reason. Exit status 1 if nothing
notices a change that is not listed there.
"""

from __future__ import annotations

import ast
import hashlib
import multiprocessing
import os
import random
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

os.environ.setdefault("OMP_NUM_THREADS", "1")

from mutation import trial
from mutation.operators import Mutant, changed, mutants
from mutation.reach import Reached, Watch, bodies, kept, module, named
from mutation.trial import Asked, packages

from verifiedbook.claims import load, report
from verifiedbook.claims.clauses import Clauses, of_list
from verifiedbook.claims.registry import Claim
from verifiedbook.dependencies import Dependencies
from verifiedbook.incremental import Sources
from verifiedbook.project import Project, find
from verifiedbook.statements import statements

ROOT = Path(__file__).resolve().parents[1]
TRIED = ROOT / "_build" / "mutants.json"
REACHED = ROOT / "_build" / "reached"
EQUIVALENT = Path(__file__).parent / "mutation" / "equivalent.toml"
ROOMS = ("derivation", "experiment", "claims")
_attempt: Callable[[int], str | None]  # set before the processes that try are forked
_reach: Callable[[str], Reached]
_UNFIT = {"browser"}  # tests of the pages, which are built from the book as it is


@dataclass(frozen=True)
class Trial:
    """A change of a module of a room; ``function`` is where it is, empty if it runs on import."""

    room: str
    path: Path
    mutant: Mutant
    function: str

    @property
    def key(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}: {self.mutant.said}"

    def tree(self) -> ast.Module:
        """The changed module."""
        return changed(self.path.read_text(encoding="utf-8"), self.room == "claims", self.mutant.at)


class Gate:
    """The book's claims and tests, and which of them can notice a change."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._stated = {statement.label: statement for statement in statements(project.book)}
        sources = Sources(project, self._stated.values())
        self._graph = Dependencies(project.sources(), project.results)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._claims = load(project.claim_modules)
            sources.preload(self._claims.values())
            self._built = {label: built for label, claim in self._claims.items() if (built := _built(claim))}
        files = {claim.build.__module__: None for claim in self._claims.values()}
        files = {name: frozenset(self._graph.of_module(name)) for name in files}
        self._files = {label: files[claim.build.__module__] for label, claim in self._claims.items()}
        tests = sorted(path for path in (ROOT / "tests").rglob("test_*.py") if not _UNFIT & set(path.parts))
        self._tests = {
            path.relative_to(ROOT).as_posix(): frozenset(
                {*self._graph.of_cells([path.read_text(encoding="utf-8")]), path, *path.parent.glob("conftest.py")}
            )
            for path in tests
        }
        self._watch = Watch(project, [path for room in ROOMS[:2] for path in self._modules(room, project.chapters)])

    def _modules(self, room: str, chapters: Iterable[str]) -> Iterator[Path]:
        folder = self.project.sources()[self.project.package]
        for chapter in chapters:
            yield from sorted([*(folder / chapter).glob(f"{room}.py"), *(folder / chapter / room).rglob("*.py")])

    def trials(self, rooms: tuple[str, ...], chapters: tuple[str, ...]) -> Iterator[Trial]:
        """Every change of every module in ``rooms`` of ``chapters``."""
        for room in rooms:
            for path in self._modules(room, chapters):
                source = path.read_text(encoding="utf-8")
                inside = bodies(ast.parse(source))
                for mutant in mutants(source, room == "claims"):
                    # a claim that is changed is built anew, whoever calls what
                    line = 0 if room == "claims" else inside.get(mutant.line, 0)
                    yield Trial(room, path, mutant, named(self.project, path, line))

    @cache  # noqa: B019 - one gate lives as long as the process
    def digest(self, by: str) -> str:
        """A digest of all that the claim or the file of tests ``by`` depends on."""
        text = self._stated[by].text if by in self._stated else ""
        files = self._files.get(by) or self._tests.get(by, ())
        return hashlib.sha256((self._graph.digest(files, code_only=True) + text).encode()).hexdigest()[:32]

    def digest_of(self, tried: Trial, by: str) -> str:
        """A digest of what the outcome of a trial depends on: what noticed, or all that can if nothing did."""
        asked = [label for label, files in self._files.items() if tried.path in files] + [*self._tests_of(tried.path)]
        every = [by] if by in self._files or by in self._tests else asked
        texts = [self._graph.digest([tried.path], code_only=True), *map(self.digest, every)]
        return hashlib.sha256("".join(texts).encode()).hexdigest()[:32]

    @cache  # noqa: B019
    def _claims_of(self, path: Path) -> tuple[str, ...]:
        """The claims whose modules import ``path``: those of a module of its name, of its chapter, the quick first."""
        own = path.relative_to(self.project.sources()[self.project.package]).parts[0]

        def order(label: str) -> tuple[bool, bool, float]:
            module = self._claims[label].build.__module__.split(".")
            return module[-1] != path.stem, own not in module, self.reached(label).seconds

        return tuple(sorted((label for label, files in self._files.items() if path in files), key=order))

    @cache  # noqa: B019
    def _tests_of(self, path: Path) -> tuple[str, ...]:
        return tuple(name for name, files in self._tests.items() if path in files)

    @cache  # noqa: B019
    def reached(self, by: str) -> Reached:
        """What the claim or the file of tests ``by`` calls, and whether it holds as things are."""

        def holds() -> bool:
            if by in self._tests:
                return not trial.failing_test(ROOT, [by])
            claim = (by, self._claims[by].build.__module__)
            return not Asked([claim], self._stated, {}, packages(self.project)).failing()

        file = REACHED / f"{by.replace('/', '-')}.json"
        return kept(file, self.digest(by), lambda: self._watch.measured(self.digest(by), holds))

    def claims_of(self, trials: Iterable[Trial]) -> list[str]:
        """All claims that ``trials`` may have to ask."""
        paths = {each.path for each in trials}
        return [label for label, files in self._files.items() if paths & files]

    def noticed(self, tried: Trial, with_tests: bool) -> str:
        """What notices the change; empty if nothing does."""
        labels = [label for label in self._claims_of(tried.path) if self.reached(label).notices(tried.function)]
        if labels and (said := trial.apart(lambda: self._ask(tried, labels))):
            return said
        if not with_tests:
            return ""
        files = [name for name in self._tests_of(tried.path) if self.reached(name).notices(tried.function)]
        files.sort(key=lambda name: self.reached(name).seconds)
        return trial.apart(lambda: self._test(tried, files)) if files else ""

    def _replace(self, tried: Trial) -> None:
        trial.replace(self.project, trial.Changed(module(self.project, tried.path), tried.path, tried.tree()))

    def _ask(self, tried: Trial, labels: list[str]) -> str:
        self._replace(tried)
        claims = [(label, self._claims[label].build.__module__) for label in labels]
        return Asked(claims, self._stated, self._built, packages(self.project)).failing()

    def _test(self, tried: Trial, files: list[str]) -> str:
        self._replace(tried)
        return trial.failing_test(ROOT, files)


def _built(claim: Claim) -> Clauses | None:
    """What the claim returns, as it is; nothing if it cannot be built."""
    try:
        built = claim.build()
    except Exception:
        return None
    return built if isinstance(built, Clauses) else of_list(list(built))


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


def _reached(label: str) -> None:
    _reach(label)


@click.command()
@click.option(
    "--room", "rooms", type=click.Choice(ROOMS), multiple=True, help="Only modules of this room (repeatable)."
)
@click.option("--chapter", "chapters", multiple=True, help="Only this chapter (repeatable).")
@click.option("--kind", "kinds", multiple=True, help="Only changes of this kind, such as doubled (repeatable).")
@click.option("--minutes", type=float, help="Stop after so many minutes.")
@click.option("--sample", type=click.IntRange(min=1), help="Try so many changes, drawn at random.")
@click.option("--seed", default="", help="What draws the sample and the order.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), default=os.cpu_count(), help="Changes tried side by side.")
@click.option("--tests/--no-tests", "with_tests", default=True, help="Ask the tests where no claim notices.")
@click.option("--list", "only_list", is_flag=True, help="Only count the changes that there are.")
def main(rooms, chapters, kinds, minutes, sample, seed, jobs, with_tests, only_list) -> None:
    """Try changes of derivations, experiments and claims, and print those that nothing notices."""
    gate = Gate(find(ROOT))
    unknown = set(chapters) - set(gate.project.chapters)
    if unknown:
        sys.exit(f"no chapter {', '.join(sorted(unknown))}; there are {', '.join(gate.project.chapters)}")
    trials = list(gate.trials(rooms or ROOMS, chapters or gate.project.chapters))
    trials = [each for each in trials if not kinds or each.mutant.kind in kinds]
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

    def recall(each: Trial) -> str | None:
        old = tried.get(each.key)
        if each.key in known:
            return "equivalent"
        return old["noticed"] if old and old["digest"] == gate.digest_of(each, old["noticed"]) else None

    def attempt(number: int) -> str | None:
        each = trials[number]
        if (before := recall(each)) is not None:
            return before
        return gate.noticed(each, with_tests) if time.monotonic() < until else None

    global _attempt, _reach
    _attempt, _reach = attempt, gate.reached
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        pool.map(_reached, gate.claims_of(each for each in trials if recall(each) is None), chunksize=1)
        for each, by in zip(trials, pool.imap(_numbered, range(len(trials))), strict=True):
            if by is None:
                continue
            outcome = {"": "not noticed", "error": "could not be tried", "equivalent": by}.get(by, "noticed")
            counts[each.room, outcome] += 1
            if by not in ("equivalent", "error") and (by or with_tests):  # else the tests are still to be asked
                tried[each.key] = {"digest": gate.digest_of(each, by), "noticed": by}
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
