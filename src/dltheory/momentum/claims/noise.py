"""Claims about noisy gradients."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, nu
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, MonteCarlo, NearMiss, claim


@claim(
    "thm-momentum-noise",
    uses=["thm-momentum-heavy-ball", "lem-momentum-jury"],
    rests_on="That the covariance converges to its fixed point rests on a spectral radius below 1, in the proof.",
)
def noise_floor() -> list[Evidence]:
    """With independent gradient noise of variance $\\nu$,

    $\\mathbb E\\,x^2\\to\\alpha\\nu(1+\\mu)/[h(1-\\mu)(2(1+\\mu)-\\alpha h)]$.
    """
    floor = derivation.noise_floor
    averaged = eta * nu * (2 - beta) / (h * (2 * (2 - beta) - eta * beta * h))
    memory, moved = sp.Symbol("mu", real=True), sp.Symbol("c", positive=True)  # c = αh
    plain_step = sp.Symbol("e", positive=True)  # ηh, gradient descent with the same η
    allowed = [beta <= 1, plain_step < 2]
    return [
        Identity(
            lambda: derivation.stationary_covariance()[0, 0],
            floor,
            near_misses=[
                NearMiss("1−μ for 1+μ in the numerator", rhs=lambda: floor() * (1 - mu) / (1 + mu)),
                NearMiss("the curvature is lost", rhs=lambda: floor() * h),
                NearMiss("gradient descent's floor at α", rhs=lambda: floor().subs(mu, 0)),
            ],
        ),
        Identity(
            derivation.noise_floor_averaged,
            averaged,
            near_misses=[NearMiss("the average divides the floor by 2−β", rhs=averaged / (2 - beta))],
        ),
        ForAll(
            [memory > -1, memory < 1, moved < 2 * (1 + memory)],
            (1 + memory) / ((1 - memory) * (2 * (1 + memory) - moved)) > 0,
            near_misses=[
                NearMiss("beyond the stable steps", given=[memory > -1, memory < 1, sp.Ne(moved, 2 * (1 + memory))]),
            ],
        ),
        ForAll(
            allowed,
            (2 - beta) / (2 * (2 - beta) - plain_step * beta) <= 1 / (2 - plain_step),
            near_misses=[
                NearMiss(
                    "it is at most half as high",
                    then=(2 - beta) / (2 * (2 - beta) - plain_step * beta) <= 1 / (2 * (2 - plain_step)),
                ),
                NearMiss(
                    "it can be below the small-step floor",
                    then=(2 - beta) / (2 * (2 - beta) - plain_step * beta) <= sp.Rational(1, 2),
                ),
            ],
        ),
        Agreement(
            _floor_as_number,
            _floor_by_lyapunov,
            lambda rng: _random_mode(rng),
            count=40,
            tolerance=1e-8,
            because="SciPy's direct solver on a 4 × 4 system, condition below 1e6 in these draws",
            near_misses=[
                NearMiss("gradient descent's floor", predict=lambda **case: _floor_as_number(**{**case, "memory": 0.0}))
            ],
        ),
        MonteCarlo(
            lambda: [_floor_as_number(**case) for case in _SIMULATED],
            _squares,
            size=40_000,
            seed=20260,
            near_misses=[
                NearMiss(
                    "the small-step floor ην/(2h)", expected=lambda: [_small_step_floor(**case) for case in _SIMULATED]
                ),
                NearMiss(
                    "gradient descent's floor",
                    expected=lambda: [_floor_as_number(**{**case, "memory": 0.0}) for case in _SIMULATED],
                ),
            ],
        ),
    ]


# step, memory, curvature, variance; the first is negative memory, which the theorem covers as well
_SIMULATED = (
    {"step": 0.5, "memory": -0.3, "curvature": 1.0, "variance": 1.0},
    {"step": 0.4, "memory": 0.6, "curvature": 2.0, "variance": 1.0},
    {"step": 1.5, "memory": 0.8, "curvature": 1.0, "variance": 0.5},
)


def _floor_as_number(step: float, memory: float, curvature: float, variance: float) -> Any:
    floor = sp.lambdify((alpha, mu, h, nu), derivation.noise_floor())
    return floor(step, memory, curvature, variance)


def _small_step_floor(step: float, memory: float, curvature: float, variance: float) -> Any:
    return step / (1 - memory) * variance / (2 * curvature)


def _random_mode(rng: Any) -> Any:
    memory, curvature = rng.uniform(-0.9, 0.9), rng.uniform(0.2, 5.0)
    return {
        "step": rng.uniform(0.05, 0.95) * 2 * (1 + memory) / curvature,
        "memory": memory,
        "curvature": curvature,
        "variance": rng.uniform(0.1, 2.0),
    }


def _floor_by_lyapunov(step: float, memory: float, curvature: float, variance: float) -> Any:
    import numpy as np
    from scipy import linalg

    companion = np.array([[1 + memory - step * curvature, -memory], [1.0, 0.0]])
    return linalg.solve_discrete_lyapunov(companion, np.diag([step**2 * variance, 0.0]), method="direct")[0, 0]


def _squares(rng: Any, size: int) -> Any:
    """x² of independent chains after 150 steps; what is left of the start is below 1e-14."""
    import numpy as np

    from dltheory.momentum.experiment import noise

    runs = [noise.NoisyRun(c["step"], c["memory"], c["curvature"], c["variance"]) for c in _SIMULATED]
    return np.stack([noise.stationary_draws(run, rng, size, steps=150) ** 2 for run in runs], axis=1)
