"""What was only measured: the losses of the source notebook, and heavy ball on logistic regression."""

from typing import Any

from dltheory.lab.notebooks import SOURCE
from dltheory.momentum.claims import published
from verifiedbook.claims import Clauses, Measured, NearMiss, claim, clauses


@claim("obs-momentum-source-losses", uses=["thm-momentum-heavy-ball"], source=SOURCE)
def losses_of_the_source() -> Clauses:
    """The three published losses run again; the least loss; how far above it every iterate lies."""
    return clauses(
        i=[
            Measured(
                _published_losses,
                _final_losses,
                tolerance=5e-11,
                because="fixed before the run: ten significant digits; the losses differ by less than 1e-9 of each",
                near_misses=[
                    NearMiss("the gradient descent run in all three rows", measure=lambda: _final_losses()[[0, 0, 0]]),
                    NearMiss("99 steps", measure=lambda: _final_losses(steps=99)),
                ],
            ),
            Measured(
                lambda: [[1.0, 0.0], [0.0, 1.0]],
                lambda: _covariance_in_units_of(9.0, 1.0),
                tolerance=4 * (2 / 499) ** 0.5,
                scale=1.0,
                because="four standard errors √(2/499) of the variance of 500 normal points, in units of the variance",
                near_misses=[
                    NearMiss(
                        "the covariance is diag(3, 1)",
                        measure=lambda: _covariance_in_units_of(3.0, 1.0),
                        erratum=published.COVARIANCE,
                    )
                ],
            ),
        ],
        ii=[
            Measured(
                lambda: [10, 11],
                lambda: [_first_digit_apart(place) for place in (0, 1)],
                tolerance=0.0,
                because="the position of a digit",
                near_misses=[NearMiss("both in the tenth", predict=lambda: [10, 10])],
            ),
            _least_loss(),
        ],
        iii=[
            Measured(
                lambda: [int(digit) for digit in _LEAST.replace(".", "")],
                lambda: [int(digit) for digit in _published_digits(2).replace(".", "")],
                tolerance=0.0,
                because="every digit given on the page",
                near_misses=[
                    NearMiss(
                        "so does the second",
                        measure=lambda: [int(digit) for digit in _published_digits(1).replace(".", "")],
                    )
                ],
            ),
            _least_loss(),
        ],
        iv=[
            Measured(
                lambda: [101] * 3,
                lambda: _iterates_above(last=False),
                tolerance=0.0,
                because="a count of the iterates whose excess loss has a logarithm",
                near_misses=[
                    NearMiss(
                        "excess over the last iterate",
                        measure=lambda: _iterates_above(last=True),
                        erratum=published.LAST_ITERATE,
                    )
                ],
            )
        ],
    )


#: The least loss, in the twelve decimals that the page states.
_LEAST = "102.751710872733"


def _least_loss() -> Measured:
    return Measured(
        lambda: [float(_LEAST)],
        lambda: [_source().least_loss],
        tolerance=1e-14,
        because="fixed before the run: every digit stated",
        near_misses=[NearMiss("the first published loss is the least", predict=lambda: _published_losses()[:1])],
    )


def _published_digits(place: int) -> str:
    """A published loss, rounded to the decimals of the least one."""
    return f"{_published_losses()[place]:.12f}"


def _first_digit_apart(place: int) -> int:
    """The first significant digit in which a published loss exceeds the least one."""
    pairs = zip(_published_digits(place).replace(".", ""), _LEAST.replace(".", ""), strict=True)
    return next(position for position, (ours, least) in enumerate(pairs, 1) if ours > least)


def _source() -> Any:
    from dltheory.momentum.experiment import regression

    return regression.source_problem()


def _published_losses() -> Any:
    from dltheory.momentum.experiment import regression

    return [loss for _, _, loss in regression.PUBLISHED_LOSSES]


def _paths(steps: int, start: Any) -> Any:
    from dltheory.momentum.experiment import regression

    etas, betas, _ = zip(*regression.PUBLISHED_LOSSES, strict=True)
    return regression.momentum_paths(_source(), etas, betas, steps, start)


def _final_losses(steps: int = 100, start: Any = "gradient") -> Any:
    problem = _source()
    return ((problem.y - _paths(steps, start)[-1] @ problem.X.T) ** 2).sum(axis=-1)


def _iterates_above(last: bool) -> Any:
    """How many of the 101 iterates of each published run lie above the reference: the optimum, or the last iterate."""
    excess = _source().excess_loss(_paths(100, "gradient"))
    return (excess - last * excess[-1] > 0).sum(axis=0)


def _covariance_in_units_of(first: float, second: float) -> Any:
    """Sample covariance of the source's points, each column divided by the root of the variance given for it."""
    import numpy as np

    return np.cov(_source().X / np.sqrt([first, second]), rowvar=False)


@claim("obs-momentum-logistic", uses=["thm-momentum-optimal"], source="lessard2016")
def logistic_regression() -> Clauses:
    """How far from the optimum both runs end, and the slopes of their ends."""
    return clauses(
        i=[
            Measured(
                lambda: [1, 1],
                _converged,
                tolerance=0.0,
                because="whether the last of 260 distances is below 1e-6 of the first",
                near_misses=[NearMiss("already after 10 iterations", measure=lambda: _converged(10))],
            )
        ],
        ii=[
            Measured(
                _predicted_logistic_rates,
                _measured_logistic_rates,
                tolerance=0.02,
                because="two per cent, fixed before the first run",
                changed="what is fitted: a first fit of ‖e‖ over other iterations missed it; both ends of the local "
                "spectrum are double roots, so the fit is to ‖e‖/t",
                near_misses=[
                    NearMiss("gradient descent's rate", predict=lambda: _predicted_logistic_rates(descent=True)),
                    NearMiss(
                        "fitted to the first 20 iterations", measure=lambda: _measured_logistic_rates(slice(1, 20))
                    ),
                ],
            )
        ],
    )


def _converged(steps: int = 260) -> list[int]:
    """1 for each tuning whose run ends at the optimum, else 0."""
    from dltheory.momentum.experiment import nonquadratic

    problem = nonquadratic.LogisticProblem()
    runs = [problem.run(*bounds, steps) for bounds in (problem.global_curvature(), problem.local_curvature())]
    return [int(run.distance[-1] < 1e-6 * run.distance[0]) for run in runs]


def _predicted_logistic_rates(descent: bool = False) -> Any:
    """q for the global and for the local curvature bounds."""
    from dltheory.momentum.experiment import methods, nonquadratic

    problem = nonquadratic.LogisticProblem()
    name: methods.Method = "gradient descent" if descent else "heavy ball"
    return [methods.tuning(name, *bounds).rate for bounds in (problem.global_curvature(), problem.local_curvature())]


def _measured_logistic_rates(window: slice | None = None) -> Any:
    import numpy as np

    from dltheory.momentum.experiment import nonquadratic

    problem = nonquadratic.LogisticProblem()
    rates = []
    for bounds, fitted, power in (
        (problem.global_curvature(), slice(100, 160), 0),
        (problem.local_curvature(), slice(30, 60), 1),
    ):
        distance = problem.run(*bounds, 200).distance
        chosen = window or fitted
        times = np.arange(len(distance))[chosen]
        rates.append(np.exp(np.polyfit(times, np.log(distance[chosen] / times**power), 1)[0]))
    return rates
