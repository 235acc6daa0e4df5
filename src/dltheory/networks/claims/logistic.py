"""Logistic regression: its Hessian and momentum's modes computed in two ways, and the rates of its runs."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from dltheory.networks import derivation


def case(rng: Any) -> dict[str, Any]:
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


def probability() -> sp.Expr:
    """1/(1 + e^-f) in the score f of the printed second derivative."""
    (score,) = derivation.logistic_curvature().free_symbols
    return 1 / (1 + sp.exp(-score))


def hessian_by_formula(J: Any, theta: Any, ridge: float, flat: bool = False, quarter: bool = False, **_: Any) -> Any:
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


def hessian_by_autograd(J: Any, labels: Any, theta: Any, ridge: float, **_: Any) -> Any:
    import torch

    return torch.func.hessian(_loss(J, labels, ridge))(torch.tensor(theta)).numpy()


def moduli_by_roots(J: Any, theta: Any, ridge: float, step: float, weight: float, flat: bool = False, **_: Any) -> Any:
    """Moduli of the roots of momentum's polynomial with 2σ² replaced by each eigenvalue of the Hessian, sorted."""
    import numpy as np

    values = np.linalg.eigvalsh(hessian_by_formula(J, theta, ridge, flat=flat))
    roots = [np.roots([1, -(2 - weight - step * weight * value), 1 - weight]) for value in values]
    return np.sort(np.abs(np.concatenate(roots)))


def moduli_by_autograd(J: Any, labels: Any, theta: Any, ridge: float, step: float, weight: float, **_: Any) -> Any:
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


def exponents(descent: bool = False, swapped: bool = False) -> Any:
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
