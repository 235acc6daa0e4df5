"""Which singular coordinates are the smallest along gradient descent on the diabetes data."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.foundations import derivation as foundations
from dltheory.pruning.derivation.bias import eta
from dltheory.pruning.experiment import bias as run
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


@claim("obs-pruning-bias-diabetes", uses=["thm-pruning-and-gd-bias"], source="efron2004")
def the_flattest_direction_ends_as_the_largest_coordinate_on_the_diabetes_data() -> Clauses:
    """How many coordinates are smaller than the flattest one, first and last, and the whole order at every step."""

    def order(sizes: np.ndarray) -> np.ndarray:
        return np.argsort(sizes, axis=1)

    def smaller(place: int, equal_targets: bool = False) -> float:
        return float(run.rank_of_flattest(run.on_diabetes(equal_targets=equal_targets).measured)[place])

    steps = tuple(range(1, 5001))
    return clauses(
        i=Measured(
            lambda: float(run.rank_of_flattest(run.on_diabetes().predicted)[0]),
            lambda: smaller(0),
            tolerance=0.0,
            because="a count, and what the formula says",
            near_misses=[
                NearMiss("none, as with equal targets", measure=lambda: smaller(0, equal_targets=True)),
                NearMiss("nine, as in the end", predict=lambda: 9.0),
            ],
        ),
        ii=Measured(
            lambda: 9.0,
            lambda: smaller(-1),
            tolerance=0.0,
            because="a count, and what the formula says of least squares",
            near_misses=[NearMiss("it stays small", measure=lambda: smaller(0))],
        ),
        iii=Measured(
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
        reads={"": [(eta * foundations.sigma_1**2, sp.Rational(1, 4))]},
    )
