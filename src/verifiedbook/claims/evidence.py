"""What every kind of evidence shares: verdicts, near misses and the rule that turns them into an outcome."""

from __future__ import annotations

import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import Any, ClassVar, Literal

Status = Literal["holds", "fails", "inconclusive"]


@dataclass(frozen=True)
class Verdict:
    """What one attempt at a statement came to.

    ``witness`` is the counterexample in plain text; a verdict that fails names one wherever there is one to name.
    """

    status: Status
    detail: str
    witness: str | None = None


@dataclass(frozen=True)
class Erratum:
    """A published sentence that a near miss repeats and the check refutes.

    ``source`` is a bibliography key, ``place`` a section or page; ``published`` and ``correct`` are sentences with
    ``$...$`` mathematics.
    """

    source: str
    place: str
    published: str
    correct: str


class NearMiss:
    """The same evidence with some fields replaced by something slightly wrong; it must be refuted.

    ``NearMiss("the sign flipped", then=wrong)`` runs ``dataclasses.replace(evidence, then=wrong)``.
    """

    def __init__(self, description: str, *, erratum: Erratum | None = None, **changes: Any) -> None:
        if not changes:
            raise ValueError(f"the near miss {description!r} changes nothing: name the field it replaces")
        self.description, self.erratum, self.changes = description, erratum, changes


@dataclass(frozen=True)
class NearMissOutcome:
    """Whether a near miss was rejected, and the counterexample that rejects it."""

    description: str
    rejected: bool
    witness: str | None
    erratum: Erratum | None = None


@dataclass(frozen=True)
class Step:
    """One thing that a rule of inference needed, as it was decided: what it is called, what follows from what.

    ``kind`` is that of its evidence, "interval" for an enclosure; ``certificate`` is the proof that can be multiplied
    out, if there is one.
    """

    name: str
    kind: str
    assumptions: tuple[str, ...]
    conclusion: str
    certificate: Mapping[str, Any] | None


@dataclass(frozen=True)
class Outcome:
    """One piece of evidence after it ran, near misses included."""

    kind: str
    status: Status
    seconds: float
    detail: str
    scope: str
    witness: str | None
    near_misses: tuple[NearMissOutcome, ...]
    assumptions: tuple[str, ...] = ()
    conclusion: str = ""
    complete: bool = False
    rule: str = ""
    cites: tuple[tuple[str, str], ...] = ()
    certifiable: bool = False
    certificate: Mapping[str, Any] | None = None
    changed: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, eq=False)
class Evidence(ABC):
    """Base of all kinds. A kind says how one attempt is decided; this class attacks it with its near misses.

    ``scope`` is empty for a statement about all parameters; otherwise it names the instances covered ("t = 1, 2, 3"),
    and ``complete`` says that the clause speaks of no others.
    ``time_limit`` is in seconds of processor time and holds for each attempt.
    """

    kind: ClassVar[str]
    #: Whether a certificate is looked for.
    certifiable: ClassVar[bool] = False
    #: The rule of inference that is used, if one is.
    rule: ClassVar[str] = ""
    _: KW_ONLY
    near_misses: Sequence[NearMiss] = ()
    scope: str = ""
    complete: bool = False
    time_limit: float = 10.0

    @abstractmethod
    def attempt(self) -> Verdict:
        """Decide the statement as it stands, without its near misses."""

    def assumptions(self) -> list[str]:
        """The hypotheses, as LaTeX without dollar signs."""
        return []

    def conclusion(self) -> str:
        """What follows from them, as LaTeX without dollar signs; empty where the detail says it all."""
        return ""

    def relations(self) -> list[Any]:
        """What is decided, as SymPy relations or pairs of sides, for comparison with what the page prints."""
        return []

    def premises_stated(self) -> list[Any]:
        """The hypotheses as SymPy relations, for comparison with those that the page prints."""
        return []

    def certificate(self) -> Mapping[str, Any] | None:
        """A proof of the statement that anyone can check by multiplying out, if there is one."""
        return None

    def steps(self) -> tuple[Step, ...]:
        """What was decided on the way, where this is a rule of inference that holds."""
        return ()

    def cites(self) -> tuple[tuple[str, str], ...]:
        """Labels, each with the name of a clause or nothing, of the claims that this evidence rests on."""
        return ()

    def changed_after(self) -> str:
        """What was changed in the criterion after the data had been seen; nothing if it was not."""
        return ""

    def run(self) -> Outcome:
        """Decide the statement, then every near miss; a check that accepts a near miss fails, whatever else it says."""
        start = time.perf_counter()
        verdict = self._guarded()
        misses = tuple(self._attack(miss) for miss in self.near_misses) if verdict.status == "holds" else ()
        accepted = [miss for miss in misses if not miss.rejected]
        if verdict.status == "holds" and not self.near_misses:
            verdict = Verdict("fails", "no near miss: a check that nothing can fail shows nothing")
        elif accepted:
            names = "; ".join(f"{miss.description} ({miss.witness})" for miss in accepted)
            verdict = Verdict("fails", f"the check is broken, it does not reject: {names}")
        seconds = time.perf_counter() - start
        try:
            assumptions, conclusion = tuple(dict.fromkeys(self.assumptions())), self.conclusion()
        except Exception:  # a statement that cannot be read is inconclusive already, and has nothing to show
            assumptions, conclusion = (), ""
        return Outcome(
            self.kind,
            verdict.status,
            seconds,
            verdict.detail,
            self.scope,
            verdict.witness,
            misses,
            assumptions,
            conclusion,
            self.complete,
            self.rule,
            self.cites(),
            self.certifiable,
            self.certificate() if verdict.status == "holds" else None,
            self.changed_after(),
            self.steps() if verdict.status == "holds" else (),
        )

    def _guarded(self) -> Verdict:
        """An error or a time-out inside a check decides nothing; what runs out of time is tried again, for longer."""
        for limit in (self.time_limit, LONGER * self.time_limit):
            try:
                with limited(limit):
                    return self.attempt()
            except TimeExceeded:
                continue
            except Exception as error:
                return Verdict("inconclusive", f"the check stopped with {type(error).__name__}: {error}")
        return Verdict("inconclusive", f"undecided in {limit:g} s of processor time, not refuted")

    def _attack(self, miss: NearMiss) -> NearMissOutcome:
        unknown = set(miss.changes) - {field.name for field in fields(self)}
        if unknown:
            names = ", ".join(sorted(unknown))
            return NearMissOutcome(miss.description, False, f"{type(self).__name__} has no field {names}", miss.erratum)
        verdict = replace(self, near_misses=(), **miss.changes)._guarded()
        rejected = verdict.status == "fails"
        told = verdict.witness or verdict.detail
        return NearMissOutcome(miss.description, rejected, told, miss.erratum)


#: A second try may take this many times what the first may.
LONGER = 4
#: What waits rather than computes is ended by the clock, after this many seconds and this many times its limit.
_CEILING = 60.0, 30.0
_AGAIN = 1.0  # seconds after which code that swallowed the first interruption is interrupted again


class TimeExceeded(BaseException):
    """Raised inside :func:`limited` when its time is up. Like KeyboardInterrupt it is no error that code may handle."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop Python code after ``seconds`` of processor time, so that a busy machine decides nothing.

    Outside the main thread, where no signal arrives, there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeExceeded

    timers = {
        signal.SIGPROF: (signal.ITIMER_PROF, seconds),
        signal.SIGALRM: (signal.ITIMER_REAL, _CEILING[0] + _CEILING[1] * seconds),
    }
    previous = {number: signal.signal(number, stop) for number in timers}
    for timer, limit in timers.values():
        signal.setitimer(timer, limit, _AGAIN)
    try:
        yield
    finally:
        for timer, _ in timers.values():
            signal.setitimer(timer, 0)
        for number, handler in previous.items():
            signal.signal(number, handler)
