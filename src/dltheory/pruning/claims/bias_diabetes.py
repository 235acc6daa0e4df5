"""Which singular coordinates are the smallest along gradient descent on the diabetes data."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.pruning.experiment import bias as run
from verifiedbook.claims import Measured, NearMiss, claim

#: $\sqrt{2\eta}\,\sigma$ for two directions, the second with the smaller singular value.
_LARGE, _SMALL = sp.symbols("r_i r_j", positive=True)


@claim("obs-pruning-bias-diabetes", uses=["thm-pruning-and-gd-bias"], source="efron2004")
def the_flattest_direction_ends_as_the_largest_coordinate_on_the_diabetes_data():
    """On the diabetes data, $\\eta\\sigma_1^2=\\frac14$, only one of ten singular coordinates is smaller than that of
    the smallest $\\sigma$ after the first step, and all nine are after 5000; at every step between, the order of all
    ten is that of the formula."""

    def order(sizes: np.ndarray) -> np.ndarray:
        return np.argsort(sizes, axis=1)

    steps = tuple(range(1, 5001))
    return [
        Measured(
            lambda: order(run.on_diabetes(times=steps).predicted),
            lambda: order(run.on_diabetes(times=steps).measured),
            tolerance=0.0,
            because="an order is right or wrong",
            near_misses=[
                NearMiss(
                    "one step ahead",
                    predict=lambda: order(run.on_diabetes(times=tuple(t + 1 for t in steps)).predicted),
                ),
                NearMiss(
                    "by the singular value",
                    predict=lambda: np.tile(np.arange(10)[::-1], (len(steps), 1)),
                ),
            ],
        ),
        Measured(
            lambda: run.rank_of_flattest(run.on_diabetes().predicted),
            lambda: run.rank_of_flattest(run.on_diabetes().measured),
            tolerance=0.0,
            because="ranks are counts",
            near_misses=[
                NearMiss(
                    "equal targets", predict=lambda: run.rank_of_flattest(run.on_diabetes(equal_targets=True).predicted)
                ),
                NearMiss(
                    "the first step decides for ever",
                    predict=lambda: np.full(len(run.on_diabetes().times), 1),
                ),
            ],
        ),
        Measured(
            lambda: np.array([1, 9]),
            lambda: run.rank_of_flattest(run.on_diabetes().measured)[[0, -1]],
            tolerance=0.0,
            because="ranks are counts; what the formula says of the first step and of least squares",
            near_misses=[NearMiss("it stays small", predict=lambda: np.array([1, 1]))],
        ),
    ]
