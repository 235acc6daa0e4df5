"""Independent computations that the claims of this chapter are compared with: SciPy, PEPit, HiGHS, plain loops."""

import warnings
from typing import Any

import numpy as np

from dltheory.momentum.experiment import krylov, methods, regression


def residual_by_scipy(memory: float, moved: float, steps: int, correction: float = 1.0) -> Any:
    """P_t from SciPy's Chebyshev polynomials; `correction` multiplies the term with U_{t−1}."""
    from scipy import special

    argument = (1 + memory - moved) / (2 * memory**0.5)
    newer, older = special.eval_chebyu(steps, argument), special.eval_chebyu(steps - 1, argument)
    return memory ** (steps / 2) * (newer - correction * memory**0.5 * older)


def residual_by_running(memory: float, moved: float, steps: int) -> Any:
    """The error after `steps` of heavy ball from rest, curvature and step multiplied to `moved`, e₀ = 1."""
    older = newer = 1.0
    for _ in range(steps):
        older, newer = newer, newer - moved * newer + memory * (newer - older)
    return newer


def transient_by_formula(ratio: float, plain: bool = False, flat: bool = False) -> Any:
    """qᵗ(1+t(1+q)) for t = 0 … 200."""
    times = np.arange(201)
    rate = methods.RATE(ratio)
    if plain:
        return rate**times
    return rate**times * (1 + times * (1 - rate)) if flat else methods.TRANSIENT(rate, times)


def transient_by_running(ratio: float) -> Any:
    """The worst factor over 401 curvatures in [1, ratio], by running the tuned method from rest."""
    tuned = methods.tuning("heavy ball", 1.0, ratio)
    return methods.worst_factors(tuned.alpha, tuned.mu, np.linspace(1.0, ratio, 401), 200)


def short_start_by_formula(ratio: float) -> Any:
    """The worst factor for t = 0 … 200 when the first step is α/(1+μ)."""
    return methods.SHORT_START(methods.RATE(ratio), np.arange(201))


def short_start_by_running(ratio: float) -> Any:
    """The same by running it on 401 curvatures."""
    tuned = methods.tuning("heavy ball", 1.0, ratio)
    curvature = np.linspace(1.0, ratio, 401)
    return methods.worst_factors(tuned.alpha, tuned.mu, curvature, 200, tuned.alpha / (1 + tuned.mu))


def transient_by_pepit(ratio: float, steps: int) -> Any:
    """The exact worst case of ‖w_t − w*‖/‖w₀ − w*‖ over quadratics with curvatures in [1, ratio], by PEPit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside PEPit's own dependencies
        from PEPit import PEP
        from PEPit.functions import SmoothStronglyConvexQuadraticFunction

        tuned = methods.tuning("heavy ball", 1.0, ratio)
        problem = PEP()
        function = problem.declare_function(SmoothStronglyConvexQuadraticFunction, mu=1.0, L=ratio)
        optimum = function.stationary_point()
        older = newer = problem.set_initial_point()
        problem.set_initial_condition((newer - optimum) ** 2 <= 1)
        for _ in range(steps):
            step = newer - tuned.alpha * function.gradient(newer) + tuned.mu * (newer - older)
            older, newer = newer, step
        problem.set_performance_metric((newer - optimum) ** 2)
        return problem.solve(verbose=0, solver="CLARABEL") ** 0.5


def predicted_hump() -> Any:
    """(height, time) of the largest error factor at the tuned parameters on diabetes as shipped."""
    factors = methods.TRANSIENT(methods.RATE(regression.diabetes("shipped").condition_number), np.arange(400))
    return [factors.max(), float(factors.argmax())]


def measured_hump() -> Any:
    """The same by running heavy ball on the data from an error in the steepest direction."""
    problem = regression.diabetes("shipped")
    tuned = methods.tuning("heavy ball", problem.curvature[-1], problem.curvature[0])
    sizes = methods.errors("heavy ball", 2 * problem.X.T @ problem.X, problem.svd[2][0], tuned, 399)
    return [sizes.max(), float(sizes.argmax())]


def bound_by_formula(rate: float, steps: int) -> Any:
    """2qᵗ/(1+q²ᵗ)."""
    return methods.LOWER_BOUND(rate, steps)


def bound_by_linear_programme(rate: float, steps: int) -> Any:
    """min over p of degree `steps`, p(0) = 1, of max |p| on [(1−q)², (1+q)²], on a grid that holds the extrema."""
    from scipy import optimize

    low, high = (1 - rate) ** 2, (1 + rate) ** 2
    grid = np.union1d(krylov.chebyshev_extrema(rate, steps), np.linspace(low, high, 200))
    middle, half = (low + high) / 2, (high - low) / 2
    basis = np.polynomial.chebyshev.chebvander((grid - middle) / half, steps)
    at_zero = np.polynomial.chebyshev.chebvander(np.array([-middle / half]), steps)
    ceiling = np.ones((grid.size, 1))
    found = optimize.linprog(
        np.r_[np.zeros(steps + 1), 1.0],
        A_ub=np.block([[basis, -ceiling], [-basis, -ceiling]]),
        b_ub=np.zeros(2 * grid.size),
        A_eq=np.c_[at_zero, 0.0],
        b_eq=[1.0],
        bounds=[(None, None)] * (steps + 1) + [(0, None)],
        method="highs",
    )
    return found.fun


def bound_on_hardest_problem(rate: float, steps: int, extra: int = 0) -> Any:
    """The least error any Krylov method can leave after `steps` on the problem built for that number of steps."""
    curvature, start = krylov.hardest_problem(rate, steps)
    return krylov.best_krylov_error(curvature, start, steps + extra)
