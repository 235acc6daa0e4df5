"""The method's other form, heavy ball, and the optimiser that runs it."""

from typing import Any

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published
from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, sigma, t
from verifiedbook.claims import Agreement, Evidence, Identity, NearMiss, claim


@claim(
    "thm-momentum-heavy-ball",
    uses=["thm-momentum-modes"],
    source="polyak1964, goh2017",
    rests_on="That torch's update is this one is read off its rule in the proof, and compared on ten runs; "
    "the unrolled form for every $t$ is the induction in the proof.",
)
def heavy_ball() -> list[Evidence]:
    """The method is heavy ball, $\\alpha=\\eta\\beta$, $\\mu=1-\\beta$;
    from $v_0=\\nabla L(w_0)$ it is torch's SGD exactly.
    """
    return [
        Identity(
            lambda: _two_averaged_steps() - _heavy_ball_step(eta * beta, 1 - beta),
            sp.Integer(0),
            near_misses=[
                NearMiss("α = η", lhs=lambda: _two_averaged_steps() - _heavy_ball_step(eta, 1 - beta)),
                NearMiss("μ = β", lhs=lambda: _two_averaged_steps() - _heavy_ball_step(eta * beta, beta)),
                NearMiss(
                    "the memory is subtracted",
                    lhs=lambda: _two_averaged_steps() - _heavy_ball_step(eta * beta, beta - 1),
                ),
            ],
        ),
        Identity(
            lambda: derivation.heavy_ball_polynomial().subs(derivation.heavy_ball_parameters()),
            derivation.characteristic_polynomial,
            near_misses=[
                NearMiss("h = σ²", lhs=lambda: _polynomial_with(h, sigma**2)),
                NearMiss("μ = β", lhs=lambda: _polynomial_with(mu, beta)),
                NearMiss("α = η", lhs=lambda: _polynomial_with(alpha, eta)),
            ],
        ),
        Identity(
            lambda: _weight(t + 2) - (1 + mu) * _weight(t + 1) + mu * _weight(t),
            sp.Integer(0),
            near_misses=[
                NearMiss("the weights grow like k", lhs=lambda: t + 2 - (1 + mu) * (t + 1) + mu * t),
            ],
        ),
        Identity(
            lambda: _run_from_rest(4),
            lambda: _unrolled(4, sign=-1),
            scope="t = 4",
            near_misses=[
                NearMiss(
                    "the unrolled update adds the gradients",
                    rhs=lambda: _unrolled(4, sign=+1),
                    erratum=published.UNROLLED,
                ),
                NearMiss("every gradient has the same weight", rhs=lambda: _unrolled(4, sign=-1, equal=True)),
            ],
        ),
        Agreement(
            _weights_averaged,
            _weights_of_torch,
            _random_run,
            count=10,
            tolerance=1e-12,
            because="30 steps of the same arithmetic in double precision",
            time_limit=90.0,  # the first optimiser of a process imports half of PyTorch
            near_misses=[
                NearMiss("started from rest, v₀ = 0", predict=lambda **case: _weights_averaged(**case, rest=True)),
                NearMiss("torch without dampening", measure=lambda **case: _weights_of_torch(**case, dampened=False)),
            ],
        ),
    ]


def _two_averaged_steps() -> sp.Expr:
    """w₂ from (v₀, w₀) with gradients g₀, g₁, in the averaged form."""
    v0, w0, g0, g1 = sp.symbols("v_0 w_0 g_0 g_1", real=True)
    v1, w1 = derivation.averaged_step(g0, v0, w0)
    return derivation.averaged_step(g1, v1, w1)[1]


def _heavy_ball_step(step: sp.Expr, memory: sp.Expr) -> sp.Expr:
    """w₁ − step g₁ + memory (w₁ − w₀) with the w₁ that the averaged form takes."""
    v0, w0, g0, g1 = sp.symbols("v_0 w_0 g_0 g_1", real=True)
    _, w1 = derivation.averaged_step(g0, v0, w0)
    return w1 - step * g1 + memory * (w1 - w0)


def _polynomial_with(name: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """Heavy ball's polynomial in the parameters of the averaged form, one of them read in another way."""
    return derivation.heavy_ball_polynomial().subs(derivation.heavy_ball_parameters() | {name: value})


def _weight(age: sp.Expr) -> sp.Expr:
    """(1 − μᵏ)/(1 − μ): how much of a gradient has arrived after k steps."""
    return (1 - mu**age) / (1 - mu)


_GRADIENTS = sp.symbols("g_0:4", real=True)
_ALPHA = sp.Symbol("alpha", positive=True)


def _run_from_rest(steps: int) -> sp.Expr:
    """w_t − w₀ of heavy ball from v₀ = 0, with symbolic gradients."""
    older = newer = sp.Integer(0)
    for gradient in _GRADIENTS[:steps]:
        older, newer = newer, newer - _ALPHA * gradient + mu * (newer - older)
    return newer


def _unrolled(steps: int, sign: int, equal: bool = False) -> sp.Expr:
    """± α Σ (1 − μ^(t−i))/(1 − μ) g_i."""
    total = sum(
        (_weight(sp.Integer(1 if equal else steps - i)) * g for i, g in enumerate(_GRADIENTS[:steps])), sp.Integer(0)
    )
    return sign * _ALPHA * total


def _random_run(rng: Any) -> Any:
    x = rng.normal(size=(8, 3))
    weight = rng.uniform(0.1, 1.0)
    step = 0.5 / (weight * (x**2).sum())
    return {"x": x, "y": rng.normal(size=8), "start": rng.normal(size=3), "step": step, "weight": weight}


def _weights_averaged(x: Any, y: Any, start: Any, step: float, weight: float, rest: bool = False) -> Any:
    """w₃₀ of the averaged form, v₀ the first gradient (or 0)."""
    import numpy as np

    w = start
    average = np.zeros_like(start) if rest else 2 * x.T @ (x @ w - y)
    for _ in range(30):
        average = (1 - weight) * average + weight * 2 * x.T @ (x @ w - y)
        w = w - step * average
    return w


def _weights_of_torch(x: Any, y: Any, start: Any, step: float, weight: float, dampened: bool = True) -> Any:
    """w₃₀ of torch.optim.SGD with momentum 1 − β and, unless told otherwise, dampening 1 − β."""
    import torch

    w = torch.tensor(start, requires_grad=True)
    features, targets = torch.tensor(x), torch.tensor(y)
    optimiser = torch.optim.SGD([w], lr=step, momentum=1 - weight, dampening=1 - weight if dampened else 0.0)
    for _ in range(30):
        optimiser.zero_grad()
        ((targets - features @ w) ** 2).sum().backward()
        optimiser.step()
    return w.detach().numpy()
