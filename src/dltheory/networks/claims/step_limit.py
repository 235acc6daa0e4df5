"""The lines: the largest curvature at which gradient descent, momentum and Nesterov's form are stable."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import beta, eta
from dltheory.networks import derivation
from dltheory.networks.derivation.symbols import alpha, mu
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, NearMiss, claim


@claim(
    "thm-network-step-limit",
    uses=["thm-network-glm", "thm-momentum-nesterov", "lem-momentum-jury"],
    source="polyak1964, nesterov2018, cohen2021",
    rests_on="The passage from one direction to all rests on the spectral theorem, and that from the linearised method "
    "to the method itself on the cone of the proof, whose inequality is checked here.",
)
def step_limit() -> list[Evidence]:
    """Which sharpness a method tolerates at a minimum: three lines, and what happens above them."""
    moved = sp.Symbol("c", real=True)  # ηβh, or αh
    memory = sp.Symbol("mu", nonnegative=True)
    below = sp.And(moved > 0, moved < 2 * (2 - beta))
    heavy = jury(2 - beta - moved, 1 - beta, sp.Integer(1))
    ahead = jury((1 + memory) * (1 - moved), memory * (1 - moved), sp.Integer(1))
    below_ahead = sp.And(moved > 0, moved * (1 + 2 * memory) < 2 * (1 + memory))
    step = sp.Symbol("alpha", positive=True)
    lines = [2 * (1 + memory) / (step * (1 + 2 * memory)), 2 / step, 2 * (1 + memory) / step]
    return [
        ForAll(
            [beta <= 1, below],
            heavy,
            near_misses=[NearMiss("up to 4, whatever β", given=[beta <= 1, moved > 0, moved < 4])],
        ),
        ForAll(
            [beta <= 1, heavy],
            below,
            near_misses=[
                NearMiss("gradient descent's line", then=sp.And(moved > 0, moved < 2)),
                NearMiss("Nesterov's line", then=sp.And(moved > 0, moved * (3 - 2 * beta) < 2 * (2 - beta))),
            ],
        ),
        ForAll(
            [memory < 1, below_ahead],
            ahead,
            near_misses=[
                NearMiss("gradient descent's line", given=[memory < 1, moved > 0, moved < 2]),
                NearMiss("heavy ball's line", given=[memory < 1, moved > 0, moved < 2 * (1 + memory)]),
            ],
        ),
        ForAll(
            [memory < 1, ahead],
            below_ahead,
            near_misses=[NearMiss("up to 4/3 only, as for μ = 1", then=sp.And(moved > 0, 3 * moved < 4))],
        ),
        Identity(
            lambda: [
                derivation.averaged(derivation.momentum_line_heavy_ball()),
                derivation.averaged(derivation.nesterov_line_heavy_ball()),
            ],
            lambda: [derivation.momentum_line(), derivation.nesterov_line()],
            near_misses=[
                NearMiss("1 + 2β", rhs=[derivation.momentum_line(), 2 * (2 - beta) / (eta * beta * (1 + 2 * beta))]),
                NearMiss("without β", rhs=[2 * (2 - beta) / eta, derivation.nesterov_line()]),
            ],
        ),
        Identity(
            lambda: [derivation.momentum_line().subs(beta, 1), derivation.nesterov_line().subs(beta, 1)],
            lambda: [derivation.descent_line()] * 2,
            near_misses=[NearMiss("1/η", rhs=lambda: [1 / eta, 1 / eta])],
        ),
        ForAll(
            [memory > 0, memory < 1],
            sp.And(lines[0] < lines[1], lines[1] < lines[2], 3 * lines[0] > 2 * lines[1], lines[2] < 2 * lines[1]),
            near_misses=[
                NearMiss("also without memory", given=[memory < 1]),
                NearMiss("Nesterov's line is the highest", then=lines[0] > lines[2]),
            ],
        ),
        *_cone(),
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
    ]


def _cone() -> list[Evidence]:
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
    return [
        ForAll(
            given,
            conclusion,
            near_misses=[
                NearMiss("without the gap between b and a", given=[a > 1, b <= a, *given[2:]]),
                NearMiss("a start outside the cone", given=[*given[:2], *given[3:]]),
            ],
        )
    ]


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
