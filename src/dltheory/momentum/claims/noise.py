"""Claims about noisy gradients."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, nu, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, MonteCarlo, NearMiss, claim, clauses
from verifiedbook.claims.inference import MatrixPowers
from verifiedbook.reading import expectation

_MOVED, _STEP = sp.symbols("c e", positive=True)  # α h, and η h
_NEWER, _OLDER, _ERROR = sp.symbols("x_1 x_0 epsilon", real=True)


@claim("thm-momentum-noise", uses=["thm-momentum-heavy-ball", "lem-momentum-jury"])
def noise_floor() -> Clauses:
    """What one noisy step does to the second moments; the one matrix it leaves alone; powers that bring all there."""
    floor = derivation.noise_floor
    stable = [mu > -1, mu < 1, 2 * (1 + mu) > _MOVED]
    companion = derivation.companion_matrix()
    put = {alpha * h: _MOVED}

    def relative(floor: sp.Expr) -> sp.Expr:
        """The floor over η ν / h, in terms of β and e = η h."""
        return sp.simplify(floor * h / (eta * nu)).subs(h, _STEP / eta)

    averaged = relative(derivation.noise_floor_averaged())
    plain = averaged.subs(beta, 1)
    slow = [beta <= 1, _STEP < 2]
    return clauses(
        i=[
            Identity(
                lambda: sp.Matrix([derivation.heavy_ball_update(_NEWER, _OLDER, h * _NEWER), _NEWER]),
                lambda: companion * sp.Matrix([_NEWER, _OLDER]),
                near_misses=[
                    NearMiss("the memory is added", rhs=lambda: companion * sp.Matrix([_NEWER, -_OLDER])),
                ],
            ),
            Identity(
                _moments_after_one_step,
                lambda: companion * _moments() * companion.T + derivation.noise_covariance(),
                near_misses=[
                    NearMiss(
                        "the noise adds αν",
                        rhs=lambda: companion * _moments() * companion.T + derivation.noise_covariance() / alpha,
                    ),
                    NearMiss("the noise is forgotten", rhs=lambda: companion * _moments() * companion.T),
                ],
            ),
            Identity(
                derivation.stationary_covariance,
                lambda: companion * derivation.stationary_covariance() * companion.T + derivation.noise_covariance(),
                near_misses=[NearMiss("half the covariance", lhs=lambda: derivation.stationary_covariance() / 2)],
            ),
            # differences of two solutions are Aᵗ Δ (Aᵗ)⊤, so all tend to the one that stays
            MatrixPowers(
                companion.subs(put),
                given=stable,
                near_misses=[
                    NearMiss("beyond the stable steps", given=[mu > -1, mu < 1]),
                    NearMiss("|μ| = 1 is admitted", given=[mu > -1, mu <= 1, 2 * (1 + mu) > _MOVED]),
                ],
            ),
            Identity(
                lambda: derivation.stationary_covariance()[0, 0],
                floor,
                near_misses=[
                    NearMiss("1−μ for 1+μ in the numerator", rhs=lambda: floor() * (1 - mu) / (1 + mu)),
                    NearMiss("the curvature is lost", rhs=lambda: floor() * h),
                    NearMiss("gradient descent's floor at α", rhs=lambda: floor().subs(mu, 0)),
                ],
            ),
            ForAll(
                stable,
                sp.cancel(floor() * h / (alpha * nu)).subs(put).subs(h, _MOVED / alpha) > 0,
                near_misses=[
                    NearMiss("beyond the stable steps", given=[mu > -1, mu < 1, sp.Ne(_MOVED, 2 * (1 + mu))]),
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
                    NearMiss(
                        "gradient descent's floor", predict=lambda **case: _floor_as_number(**{**case, "memory": 0.0})
                    )
                ],
            ),
            MonteCarlo(
                lambda: [_floor_as_number(**case) for case in _SIMULATED],
                _squares,
                size=40_000,
                seed=20260,
                near_misses=[
                    NearMiss(
                        "the small-step floor ην/(2h)",
                        expected=lambda: [_small_step_floor(**case) for case in _SIMULATED],
                    ),
                    NearMiss(
                        "gradient descent's floor",
                        expected=lambda: [_floor_as_number(**{**case, "memory": 0.0}) for case in _SIMULATED],
                    ),
                ],
            ),
        ],
        ii=[
            Identity(
                derivation.noise_floor_averaged,
                lambda: floor().subs({alpha: eta * beta, mu: 1 - beta}),
                near_misses=[
                    NearMiss(
                        "the average divides the floor by 2−β",
                        lhs=lambda: derivation.noise_floor_averaged() / (2 - beta),
                    )
                ],
            )
        ],
        iii=[
            ForAll(
                slow,
                averaged <= plain,
                near_misses=[
                    NearMiss("it is at most half as high", then=averaged <= plain / 2),
                    NearMiss("it is at most the small-step floor", then=averaged <= sp.Rational(1, 2)),
                ],
            ),
        ],
        reads={
            "": [sp.Abs(mu) < 1, (0, "<", h), (0, "<", alpha * h), alpha * h < 2 * (1 + mu)],
            "i": [(t, "to", sp.oo), (expectation(sp.Symbol("x_t") ** 2), r"\to", floor())],
            "ii": [sp.Eq(alpha, eta * beta), sp.Eq(mu, 1 - beta)],
            "iii": [(0, "<", beta), beta <= 1, eta * h < 2],
        },
        vocabulary={"x_t": sp.Symbol("x_t")},
    )


def _moments() -> sp.Matrix:
    """E s s⊤ for s = (x₁, x₀), entry by entry, as unknowns."""
    newest, mixed, oldest = sp.symbols("s_11 s_12 s_22", real=True)
    return sp.Matrix([[newest, mixed], [mixed, oldest]])


def _moments_after_one_step() -> sp.Matrix:
    """E of s' s'⊤ after a step whose gradient carries an error ε: E ε = 0, E ε² = ν, independent of s."""
    moved = derivation.heavy_ball_update(_NEWER, _OLDER, h * _NEWER + _ERROR)
    after = sp.Matrix([moved, _NEWER])
    pairs = _moments()

    def mean(product: sp.Expr) -> sp.Expr:
        terms = sp.Poly(sp.expand(product), _NEWER, _OLDER, _ERROR)
        known = {(2, 0, 0): pairs[0, 0], (1, 1, 0): pairs[0, 1], (0, 2, 0): pairs[1, 1], (0, 0, 2): nu}
        return sum((c * known.get(powers, sp.Integer(0)) for powers, c in terms.terms()), sp.Integer(0))

    return (after * after.T).applyfunc(mean)


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
