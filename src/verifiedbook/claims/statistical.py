"""Expectations checked by simulation, with the probability of a false alarm stated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, ClassVar

from .evidence import Evidence, Verdict


@dataclass(frozen=True, eq=False)
class MonteCarlo(Evidence):
    """The mean of ``sample`` is ``expected()``, tested with false-alarm probability ``false_alarm``.

    ``sample(rng, size)`` returns independent draws, shape (size,) or (size, k); ``expected()`` a number or shape (k,).
    Each mean is compared with its expectation in standard errors (normal approximation, Bonferroni over k).
    """

    kind: ClassVar[str] = "statistical"
    expected: Callable[[], Any]
    sample: Callable[..., Any]
    size: int = 100_000
    seed: int = 0
    false_alarm: float = 1e-6
    time_limit: float = field(default=20.0, kw_only=True)

    def attempt(self) -> Verdict:
        import numpy as np

        expected = np.atleast_1d(np.asarray(self.expected(), dtype=float))
        draws = np.asarray(self.sample(np.random.default_rng(self.seed), self.size), dtype=float)
        draws = draws.reshape(self.size, -1) if draws.shape[:1] == (self.size,) else draws
        if draws.shape != (self.size, expected.size):
            return Verdict("fails", f"draws have shape {draws.shape}, expected {(self.size, expected.size)}")
        if not (np.isfinite(draws).all() and np.isfinite(expected).all()):
            return Verdict("fails", "a value is not finite")
        mean, error = draws.mean(axis=0), draws.std(axis=0, ddof=1) / np.sqrt(self.size)
        if not (error > 0).all():
            return Verdict("inconclusive", "the draws do not vary: this is no random experiment")
        score = np.abs(mean - expected) / error
        threshold = NormalDist().inv_cdf(1 - self.false_alarm / (2 * expected.size))
        worst = int(score.argmax())
        told = f"mean {mean[worst]:.6g} ± {error[worst]:.2g}, expected {expected[worst]:.6g}"
        if score[worst] > threshold:
            return Verdict("fails", "the mean is not the expectation", f"{told} ({score[worst]:.1f} standard errors)")
        return Verdict(
            "holds",
            f"{told}, {score[worst]:.1f} standard errors (alarm above {threshold:.1f}); {self.size} draws, "
            f"seed {self.seed}, false-alarm probability {self.false_alarm:g}",
        )
