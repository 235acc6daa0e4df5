"""What is measured on the diabetes data: every set of its ten weights, pruned and refitted, in two systems of units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dltheory.lab.data import diabetes as data
from dltheory.pruning.experiment import diabetes, linear
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


def _every_set(rise: Callable[[tuple[int, ...]], float]) -> np.ndarray:
    """``rise`` of every set of weights, over the explained sum of squares: (1024,)."""
    return np.array([rise(P) for group in diabetes.subsets().sets for P in group]) / diabetes.explained()


def _damage_order() -> np.ndarray:
    X, y = data().X, data().y
    return np.array(linear.order(linear.damage_saliencies(X, linear.least_squares(X, y))))


def _is_best(order: list[int]) -> np.ndarray:
    """1 for every number of weights, 1 to d, at which the first of ``order`` are a best set to remove, else 0."""
    found = diabetes.subsets()
    return np.array([float(set(order[:count]) == set(found.best(count))) for count in range(1, len(order) + 1)])


@claim(
    "obs-pruning-diabetes",
    uses=["thm-obd", "thm-obs", "thm-finetune-recovers", "thm-obs-greedy-gap", "thm-random-pruning-is-dropout"],
    source="efron2004",
)
def which_weights_can_go_on_the_diabetes_data() -> Clauses:
    """Every set before and after refitting, means over sets, two orders, and the best sets."""
    best = np.ones(10)
    best[4] = 0.0
    return clauses(
        i=Measured(
            lambda: _every_set(lambda P: diabetes.predicted_rise(P, False)),
            lambda: _every_set(lambda P: diabetes.measured_rise(P, False)),
            tolerance=1e-9,
            because="the loss is quadratic: what is left is rounding, at a condition number of 470",
            near_misses=[
                NearMiss("after refitting", measure=lambda: _every_set(lambda P: diabetes.measured_rise(P, True))),
                NearMiss("saliencies add up", predict=lambda: _every_set(_sum_of_saliencies)),
            ],
        ),
        ii=Measured(
            lambda: _every_set(lambda P: diabetes.predicted_rise(P, True)),
            lambda: _every_set(lambda P: diabetes.measured_rise(P, True)),
            tolerance=1e-9,
            because="the same",
            near_misses=[
                NearMiss(
                    "nothing is won back", predict=lambda: _every_set(lambda P: diabetes.predicted_rise(P, False))
                ),
            ],
        ),
        iii=Measured(
            lambda: np.array([diabetes.random_rise(10 - count) for count in range(11)]),
            lambda: np.array([group.mean() for group in diabetes.subsets().before]),
            tolerance=1e-9,
            scale=1.36e6,
            because="relative to the rise of removing all: the mean is over all sets of a size, so nothing is random",
            near_misses=[
                NearMiss(
                    "the mean after refitting",
                    measure=lambda: np.array([group.mean() for group in diabetes.subsets().after]),
                ),
                NearMiss("independent coins", predict=lambda: np.array([_coin_rise(1 - m / 10) for m in range(11)])),
            ],
        ),
        iv=Measured(
            _damage_order,
            lambda: np.array(diabetes.orders()[diabetes.MAGNITUDE]),
            tolerance=0.0,
            because="an order is right or wrong",
            near_misses=[
                NearMiss(
                    "in the original units", measure=lambda: np.array(diabetes.orders()[diabetes.MAGNITUDE_UNITS])
                ),
                NearMiss("OBS has the same order", measure=lambda: np.array(diabetes.orders()[diabetes.SURGEON])),
            ],
        ),
        v=Measured(
            lambda: 1.0,
            lambda: float(bool((_damage_order() != np.array(diabetes.orders()[diabetes.MAGNITUDE_UNITS])).any())),
            tolerance=0.0,
            because="two orders differ or not",
            near_misses=[
                NearMiss(
                    "with columns of norm 1",
                    measure=lambda: float(
                        bool((_damage_order() != np.array(diabetes.orders()[diabetes.MAGNITUDE])).any())
                    ),
                ),
            ],
        ),
        vi=Measured(
            lambda: best,
            lambda: _is_best(diabetes.orders()[diabetes.GREEDY]),
            tolerance=0.0,
            because="a set is a best one or not",
            near_misses=[
                NearMiss("at every size", predict=lambda: np.ones(10)),
                NearMiss("OBS ranked once does as well", measure=lambda: _is_best(diabetes.orders()[diabetes.SURGEON])),
            ],
        ),
        vii=Measured(
            lambda: np.array([1.0, 0.0]),
            lambda: _holds_s1(5, 6),
            tolerance=0.0,
            because="a set holds a weight or not",
            near_misses=[NearMiss("of six and seven", measure=lambda: _holds_s1(6, 7))],
        ),
    )


def _holds_s1(*counts: int) -> np.ndarray:
    """1 for each number of weights whose best set to remove holds the weight of s1, else 0."""
    s1 = data().features.index("s1")
    return np.array([float(s1 in diabetes.subsets().best(count)) for count in counts])


def _sum_of_saliencies(removed: tuple[int, ...]) -> float:
    X, y = data().X, data().y
    return float(linear.damage_saliencies(X, linear.least_squares(X, y))[list(removed)].sum())


def _coin_rise(keep: float) -> float:
    """The mean rise with independent coins, $(1-p)^2\\lVert X\\hat w\\rVert^2+p(1-p)\\lVert\\Gamma\\hat w\\rVert^2$."""
    X, y = data().X, data().y
    w = linear.least_squares(X, y)
    return (1 - keep) ** 2 * float(np.square(X @ w).sum()) + keep * (1 - keep) * _sum_of_saliencies(tuple(range(10)))
