"""The missing runs of a record, given to a crew as soon as what they go on from is there, and recorded as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from dltheory.lab.runs.crew import Crew, CrewError, Job
from dltheory.lab.runs.records import Planned, Record

#: So often a run is given out before it is given up, and seconds between two looks at how far the runs are.
TRIES, LOOK = 3, 0.5

Outcome = tuple[Mapping[str, Any], dict[str, Any]]


def carry_out_together(
    record: Record,
    plan: Sequence[Planned],
    crew: Crew,
    job: Callable[[Planned], Job],
    look: Callable[[Mapping[str, int]], None] = lambda counts: None,
) -> int:
    """Do the runs that are missing, writing the record after each; their number comes back.

    ``look`` is shown the epochs of each run now and then. Raises :class:`CrewError` if a run loses its worker three
    times; what the runs themselves raise is raised on. Whatever ends it, the crew is sent away.
    """
    keys = [planned.key for planned in plan]
    waiting = record.missing(plan)
    total, lost = len(waiting), Counter[str]()
    flying: dict[Future[Outcome], Planned] = {}
    try:
        while waiting or flying:
            ready = [each for each in waiting if all(key in record.runs for key in each.after)]
            for planned in ready[: crew.slots - len(flying)]:
                waiting.remove(planned)
                flying[crew.submit(job(planned))] = planned
            look(crew.counts())
            if not flying:
                raise CrewError(f"{waiting[0].key} waits for a run that is not planned: {', '.join(waiting[0].after)}")
            finished, _ = wait(flying, LOOK, FIRST_COMPLETED)
            if again := _record(record, keys, crew, flying, finished):
                # one process took all others with it: what they finished is kept, and the rest begins anew
                again += _record(record, keys, crew, flying, wait(flying, 10 * LOOK).done)
                again += flying.values()
                flying.clear()
                lost.update(planned.key for planned in again)
                for key, times in lost.items():
                    if times == TRIES:
                        raise CrewError(f"{key} lost its worker {TRIES} times; is there enough memory? {_kept(record)}")
                waiting = [planned for planned in plan if planned in again or planned in waiting]
                crew.renew()
            look(crew.counts())
    finally:
        crew.leave()
    return total


def _record(
    record: Record,
    keys: Sequence[str],
    crew: Crew,
    flying: dict[Future[Outcome], Planned],
    finished: set[Future[Outcome]],
) -> list[Planned]:
    """Write what is finished; what has lost its worker comes back."""
    again = []
    for future in finished:
        planned = flying.pop(future)
        try:
            outcome, where = future.result()
        except crew.lost:
            again.append(planned)
        except crew.over as error:
            raise CrewError(f"{planned.key} was given up ({type(error).__name__}: {error}). {_kept(record)}") from error
        else:
            record.add(planned.key, outcome, where, keys)
    return again


def _kept(record: Record) -> str:
    return f"{record.path} keeps the {len(record.runs)} runs that are finished; the same command goes on from there"
