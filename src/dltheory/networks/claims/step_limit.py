"""The lines: the largest curvature at which gradient descent, momentum and Nesterov's form are stable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.momentum.claims.jury import jury
from dltheory.networks import derivation
from dltheory.networks.claims.curvature import AT_MINIMUM, NAMES
from dltheory.networks.derivation.symbols import alpha, beta, eta, h, mu, z
from verifiedbook.claims import Agreement, Clauses, Evidence, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import NearFixedPoint

#: α and μ of the averaged form, the sharpness, and the lines that it is compared with.
_STEP, _MEMORY = eta * beta, 1 - beta
_SHARPNESS = sp.Symbol("h_1", positive=True)
_MOMENTUM, _NESTEROV, _DESCENT = derivation.momentum_line(), derivation.nesterov_line(), derivation.descent_line()
_ALLOWED = [beta <= 1, h <= _SHARPNESS]


@claim(
    "thm-network-step-limit",
    uses=["thm-network-glm", "thm-momentum-nesterov", "lem-momentum-jury"],
    source="polyak1964, nesterov2018, cohen2021",
)
def step_limit() -> Clauses:
    """Jury's conditions at the sharpness for both methods; the lines in order; runs near the minimum, both ways."""
    heavy, ahead = _inside(derivation.linear_step_matrix().charpoly(z)), _inside(_nesterov_polynomial())
    return clauses(
        i=[
            ForAll(
                [_SHARPNESS < _MOMENTUM],
                heavy,
                near_misses=[NearMiss("up to 4/α, whatever β", given=[_SHARPNESS < 4 / _STEP])],
            ),
            ForAll(
                [heavy],
                _SHARPNESS < _MOMENTUM,
                near_misses=[
                    NearMiss("gradient descent's line", then=_SHARPNESS < _DESCENT),
                    NearMiss("Nesterov's line", then=_SHARPNESS < _NESTEROV),
                ],
            ),
            _every_other(_MOMENTUM),
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
                [beta <= 1, _SHARPNESS < _NESTEROV],
                ahead,
                near_misses=[
                    NearMiss("gradient descent's line at the same α", given=[beta <= 1, _SHARPNESS < 2 / _STEP]),
                    NearMiss("momentum's line", given=[beta <= 1, _SHARPNESS < _MOMENTUM]),
                ],
            ),
            ForAll(
                [beta <= 1, ahead],
                _SHARPNESS < _NESTEROV,
                near_misses=[NearMiss("up to 4/(3α) only, as for μ = 1", then=3 * _STEP * _SHARPNESS < 4)],
            ),
            _every_other(_NESTEROV),
            Identity(
                lambda: _nesterov("attract", []).matrix().charpoly(z).as_expr(),
                lambda: _nesterov_polynomial().as_expr().subs(_SHARPNESS, h),
                near_misses=[
                    NearMiss("heavy ball's", rhs=lambda: derivation.linear_step_matrix().charpoly(z).as_expr())
                ],
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
                4 / (3 * _STEP) < _NESTEROV,
                near_misses=[NearMiss("above 3/(2α)", then=3 / (2 * _STEP) < _NESTEROV)],
            ),
            ForAll(
                [beta < 1],
                _NESTEROV < 2 / _STEP,
                near_misses=[
                    NearMiss("also without memory", given=[beta <= 1]),
                    NearMiss("Nesterov's line is the highest", then=_NESTEROV > _MOMENTUM),
                ],
            ),
            ForAll(
                [beta < 1],
                2 / _STEP < _MOMENTUM,
                near_misses=[NearMiss("also without memory", given=[beta <= 1])],
            ),
            ForAll(
                [],
                _MOMENTUM < 4 / _STEP,
                near_misses=[NearMiss("below 3/α", then=_MOMENTUM < 3 / _STEP)],
            ),
        ],
        iv=[
            _momentum(
                "attract",
                [*_ALLOWED, _SHARPNESS < _MOMENTUM],
                NearMiss("on its line too", given=[*_ALLOWED, _SHARPNESS <= _MOMENTUM]),
                NearMiss("below 4/α, whatever β", given=[*_ALLOWED, _SHARPNESS < 4 / _STEP]),
            ),
            _nesterov(
                "attract",
                [*_ALLOWED, _SHARPNESS < _NESTEROV],
                NearMiss("on its line too", given=[*_ALLOWED, _SHARPNESS <= _NESTEROV]),
                NearMiss("below momentum's line", given=[*_ALLOWED, _SHARPNESS < _MOMENTUM]),
            ),
        ],
        v=[
            _momentum(
                "repel",
                [beta <= 1, h > _MOMENTUM],
                NearMiss("above gradient descent's line", given=[beta <= 1, h > _DESCENT]),
            ),
            _nesterov(
                "repel",
                [beta <= 1, h > _NESTEROV],
                NearMiss("above half its line", given=[beta <= 1, 2 * h > _NESTEROV]),
            ),
            *_cone(),
        ],
        vocabulary={
            **NAMES,
            "h_1": _SHARPNESS,
            r"\mu": _MEMORY,
            r"\alpha": _STEP,
            r"h_{\text{momentum}}": _MOMENTUM,
            r"h_{\text{Nesterov}}": _NESTEROV,
        },
        reads={
            "": [AT_MINIMUM, (0, "<", eta), (0, "<", beta), beta <= 1, (_STEP, "=", _STEP), (_MEMORY, "=", _MEMORY)],
            # twice: that momentum's line lies above 2/α says the same as 0 < μ
            "iii": [(0, "<", _MEMORY), (0, "<", _MEMORY), (_MEMORY, "<", 1)],
        },
    )


def _inside(polynomial: sp.Poly) -> sp.And:
    """Jury's conditions for a monic polynomial in z, at the sharpness."""
    _, minus_trace, determinant = (part.subs(h, _SHARPNESS) for part in polynomial.all_coeffs())
    return jury(-minus_trace, determinant, sp.Integer(1))


def _nesterov_polynomial() -> sp.Poly:
    """Of Nesterov's form in the parameters of the averaged one, at the sharpness."""
    return sp.Poly(derivation.averaged(momentum.nesterov_polynomial()).subs(h, _SHARPNESS), z)


def _every_other(line: sp.Expr) -> ForAll:
    """What the sharpness meets every smaller eigenvalue meets."""
    return ForAll(
        [*_ALLOWED, line > _SHARPNESS],
        h < line,
        near_misses=[NearMiss("for larger ones too", given=[beta <= 1, h >= _SHARPNESS, line > _SHARPNESS])],
    )


_OLDER, _NEWER, _GRADIENT, _AVERAGE = sp.symbols("x_0 x_1 G v", real=True)


def _momentum(fate: Any, given: Sequence[Any], *near_misses: NearMiss) -> NearFixedPoint:
    """Momentum near a minimum, from average and position."""
    after = momentum.averaged_update(_GRADIENT, _AVERAGE, _NEWER)
    return NearFixedPoint(
        dict(zip((_AVERAGE, _NEWER), after, strict=True)),
        _GRADIENT,
        _NEWER,
        h,
        fate,
        given,
        vanishing=[_AVERAGE],
        near_misses=near_misses,
    )


def _nesterov(fate: Any, given: Sequence[Any], *near_misses: NearMiss) -> NearFixedPoint:
    """Nesterov's form near a minimum, from its last two positions."""
    after, place = (
        derivation.averaged(part)
        for part in (
            derivation.nesterov_update(_NEWER, _OLDER, _GRADIENT),
            derivation.nesterov_place(_NEWER, _OLDER),
        )
    )
    return NearFixedPoint({_OLDER: _NEWER, _NEWER: after}, _GRADIENT, place, h, fate, given, near_misses=near_misses)


def _cone() -> list[Evidence]:
    """In a small ball what grows stays ahead of what does not, and grows: sizes u, c of the two parts, b < a."""
    a, b, small, u, c = sp.symbols("a b epsilon u c", nonnegative=True)
    u_next, c_next = sp.symbols("u' c'", nonnegative=True)
    gap, start = b + 4 * small <= a, c <= u
    growing, other = u_next >= a * u - small * (u + c), c_next <= b * c + small * (u + c)
    scope = "the inequality of the cone; the splitting is in the proof"
    return [
        ForAll(
            [gap, start, growing, other],
            c_next <= u_next,
            scope=scope,
            near_misses=[
                NearMiss("without the gap between b and a", given=[b <= a, start, growing, other]),
                NearMiss("a start outside the cone", given=[gap, growing, other]),
            ],
        ),
        ForAll(
            [start, growing],
            u_next >= (a - 2 * small) * u,
            scope=scope,
            near_misses=[
                NearMiss("a start outside the cone", given=[growing]),
                NearMiss("by a − ε", then=u_next >= (a - small) * u),
            ],
        ),
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
