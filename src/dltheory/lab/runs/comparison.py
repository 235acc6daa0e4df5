"""What several seeds say: an interval for a mean, and a test of one group of runs against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, sqrt
from statistics import fmean, stdev


@dataclass(frozen=True)
class Interval:
    """A mean over seeds and the half-width of its confidence interval; the half-width of one seed is infinite."""

    mean: float
    half_width: float
    count: int

    def percent(self) -> str:
        """``37.2 ± 1.4 %``."""
        if self.count < 2:
            return f"{100 * self.mean:.1f} % (one seed)"
        return f"{100 * self.mean:.1f} ± {100 * self.half_width:.1f} %"


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Student's interval for the mean of independent ``values``."""
    if not values:
        raise ValueError("values is empty; an interval needs at least one run")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie strictly between 0 and 1")
    if len(values) == 1:
        return Interval(values[0], float("inf"), 1)
    from scipy.stats import t

    quantile = float(t.ppf((1 + confidence) / 2, len(values) - 1))
    return Interval(fmean(values), quantile * stdev(values) / sqrt(len(values)), len(values))


def permutation_p_value(a: Sequence[float], b: Sequence[float]) -> float:
    """Probability of a difference of means at least as large, were the runs dealt to the two groups at random.

    Exact and two-sided: every way to deal them is counted, which takes no assumption about how accuracies are
    distributed. For groups of the same size it cannot be smaller than 2 over the number of
    ways: with five runs each 2/252. It is for runs that share nothing; ``paired_p_value`` is for shared seeds.
    """
    if not a or not b:
        raise ValueError("both groups need at least one run")
    if comb(len(a) + len(b), len(a)) > 200_000:
        raise ValueError(f"groups of {len(a)} and {len(b)} are too many to count every way to deal them")
    pooled = [*a, *b]
    total = sum(pooled)
    observed = abs(fmean(a) - fmean(b))
    as_large = 0
    ways = 0
    for chosen in combinations(range(len(pooled)), len(a)):
        first = sum(pooled[i] for i in chosen)
        difference = abs(first / len(a) - (total - first) / len(b))
        # equal up to rounding counts as equal, or the observed deal itself might be missed
        as_large += difference >= observed - 1e-12
        ways += 1
    return as_large / ways


def paired_p_value(a: Sequence[float], b: Sequence[float]) -> float:
    """Probability of a mean difference at least as large, were the two runs of a seed exchanged at random.

    ``a`` and ``b`` hold the same seeds in the same order: such runs share their initial weights, so they come in pairs
    and may be exchanged within a pair only. Exact and two-sided. With n seeds it cannot be smaller than $2/2^n$, unless
    no pair differs, when it is 1.
    """
    if len(a) != len(b) or not a:
        raise ValueError(f"groups of {len(a)} and {len(b)} runs; pairs need the same seeds, at least one, in both")
    if len(a) > 17:
        raise ValueError(f"{len(a)} pairs are too many to count every way to exchange them")
    differences = [x - y for x, y in zip(a, b, strict=True)]
    observed = abs(sum(differences))
    ways = list(product((1, -1), repeat=len(differences)))
    sums = (abs(sum(sign * value for sign, value in zip(signs, differences, strict=True))) for signs in ways)
    # equal up to rounding counts as equal, or the observed signs themselves might be missed
    return sum(value >= observed - 1e-12 for value in sums) / len(ways)
