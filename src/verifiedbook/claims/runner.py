"""Runs claims, one after another or side by side, and computes their statuses from the evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from ..statements import Statement
from .clauses import WHOLE, Clauses, of_list
from .evidence import Evidence, Outcome
from .grading import grade, weakest
from .registry import Claim, load
from .workers import Told, side_by_side

Notify = Callable[["Result"], None]


@dataclass(frozen=True)
class Result:
    """A claim after its evidence ran. ``problem`` says what is wrong with the claim as a whole, if anything is.

    ``filed`` has for each clause of the statement the positions of its evidence, ``argued`` why nothing checks those
    that have none, ``cited`` those that are the source's. ``bound`` counts the printed relations that were compared
    with what was verified, ``declared`` has the others with their reasons; ``read``: whether they were compared at all.
    """

    label: str
    status: str
    seconds: float
    assumptions: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    problem: str = ""
    filed: tuple[tuple[str, tuple[int, ...]], ...] = ()
    argued: tuple[tuple[str, str], ...] = ()
    cited: tuple[str, ...] = ()
    bound: int = 0
    declared: tuple[tuple[str, str], ...] = ()
    read: bool = False

    @property
    def near_misses(self) -> tuple[int, int]:
        """How many near misses were rejected, and how many there are."""
        misses = [miss for outcome in self.outcomes for miss in outcome.near_misses]
        return sum(miss.rejected for miss in misses), len(misses)


def status(filed: Iterable[tuple[str, Sequence[int]]], outcomes: Sequence[Outcome], source: str) -> str:
    """The grade of the weakest clause; a claim that has no evidence but a source is *cited*."""
    if any(outcome.status != "holds" for outcome in outcomes):
        return "failed"
    if not outcomes:
        return "cited" if source else "failed"
    known = [{**vars(outcome)} for outcome in outcomes]
    return weakest(grade([known[place] for place in places]) for _, places in filed)


def run(claim: Claim, stated: Statement | None = None) -> Result:
    """Build and run the evidence of one claim, and read back what the book states; an error is a failure, no crash."""
    start = time.perf_counter()
    outcomes: tuple[Outcome, ...] = ()
    problems: list[str] = []
    found = of_list(())
    bound = 0
    declared: tuple[tuple[str, str], ...] = ()
    try:
        built = claim.build()
        found = built if isinstance(built, Clauses) else of_list(list(built))
        strangers = [type(item).__name__ for item in found.evidence if not isinstance(item, Evidence)]
        if strangers:
            raise TypeError(f"it returns {', '.join(strangers)} where evidence is expected")
        _check_citations(claim, found)
        outcomes = tuple(item.run() for item in found.evidence)
        if stated is not None:
            from .read_back import read_back, unmatched_clauses

            reading = read_back(found, stated)
            problems = [*unmatched_clauses(found, stated), *reading.problems]
            bound, declared = reading.bound, reading.declared
    except Exception as error:
        problems = [f"the evidence could not be built: {type(error).__name__}: {error}"]
    if not outcomes and not claim.source and not problems:
        problems = ["there is neither evidence nor a source"]
    # evidence that did not run stands for nothing
    filed = tuple((name, places if outcomes else ()) for name, places in _by_clause(found, stated))
    earned = "failed" if problems else status(filed, outcomes, claim.source)
    assumptions = tuple(dict.fromkeys(stated for outcome in outcomes for stated in outcome.assumptions))
    return Result(
        claim.label,
        earned,
        time.perf_counter() - start,
        assumptions,
        outcomes,
        "; ".join(problems),
        filed,
        tuple(found.argued.items()),
        found.cited,
        bound,
        declared,
        found.read,
    )


def _check_citations(claim: Claim, found: Clauses) -> None:
    """What evidence cites must be named in ``uses``, through which a failure is passed on."""
    cited = {label for item in found.evidence for label, _ in item.cites()}
    if missing := sorted(cited - set(claim.uses)):
        raise TypeError(f"it cites {', '.join(missing)}, which its uses do not name")


def _by_clause(found: Clauses, stated: Statement | None) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The clauses in the order of the book, each with the places of its evidence; a plain list is for all of them."""
    names = list(stated.clauses) if stated is not None else list(found.filed) or [WHOLE]
    everything = tuple(found.filed.get(WHOLE, ()))
    return tuple((name, tuple(found.filed.get(name, () if found.read else everything))) for name in names)


def run_all(
    labels: Iterable[str],
    modules: Sequence[str],
    jobs: int = 1,
    notify: Notify = lambda result: None,
    stated: Mapping[str, Statement] | None = None,
    warn: Told = lambda sentence: None,
) -> dict[str, Result]:
    """Run the claims ``labels`` of ``modules`` in up to ``jobs`` processes; ``notify`` hears of each as it ends.

    A claim that uses a failed one fails with it. ``stated`` is what the book prints under each label. A claim whose
    process is ended from outside runs again, once, and ``warn`` hears of it.
    """
    claims, stated = load(modules), stated or {}
    wanted = list(labels)
    results: dict[str, Result] = {}
    if jobs == 1 or len(wanted) < 2:
        for label in wanted:
            results[label] = run(claims[label], stated.get(label))
            notify(results[label])
    else:
        tasks = {label: (label, tuple(modules), stated.get(label)) for label in wanted}
        with closing(side_by_side(tasks, _run_label, min(jobs, len(wanted)), warn)) as ended:
            for label, result in ended:
                results[label] = result if isinstance(result, Result) else _lost(label, result)
                notify(results[label])
    return _with_consequences({label: results[label] for label in wanted}, claims)


def _run_label(label: str, modules: tuple[str, ...], stated: Statement | None) -> Result:
    return run(load(modules)[label], stated)


def _lost(label: str, sentence: str) -> Result:
    return Result(label, "failed", 0.0, (), (), sentence)


def _with_consequences(results: dict[str, Result], claims: dict[str, Claim]) -> dict[str, Result]:
    """Fail every claim that uses a failed one, directly or through others."""
    while True:
        for label, result in results.items():
            broken = [used for used in claims[label].uses if used in results and results[used].status == "failed"]
            if broken and result.status != "failed":
                results[label] = replace(result, status="failed", problem=f"it uses {', '.join(broken)}, which failed")
                break
        else:
            return results
