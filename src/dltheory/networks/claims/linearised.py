"""Networks whose outputs are linear in the weights."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.networks import derivation
from dltheory.networks.derivation.symbols import eta
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses

#: Why a relation of the page is not compared with the evidence.
_DEFINITION = "it says what the statement is about"


@claim(
    "thm-linearised-residual",
    uses=["thm-gd-modes", "thm-momentum-modes", "cor-gd-large-modes-first", "thm-gd-min-norm"],
    source="jacot2018, lee2019",
)
def linearised_residual() -> Clauses:
    """The linearised network is least squares with X = J: residual, directions, momentum, and where it ends."""
    jacobian = sp.Matrix(2, 3, sp.symbols("j_1:7", real=True))
    residual = sp.Matrix(sp.symbols("r_1 r_2", real=True))
    return clauses(
        i=[
            Identity(
                lambda: derivation.residual_step(jacobian, residual),
                (sp.eye(2) - 2 * eta * jacobian * jacobian.T) * residual,
                scope="two outputs, three weights",
                near_misses=[
                    NearMiss("the factor 2 lost", rhs=(sp.eye(2) - eta * jacobian * jacobian.T) * residual),
                    NearMiss(
                        "each output by itself",
                        rhs=sp.Matrix(
                            [(1 - 2 * eta * jacobian[i, :].dot(jacobian[i, :])) * residual[i] for i in range(2)]
                        ),
                    ),
                ],
            ),
        ],
        ii=[
            Agreement(
                _directions_by_formula,
                _directions_by_torch,
                lambda rng: _linear_case(rng, beta=1.0),
                count=20,
                tolerance=1e-9,
                because="eight steps with factors below 1 in double precision",
                near_misses=[
                    NearMiss("η in place of 2η", predict=lambda **case: _directions_by_formula(**case, half=True)),
                    NearMiss(
                        "the right singular directions",
                        measure=lambda **case: _directions_by_torch(**case, shuffled=True),
                    ),
                ],
            ),
            Agreement(
                _directions_by_formula,
                _directions_by_torch,
                lambda rng: _linear_case(rng, beta=float(rng.uniform(0.2, 0.9))),
                count=20,
                tolerance=1e-8,
                because="eight steps of a recurrence with two terms, and a singular value decomposition",
                near_misses=[
                    NearMiss("without memory", predict=lambda **case: _directions_by_formula(**{**case, "beta": 1.0})),
                ],
            ),
        ],
        iii=[
            Agreement(
                _end_by_pseudo_inverse,
                _end_by_running,
                _wide_case,
                count=10,
                tolerance=1e-8,
                because="4000 steps with a condition number of at most 50",
                near_misses=[
                    NearMiss(
                        "the targets in place of the first residual",
                        predict=lambda **c: _end_by_pseudo_inverse(**c, raw=True),
                    ),
                ],
            ),
        ],
        declared={
            r"f(\theta)=f_0+J(\theta-\theta_0)": _DEFINITION,
            r"L=\norm{y-f}^2": _DEFINITION,
            r"J=U\Sigma V^\top": _DEFINITION,
            r"r_t=y-f(\theta_t)": _DEFINITION,
            r"r_{t+1}=(I-2\eta JJ^\top)\,r_t": "matrices; derived for two outputs and three weights",
            r"\sigma=\sigma_i": "it names the mode",
            r"0<\eta\sigma_1^2": "the range of the instances",
            r"\eta\sigma_1^2<1": "the range of the instances",
        },
    )


def _linear_case(rng: Any, beta: float) -> dict[str, Any]:
    """f₀ + JΔ with a random J (n, P), P > n, targets, and a stable step."""
    import numpy as np

    n, count = int(rng.integers(2, 6)), int(rng.integers(6, 12))
    J = rng.normal(size=(n, count))
    return {
        "J": J,
        "first": rng.normal(size=n),
        "y": rng.normal(size=n),
        "eta": float(rng.uniform(0.2, 0.8)) / np.linalg.norm(J, 2) ** 2,
        "beta": beta,
    }


def _directions_by_formula(J: Any, first: Any, y: Any, eta: float, beta: float, half: bool = False) -> Any:
    """Sizes of u_iᵀ(y − f_t) after eight steps from the book's factors, steepest direction first."""
    import numpy as np

    from dltheory.networks.experiment.linearised import mode_factors

    U, sigma, _ = np.linalg.svd(J, full_matrices=False)
    moved = eta * beta * sigma**2 * (1 if half else 2)
    return np.abs(mode_factors(moved, 1 - beta, 8)[-1] * (U.T @ (y - first)))


def _directions_by_torch(J: Any, first: Any, y: Any, eta: float, beta: float, shuffled: bool = False) -> Any:
    """The same by training the linear model with torch's own SGD, in its weights."""
    import numpy as np
    import torch

    matrix, delta = torch.tensor(J), torch.zeros(J.shape[1], dtype=torch.float64, requires_grad=True)
    # heavy ball from rest: torch's momentum without dampening, learning rate α
    method = torch.optim.SGD([delta], lr=eta * beta, momentum=1 - beta)
    for _ in range(8):
        method.zero_grad()
        (torch.tensor(y - first) - matrix @ delta).square().sum().backward()
        method.step()
    U = np.linalg.svd(J, full_matrices=False)[0]
    residual = y - first - J @ delta.detach().numpy()
    return np.abs((U[:, ::-1] if shuffled else U).T @ residual)


def _wide_case(rng: Any) -> dict[str, Any]:
    """A well-conditioned wide J with a first output that is not 0."""
    import numpy as np

    n = int(rng.integers(2, 5))
    U, V = (np.linalg.qr(rng.normal(size=(size, n)))[0] for size in (n, 9))
    return {"J": U @ np.diag(rng.uniform(1, 6, size=n)) @ V.T, "first": rng.normal(size=n), "y": rng.normal(size=n)}


def _end_by_pseudo_inverse(J: Any, first: Any, y: Any, raw: bool = False) -> Any:
    import numpy as np

    return np.linalg.pinv(J) @ (y if raw else y - first)


def _end_by_running(J: Any, first: Any, y: Any) -> Any:
    import numpy as np

    delta, step = np.zeros(J.shape[1]), 0.5 / np.linalg.norm(J, 2) ** 2
    for _ in range(4000):
        delta = delta + 2 * step * J.T @ (y - first - J @ delta)
    return delta
