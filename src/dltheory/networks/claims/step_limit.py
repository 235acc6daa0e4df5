"""The lines: the largest curvature at which gradient descent, momentum and Nesterov's form are stable."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import beta, eta
from dltheory.networks import derivation
from dltheory.networks.derivation.symbols import alpha, mu
from verifiedbook.claims import Agreement, Clauses, Evidence, ForAll, Identity, NearMiss, claim, clauses


@claim(
    "thm-network-step-limit",
    uses=["thm-network-glm", "thm-momentum-nesterov", "lem-momentum-jury"],
    source="polyak1964, nesterov2018, cohen2021",
)
def step_limit() -> Clauses:
    """Which sharpness a method tolerates at a minimum: three lines, and what happens above them."""
    e, sharpness = sp.symbols("eta h", positive=True)
    step, memory = e * beta, 1 - beta
    momentum_line, nesterov_line, descent_line = (
        line.subs(eta, e)
        for line in (derivation.momentum_line(), derivation.nesterov_line(), derivation.descent_line())
    )
    one = sp.Integer(1)
    heavy = jury(2 - beta - step * sharpness, memory, one)
    damped = 1 - step * sharpness
    ahead = jury((1 + memory) * damped, memory * damped, one)
    return clauses(
        i=[
            ForAll(
                [beta <= 1, sharpness < momentum_line],
                heavy,
                near_misses=[NearMiss("up to 4/α, whatever β", given=[beta <= 1, sharpness < 4 / step])],
            ),
            ForAll(
                [beta <= 1, heavy],
                sharpness < momentum_line,
                near_misses=[
                    NearMiss("gradient descent's line", then=sharpness < descent_line),
                    NearMiss("Nesterov's line", then=sharpness < nesterov_line),
                ],
            ),
            Identity(
                lambda: derivation.averaged(derivation.momentum_line_heavy_ball()),
                lambda: derivation.momentum_line(),
                near_misses=[NearMiss("without β", rhs=2 * (2 - beta) / eta)],
            ),
            Identity(
                lambda: sp.Matrix([derivation.momentum_line().subs(beta, 1), derivation.nesterov_line().subs(beta, 1)]),
                lambda: sp.Matrix([derivation.descent_line()] * 2),
                near_misses=[NearMiss("1/η", rhs=lambda: sp.Matrix([1 / eta, 1 / eta]))],
            ),
        ],
        ii=[
            ForAll(
                [beta <= 1, sharpness < nesterov_line],
                ahead,
                near_misses=[
                    NearMiss("gradient descent's line at the same α", given=[beta <= 1, sharpness < 2 / step]),
                    NearMiss("momentum's line", given=[beta <= 1, sharpness < momentum_line]),
                ],
            ),
            ForAll(
                [beta <= 1, ahead],
                sharpness < nesterov_line,
                near_misses=[NearMiss("up to 4/(3α) only, as for μ = 1", then=3 * step * sharpness < 4)],
            ),
            Identity(
                lambda: derivation.averaged(derivation.nesterov_line_heavy_ball()),
                lambda: derivation.nesterov_line(),
                near_misses=[NearMiss("1 + 2β", rhs=2 * (2 - beta) / (eta * beta * (1 + 2 * beta)))],
            ),
            Agreement(
                lambda step_size, memory: _line_at(step_size, memory),
                _line_by_eigenvalues,
                lambda rng: {"step_size": rng.uniform(0.05, 2.0), "memory": rng.uniform(0.0, 0.95)},
                count=20,
                tolerance=1e-8,
                because="bisection on NumPy's roots to a relative 1e-10",
                near_misses=[
                    NearMiss("heavy ball's line", predict=lambda step_size, memory: 2 * (1 + memory) / step_size),
                ],
            ),
        ],
        iii=[
            ForAll(
                [beta < 1],
                sp.And(
                    nesterov_line < 2 / step,
                    2 / step < momentum_line,
                    3 * nesterov_line > 4 / step,
                    momentum_line < 4 / step,
                ),
                near_misses=[
                    NearMiss("also without memory", given=[beta <= 1]),
                    NearMiss("Nesterov's line is the highest", then=nesterov_line > momentum_line),
                ],
            )
        ],
        v=[_cone()],
        argued={"iv": "an adapted norm, in the proof"},
        vocabulary={"h_1": sharpness, r"\mu": memory, r"\alpha": step, r"\eta": e},
        reads={"": [beta <= 1]},
        declared={r"\nabla L(\theta^\star)=0": "it says what the statement is about"},
    )


def _cone() -> Evidence:
    """In a small ball what grows stays ahead of what does not: sizes u, c of the two parts, growth a > 1, b < a."""
    a, b, small, u, c = sp.symbols("a b epsilon u c", nonnegative=True)
    u_next, c_next = sp.symbols("u' c'", nonnegative=True)
    given = [
        a > 1,
        b + 4 * small <= a,
        c <= u,
        u_next >= a * u - small * (u + c),
        c_next <= b * c + small * (u + c),
    ]
    conclusion = sp.And(c_next <= u_next, u_next >= (a - 2 * small) * u)
    return ForAll(
        given,
        conclusion,
        scope="the inequality of the cone; the splitting is in the proof",
        near_misses=[
            NearMiss("without the gap between b and a", given=[a > 1, b <= a, *given[2:]]),
            NearMiss("a start outside the cone", given=[*given[:2], *given[3:]]),
        ],
    )


def _line_at(step_size: float, memory: float) -> float:
    return float(derivation.nesterov_line_heavy_ball().subs({alpha: step_size, mu: memory}))


def _line_by_eigenvalues(step_size: float, memory: float) -> Any:
    """The curvature at which the larger root of Nesterov's polynomial, from NumPy, passes the unit circle."""
    import numpy as np
    from scipy.optimize import brentq

    def excess(curvature: float) -> float:
        damped = 1 - step_size * curvature
        return float(np.abs(np.roots([1, -(1 + memory) * damped, memory * damped])).max()) - 1

    return brentq(excess, 1.01 / step_size, 3.0 / step_size, rtol=1e-10)
