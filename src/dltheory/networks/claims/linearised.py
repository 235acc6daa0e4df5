"""Networks whose outputs are linear in the weights."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.momentum.derivation import iteration_matrix
from dltheory.momentum.derivation.symbols import beta, eta, sigma
from dltheory.networks import derivation
from dltheory.networks.derivation import linearised, printed, sums
from dltheory.networks.derivation.symbols import sigma_1, sigma_i
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, ClosedForm, EachDirection, Powers

_AVERAGE, _REST, _FIRST = sp.symbols("a_t r_t r_0", real=True)
_EIGENVALUE = sp.Symbol("s", nonnegative=True)  # σᵢ²
_TIME = sp.Symbol("t", integer=True, nonnegative=True)
_KERNEL = linearised.J * linearised.J_T


@claim(
    "thm-linearised-residual",
    uses=["thm-gd-modes", "thm-momentum-modes", "thm-gd-min-norm"],
    source="jacot2018, lee2019",
)
def linearised_residual() -> Clauses:
    """The residual's own step in words of matrices, along each left singular direction, and where it ends."""
    jacobian = sp.Matrix(2, 3, sp.symbols("j_1:7", real=True))
    residual = sp.Matrix(sp.symbols("r_1 r_2", real=True))
    rest = linearised.residual()
    factor = linearised.residual_factor(sigma_i)
    in_weights, each_direction = _in_weights(), _each_direction()
    within = [sigma_i > 0, sigma_i <= sigma_1, eta * sigma_1**2 < 1]
    return clauses(
        i=[
            Identity(
                linearised.descended_residual,
                lambda: sp.expand((1 - 2 * eta * _KERNEL) * rest),
                near_misses=[
                    NearMiss("the factor 2 lost", rhs=lambda: sp.expand((1 - eta * _KERNEL) * rest)),
                    NearMiss("the step goes up", rhs=lambda: sp.expand((1 + 2 * eta * _KERNEL) * rest)),
                ],
            ),
            in_weights,
            Identity(
                lambda: derivation.residual_step(jacobian, residual),
                (sp.eye(2) - 2 * eta * jacobian * jacobian.T) * residual,
                scope="two outputs, three weights: the gradient by differentiating the loss",
                near_misses=[
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
            in_weights,
            each_direction,
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
            ClosedForm(
                factor**_TIME * _FIRST,
                _TIME,
                [_FIRST],
                lambda coordinate, t: linearised.kernel_update(sigma_i**2, 0, coordinate)[1].subs(beta, 1),
                near_misses=[
                    NearMiss("η in place of 2η", formula=(1 - eta * sigma_i**2) ** _TIME * _FIRST),
                    NearMiss("one step ahead", formula=factor ** (_TIME + 1) * _FIRST),
                ],
            ),
            each_direction,
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
        ],
        iv=[
            Powers(
                factor,
                given=within,
                near_misses=[
                    NearMiss("a direction that J does not see", given=[*within[1:]]),
                    NearMiss("at the limit", given=[*within[:2], eta * sigma_1**2 <= 1]),
                ],
            ),
            Identity(
                # the loss in the weights is chapter 1's: targets y − f₀, design J, started at 0
                lambda: [linearised.residual(), linearised.residual(sp.S.Zero)],
                [(linearised.y - linearised.f_0) - linearised.J * linearised.moved, linearised.y - linearised.f_0],
                near_misses=[
                    NearMiss(
                        "the targets in place of the first residual",
                        rhs=[linearised.y - linearised.J * linearised.moved, linearised.y],
                    ),
                ],
            ),
            Cites("thm-gd-min-norm", "i"),
            Cites("thm-gd-min-norm", "iii"),
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
        reads={
            "": [
                (printed.f(printed.theta), printed.linear_model),
                (printed.loss, printed.norm(printed.y - printed.f(printed.theta)) ** 2),
                (printed.J, printed.factorised),
                (printed.r_t, printed.y - printed.f(printed.theta_t)),
            ],
            "i": [(printed.r_next, printed.residual_next)],
            "ii": [(sigma, sigma_i)],
            "iii": [(printed.coordinate, printed.coordinate_after)],
            "iv": [
                (0, "<", eta * sigma_1**2),
                (eta * sigma_1**2, "<", 1),
                (printed.theta_t, r"\to", printed.nearest),
            ],
        },
        vocabulary={
            **{name: getattr(printed, name) for name in ("f", "J", "y", "f_0", "r_t", "r_0", "I", "U", "V", "u_i")},
            "r_{t+1}": printed.r_next,
            "L": printed.loss,
            r"\Sigma": printed.Sigma,
            r"\theta": printed.theta,
            r"\theta_0": printed.theta_0,
            r"\theta_t": printed.theta_t,
            r"\sigma_i": sigma_i,
            r"\sigma_1": sigma_1,
            "t": printed.t,
        },
    )


def _in_weights() -> Identity:
    """One step of momentum in the weights, seen in the outputs, is one step of the residual by itself."""
    image, rest = (sp.expand(part) for part in linearised.step_of_residual())
    return Identity(
        lambda: [sp.expand(part) for part in linearised.residual_of_step()],
        lambda: [image, rest],
        near_misses=[
            NearMiss("the factor 2 lost", rhs=lambda: [image, rest.subs(eta, eta / 2)]),
            NearMiss("the average with the other sign", rhs=lambda: [-image, rest]),
        ],
    )


def _each_direction() -> EachDirection:
    """Along each eigenvector of JJᵀ residual and average move by the matrix of a mode, seen by J or not."""
    kernel = sp.MatrixSymbol("K", sums.examples, sums.examples)
    image, rest = (sp.MatrixSymbol(name, sums.examples, 1) for name in ("a", "r"))
    moved = linearised.kernel_update(kernel, image, rest)
    state = sp.Matrix([_AVERAGE, _REST])

    def along(scale: int = 1) -> dict[sp.MatrixSymbol, sp.Expr]:
        block = iteration_matrix().subs(sigma**2, scale * _EIGENVALUE)
        return dict(zip((image, rest), block * state, strict=True))

    return EachDirection(
        {image: moved[0], rest: moved[1]},
        {image: _AVERAGE, rest: _REST},
        along(),
        _EIGENVALUE,
        hessian=kernel,
        near_misses=[NearMiss("twice the singular value's square", formula=along(2))],
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
