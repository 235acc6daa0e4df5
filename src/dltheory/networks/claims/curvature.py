"""The generalised linear view: the Hessian behind a linear model, momentum's modes there, and its rate in the limit."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.momentum.claims.jury import jury
from dltheory.momentum.derivation.symbols import beta, sigma
from dltheory.networks import derivation
from dltheory.networks.claims import predictions
from dltheory.networks.derivation.symbols import bend, f_aa, f_ab, f_bb, h, slope
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, Measured, NearMiss, claim, clauses

#: Why a relation of the page is not compared with the evidence.
_SPACE = "a space, no relation between numbers"
_DEFINITION = "it says what the statement is about"

_STRAIGHT = {f_aa: 0, f_ab: 0, f_bb: 0}


@claim(
    "thm-network-glm",
    uses=["thm-momentum-modes", "thm-momentum-stability", "lem-momentum-jury"],
    rests_on="The sum over all examples and weights is in the proof, and so is the step from the linearised method to "
    "the method itself, for starts near the minimum.",
)
def generalised_linear_view() -> Clauses:
    """The Hessian of a convex loss on outputs that are linear in the weights, and momentum near its minimum."""
    v_a, v_b = sp.symbols("v_a v_b", real=True)
    curvature, step = sp.Symbol("h", positive=True), sp.Symbol("eta", real=True)
    moved = step * beta * curvature
    direction = sp.Matrix([v_a, v_b])
    whole = derivation.chain_rule_hessian()
    form = sp.expand((direction.T * whole * direction)[0])
    conditions = jury(2 - beta - moved, 1 - beta, sp.Integer(1))
    allowed = sp.And(moved > 0, moved < 2 * (2 - beta))
    hessian = Identity(
        derivation.composed_hessian,
        whole,
        near_misses=[
            NearMiss("the second term forgotten", rhs=whole.subs(_STRAIGHT)),
            NearMiss("φ in place of φ' in front of the second derivatives", rhs=whole.subs(slope, bend)),
            NearMiss("without φ'' in front of the first", rhs=whole.subs(bend, 1)),
        ],
    )
    return clauses(
        i=[
            ForAll(
                [bend >= 0],
                form.subs(_STRAIGHT) >= 0,
                near_misses=[
                    NearMiss("the output is not linear", then=form >= 0),
                    NearMiss("the loss is not convex", given=[bend >= -1]),
                    NearMiss("strictly", then=form.subs(_STRAIGHT) > 0),
                ],
            ),
            Agreement(
                _hessian_by_formula,
                _hessian_by_autograd,
                _logistic_case,
                count=20,
                tolerance=1e-9,
                because="automatic differentiation of sums of at most 40 terms in double precision",
                near_misses=[
                    NearMiss("S is the identity", predict=lambda **case: _hessian_by_formula(**case, flat=True)),
                    NearMiss(
                        "a quarter for every example", predict=lambda **case: _hessian_by_formula(**case, quarter=True)
                    ),
                ],
            ),
            hessian,
        ],
        ii=[
            hessian,
        ],
        iii=[
            Identity(
                derivation.linear_step_matrix,
                lambda: momentum.iteration_matrix().subs(sigma, sp.sqrt(h / 2)),
                near_misses=[
                    NearMiss(
                        "h in place of h/2 for σ²", rhs=lambda: momentum.iteration_matrix().subs(sigma, sp.sqrt(h))
                    )
                ],
            ),
            Agreement(
                _moduli_by_roots,
                _moduli_by_autograd,
                _logistic_case,
                count=12,
                tolerance=1e-6,
                because="eigenvalues of a matrix of 2d rows, some of them nearly double",
                near_misses=[
                    NearMiss(
                        "squared singular values of J", predict=lambda **case: _moduli_by_roots(**case, flat=True)
                    ),
                ],
            ),
        ],
        iv=[
            ForAll(
                [beta <= 1, allowed],
                conditions,
                near_misses=[NearMiss("the limit is 4, its value as β → 0", given=[beta <= 1, moved > 0, moved < 4])],
            ),
            ForAll(
                [beta <= 1, conditions],
                allowed,
                near_misses=[NearMiss("the limit is 2, gradient descent's", then=sp.And(moved > 0, moved < 2))],
            ),
        ],
        argued={"v": "an adapted norm, in the proof"},
        reads={"iv": [beta <= 1]},
        declared={
            r"f(\theta)\in\R^n": _SPACE,
            r"\phi_1\to\R": _SPACE,
            r"\dots\to\R": _SPACE,
            r"L=\sum_i\phi_i(f_i)": _DEFINITION,
            r"S=\diag(\phi_1''(f_1),\dots,\phi_n''(f_n))": _DEFINITION,
            r"\nabla L(\theta^\star)=0": _DEFINITION,
            r"\limsup\norm{\theta_t-\theta^\star}^{1/t}\le\rho": "a limit, argued in the proof",
        },
    )


def _logistic_case(rng: Any) -> dict[str, Any]:
    """A random logistic problem at random weights: J (n, d), labels, weights, ridge, and momentum's parameters."""
    n, d = int(rng.integers(8, 40)), int(rng.integers(2, 5))
    return {
        "J": rng.normal(size=(n, d)),
        "labels": (rng.random(n) < 0.5) * 1.0,
        "theta": rng.normal(size=d),
        "ridge": float(rng.uniform(0.01, 1.0)),
        "step": float(rng.uniform(0.01, 0.3)),
        "weight": float(rng.uniform(0.1, 1.0)),
    }


def _hessian_by_formula(J: Any, theta: Any, ridge: float, flat: bool = False, quarter: bool = False, **_: Any) -> Any:
    """J^T S J + 2 ridge I with S from the printed second derivative of the logistic loss."""
    import numpy as np

    f = next(iter(derivation.logistic_curvature().free_symbols))
    S = sp.lambdify(f, derivation.logistic_curvature(), "numpy")(J @ theta)
    S = np.ones(len(J)) if flat else np.full(len(J), 0.25) if quarter else S
    return J.T @ (S[:, None] * J) + 2 * ridge * np.eye(len(theta))


def _loss(J: Any, labels: Any, ridge: float) -> Any:
    import torch

    from dltheory.networks.experiment import curvature  # noqa: F401 - readies torch's forward derivatives

    J, labels = torch.tensor(J), torch.tensor(labels)

    def loss(theta: Any) -> Any:
        scores = J @ theta
        return torch.nn.functional.softplus(scores).sum() - labels @ scores + ridge * theta.square().sum()

    return loss


def _hessian_by_autograd(J: Any, labels: Any, theta: Any, ridge: float, **_: Any) -> Any:
    import torch

    return torch.func.hessian(_loss(J, labels, ridge))(torch.tensor(theta)).numpy()


def _moduli_by_roots(J: Any, theta: Any, ridge: float, step: float, weight: float, flat: bool = False, **_: Any) -> Any:
    """Moduli of the roots of momentum's polynomial with 2σ² replaced by each eigenvalue of the Hessian, sorted."""
    import numpy as np

    values = np.linalg.eigvalsh(_hessian_by_formula(J, theta, ridge, flat=flat))
    roots = [np.roots([1, -(2 - weight - step * weight * value), 1 - weight]) for value in values]
    return np.sort(np.abs(np.concatenate(roots)))


def _moduli_by_autograd(J: Any, labels: Any, theta: Any, ridge: float, step: float, weight: float, **_: Any) -> Any:
    """Moduli of the eigenvalues of the Jacobian of one whole momentum step (v, w) → (v', w'), by differentiating it."""
    import numpy as np
    import torch

    slope_of = torch.func.grad(_loss(J, labels, ridge))
    d = len(theta)

    def one_step(state: Any) -> Any:
        average = (1 - weight) * state[:d] + weight * slope_of(state[d:])
        return torch.cat([average, state[d:] - step * average])

    jacobian = torch.func.jacrev(one_step)(torch.cat([torch.zeros(d, dtype=torch.float64), torch.tensor(theta)]))
    return np.sort(np.abs(np.linalg.eigvals(jacobian.numpy())))


@claim(
    "cor-network-tuned-rate",
    uses=["thm-network-glm", "thm-momentum-optimal"],
    source="polyak1964",
    rests_on="That small changes of a matrix change its growth little (an adapted norm) is in the proof.",
)
def tuned_rate() -> Clauses:
    """A run of tuned heavy ball that converges has the rate q in the limit; logistic regression shows it."""
    q, curvature = sp.Symbol("q", positive=True), sp.Symbol("h", positive=True)  # α = 1: m = (1 − q)², ℓ = (1 + q)²
    inside = [q < 1, curvature >= (1 - q) ** 2, curvature <= (1 + q) ** 2]
    trace, product = 1 + q**2 - curvature, q**2
    return clauses(
        i=[
            ForAll(
                inside,
                trace**2 <= 4 * product,
                near_misses=[
                    NearMiss("the memory q⁴", then=(1 + q**4 - curvature) ** 2 <= 4 * q**4),
                    NearMiss("a curvature below m", given=[q < 1, curvature <= (1 + q) ** 2]),
                    NearMiss("never a double root", then=trace**2 < 4 * product),
                ],
            ),
        ],
        ii=[
            Measured(
                lambda: [1.0, 1.0],
                lambda: _exponents(),
                tolerance=predictions.LOGISTIC_RATE_TOLERANCE,
                because="two per cent of either exponent, as the momentum chapter had fixed it",
                near_misses=[
                    NearMiss("gradient descent's rate", measure=lambda: _exponents(descent=True)),
                    NearMiss("the rate of the other tuning", measure=lambda: _exponents(swapped=True)),
                ],
            ),
        ],
        declared={
            r"\nabla L(\theta^\star)=0": _DEFINITION,
            r"0<m": "m = (1 − q)² after scaling",
            r"m<\ell": "ℓ = (1 + q)² after scaling",
            r"\limsup\norm{\theta_t-\theta^\star}^{1/t}=q": "a limit, argued in the proof and measured",
        },
    )


def _exponents(descent: bool = False, swapped: bool = False) -> Any:
    """Exponents of the runs over −ln q, for the global and the local bounds of the breast-cancer problem."""
    import numpy as np

    from dltheory.momentum.experiment import methods, nonquadratic

    problem = nonquadratic.LogisticProblem()
    name: methods.Method = "gradient descent" if descent else "heavy ball"
    bounds = [problem.global_curvature(), problem.local_curvature()]
    rates = [methods.tuning(name, *pair).rate for pair in (bounds[::-1] if swapped else bounds)]
    return np.array(_measured_exponents()) / -np.log(rates)


@cache
def _measured_exponents() -> tuple[float, ...]:
    """The same runs fitted late: the distance, divided by t where both ends are double roots."""
    import numpy as np

    from dltheory.momentum.experiment import nonquadratic
    from dltheory.networks.experiment.minimum import fitted_rate

    problem = nonquadratic.LogisticProblem()
    found = []
    for bounds, window, power in (
        (problem.global_curvature(), slice(100, 220), 0),
        (problem.local_curvature(), slice(30, 60), 1),
    ):
        distance = problem.run(*bounds, 230).distance
        found.append(float(-np.log(fitted_rate(distance, window, power))))
    return tuple(found)
