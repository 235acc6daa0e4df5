"""Two independent computations that must agree, and experiments that must come out as predicted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .evidence import Evidence, Verdict
from .wording import instance


@dataclass(frozen=True, eq=False)
class Agreement(Evidence):
    """``predict(**i)`` and ``measure(**i)`` agree to ``tolerance`` on every instance i.

    ``instances`` is a list of argument dicts, or a function from a ``numpy.random.Generator`` to one such dict, drawn
    ``count`` times. The error is max|a − b| / max(max|a|, max|b|). ``because`` says where the tolerance comes from.
    """

    kind: ClassVar[str] = "agreement"
    predict: Callable[..., Any]
    measure: Callable[..., Any]
    instances: Sequence[Mapping[str, Any]] | Callable[..., Mapping[str, Any]]
    count: int = 50
    seed: int = 0
    tolerance: float = 1e-10
    because: str = "rounding of double precision, with room for a few hundred operations"
    time_limit: float = field(default=20.0, kw_only=True)

    def cases(self) -> list[Mapping[str, Any]]:
        import numpy as np

        if not callable(self.instances):
            return list(self.instances)
        rng = np.random.default_rng(self.seed)
        return [self.instances(rng) for _ in range(self.count)]

    def attempt(self) -> Verdict:
        if self.predict is self.measure:
            return Verdict("fails", "prediction and measurement are the same function: nothing is compared")
        worst, compared, cases = 0.0, False, self.cases()
        if not cases:
            return Verdict("fails", "there is no instance to check")
        for case in cases:
            predicted, measured = self.predict(**case), self.measure(**case)
            error, problem = difference(predicted, measured)
            if problem or error > self.tolerance:
                told = problem or f"relative error {error:.2g} exceeds {self.tolerance:.2g}"
                return Verdict("fails", told, ": ".join(filter(None, [instance(case), told])))
            worst = max(worst, error)
            compared = compared or _any_nonzero(predicted)
        if not compared:
            return Verdict("inconclusive", "every value compared is 0: nothing is learnt")
        plural = "s" * (len(cases) > 1)
        return Verdict(
            "holds",
            f"largest relative error {worst:.2g} on {len(cases)} instance{plural}; "
            f"tolerance {self.tolerance:.2g}: {self.because}",
        )


@dataclass(frozen=True, eq=False)
class Measured(Evidence):
    """An experiment comes out as predicted: the relative error of every entry is at most ``tolerance``.

    ``predict`` and ``measure`` take no arguments and return a number or an array. Errors are relative to the larger of
    the two numbers, entry by entry; where entries may be 0, ``scale`` says what all errors are relative to instead.
    ``because`` says why the tolerance is what it is, ``changed`` what was changed in prediction or tolerance after the
    data had been seen, if anything was: the box says so.
    """

    kind: ClassVar[str] = "measured"
    predict: Callable[[], Any]
    measure: Callable[[], Any]
    tolerance: float
    because: str
    scale: float | None = field(default=None, kw_only=True)
    changed: str = field(default="", kw_only=True)
    time_limit: float = field(default=30.0, kw_only=True)

    def changed_after(self) -> str:
        return self.changed

    def attempt(self) -> Verdict:
        if self.predict is self.measure:
            return Verdict("fails", "prediction and measurement are the same function: nothing is compared")
        predicted, measured = self.predict(), self.measure()
        error, problem = largest_entry(predicted, measured, self.scale)
        told = f"predicted {_told(predicted)}, measured {_told(measured)}"
        if problem:
            return Verdict("fails", problem, told)
        if error > self.tolerance:
            told = f"{told}: relative error {error:.2g} exceeds {self.tolerance:.2g}"
            return Verdict("fails", "the measurement is not what was predicted", told)
        if not _any_nonzero(predicted):
            return Verdict("inconclusive", "every value compared is 0: nothing is learnt")
        relative = "relative error" if self.scale is None else f"error relative to {self.scale:g}"
        return Verdict("holds", f"{told}; {relative} {error:.2g}, allowed {self.tolerance:.2g}: {self.because}")


def largest_entry(a: Any, b: Any, scale: float | None = None) -> tuple[float, str]:
    """max over entries of |a − b| / max(|a|, |b|), or over ``scale``; and what makes the two incomparable, if so."""
    import numpy as np

    a, b = np.asarray(a), np.asarray(b)
    if problem := _incomparable(a, b):
        return float("inf"), problem
    if a.dtype.kind == "b":
        a, b = a.astype(float), b.astype(float)
    gaps, larger = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
    relative = gaps / scale if scale else np.divide(gaps, larger, out=np.zeros(gaps.shape), where=larger > 0)
    return float(relative.max()), ""


def _incomparable(a: Any, b: Any) -> str:
    """What makes two arrays incomparable, if anything does."""
    import numpy as np

    if a.shape != b.shape:
        return f"shapes {a.shape} and {b.shape} differ"
    if a.size == 0:
        return "there is nothing to compare"
    return "" if np.isfinite(a).all() and np.isfinite(b).all() else "a value is not finite"


def difference(a: Any, b: Any) -> tuple[float, str]:
    """max|a − b| / max(max|a|, max|b|), and what makes the two incomparable, if anything does."""
    import numpy as np

    a, b = np.asarray(a), np.asarray(b)
    if problem := _incomparable(a, b):
        return float("inf"), problem
    scale = max(np.abs(a).max(), np.abs(b).max())
    return float(np.abs(a - b).max() / scale) if scale > 0 else 0.0, ""


def _any_nonzero(values: Any) -> bool:
    import numpy as np

    return bool(np.any(np.asarray(values) != 0))


def _told(values: Any) -> str:
    import numpy as np

    values = np.asarray(values)
    if values.size > 6:
        return f"{values.size} values from {values.min():.6g} to {values.max():.6g}"
    return ", ".join(f"{value:.6g}" for value in values.ravel())
