"""Runs claims, one after another or side by side, and computes their statuses from the evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from .evidence import Evidence, Outcome
from .registry import Claim, load
from .workers import Told, side_by_side

Notify = Callable[["Result"], None]


@dataclass(frozen=True)
class Result:
    """A claim after its evidence ran. ``problem`` says what is wrong with the claim as a whole, if anything is."""

    label: str
    status: str
    seconds: float
    assumptions: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    problem: str = ""

    @property
    def near_misses(self) -> tuple[int, int]:
        """How many near misses were rejected, and how many there are."""
        misses = [miss for outcome in self.outcomes for miss in outcome.near_misses]
        return sum(miss.rejected for miss in misses), len(misses)


def status(outcomes: Sequence[Outcome], source: str) -> str:
    """The status that the evidence earns: the strongest kind that holds, and *failed* if anything does not."""
    if not outcomes:
        return "cited" if source else "failed"
    if any(outcome.status != "holds" for outcome in outcomes):
        return "failed"
    proofs = [outcome for outcome in outcomes if outcome.kind in ("universal", "identity")]
    if any(not outcome.scope for outcome in proofs):
        return "proved"
    if proofs or any(outcome.kind == "exact" for outcome in outcomes):
        return "proved-on-instances"
    if any(outcome.kind in ("agreement", "statistical") for outcome in outcomes):
        return "checked"
    return "measured"


def run(claim: Claim) -> Result:
    """Build and run the evidence of one claim. An error while building it is a failure, not a crash."""
    start = time.perf_counter()
    outcomes: tuple[Outcome, ...] = ()
    assumptions: list[str] = []
    problem = ""
    try:
        evidence = list(claim.build())
        strangers = [type(item).__name__ for item in evidence if not isinstance(item, Evidence)]
        if strangers:
            raise TypeError(f"it returns {', '.join(strangers)} where evidence is expected")
        outcomes = tuple(item.run() for item in evidence)
        assumptions = [stated for outcome in outcomes for stated in outcome.assumptions]
    except Exception as error:
        problem = f"the evidence could not be built: {type(error).__name__}: {error}"
    if not outcomes and not claim.source and not problem:
        problem = "there is neither evidence nor a source"
    earned = "failed" if problem else status(outcomes, claim.source)
    seconds = time.perf_counter() - start
    return Result(claim.label, earned, seconds, tuple(dict.fromkeys(assumptions)), outcomes, problem)


def run_all(
    labels: Iterable[str],
    modules: Sequence[str],
    jobs: int = 1,
    notify: Notify = lambda result: None,
    warn: Told = lambda sentence: None,
) -> dict[str, Result]:
    """Run the claims ``labels`` of ``modules`` in up to ``jobs`` processes; ``notify`` hears of each as it ends.

    A claim that uses a failed one fails with it. A claim whose process is ended from outside runs again, once, and
    ``warn`` hears of it.
    """
    claims = load(modules)
    wanted = list(labels)
    results: dict[str, Result] = {}
    if jobs == 1 or len(wanted) < 2:
        for label in wanted:
            results[label] = run(claims[label])
            notify(results[label])
    else:
        with closing(side_by_side(wanted, _run_label, (tuple(modules),), min(jobs, len(wanted)), warn)) as ended:
            for label, result in ended:
                results[label] = result if isinstance(result, Result) else _lost(label, result)
                notify(results[label])
    return _with_consequences({label: results[label] for label in wanted}, claims)


def _run_label(label: str, modules: tuple[str, ...]) -> Result:
    return run(load(modules)[label])


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
