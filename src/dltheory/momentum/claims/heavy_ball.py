"""The method's other form, heavy ball, and the optimiser that runs it."""

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import published, torch_runs
from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, sigma, t
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import ClosedForm

_V0, _W0, _G0, _G1 = sp.symbols("v_0 w_0 g_0 g_1", real=True)
_W, _GRADIENT = sp.IndexedBase("w"), sp.Function("G")  # the iterates and ∇L, as the page has them
_NEXT, _LAST = (_W[sp.Symbol(index)] for index in ("t+1", "t-1"))


@claim("thm-momentum-heavy-ball", uses=["thm-momentum-modes"], source="polyak1964, goh2017")
def heavy_ball() -> Clauses:
    """Two steps with any gradients; the weight of one gradient at every later time; what the optimiser does."""
    rate = sp.Symbol("eta", real=True)  # any step, unlike the chapter's positive one
    from_rest, from_gradient = (
        derivation.averaged_update(_G0, first, _W0)[1].subs(eta, rate) for first in (sp.Integer(0), _G0)
    )
    here = _GRADIENT(_W[0])
    return clauses(
        i=[
            Identity(
                _two_averaged_steps,
                lambda: _heavy_ball_step(eta * beta, 1 - beta),
                near_misses=[
                    NearMiss("α = η", rhs=lambda: _heavy_ball_step(eta, 1 - beta)),
                    NearMiss("μ = β", rhs=lambda: _heavy_ball_step(eta * beta, beta)),
                    NearMiss("the memory is subtracted", rhs=lambda: _heavy_ball_step(eta * beta, beta - 1)),
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
        ],
        ii=[
            Identity(
                lambda: derivation.averaged_update(_G0, sp.Integer(0), _W0)[1],
                lambda: derivation.heavy_ball_update(_W0, _W0, _G0).subs(derivation.heavy_ball_parameters()),
                near_misses=[
                    NearMiss("started with the first gradient", lhs=derivation.averaged_update(_G0, _G0, _W0)[1])
                ],
            )
        ],
        iii=[
            ClosedForm(
                derivation.gradient_weight(t),
                t,
                [0, 1],
                # a unit gradient that entered at time 0, and none afterwards; −α is put back by linearity
                lambda older, newer, t: derivation.heavy_ball_update(newer, older, sp.Integer(0)),
                given=[sp.Ne(mu, 1)],
                near_misses=[
                    NearMiss("the weights grow like k", formula=t),
                    NearMiss("every gradient has the same weight", start=[1, 1]),
                ],
            ),
            Identity(
                lambda: _run_from_rest(4),
                lambda: derivation.unrolled(sp.Integer(0), lambda i: _G[i]).subs(t, 4).doit(),
                scope="t = 4, any four gradients",
                near_misses=[
                    NearMiss(
                        "the unrolled update adds the gradients",
                        rhs=lambda: -derivation.unrolled(sp.Integer(0), lambda i: _G[i]).subs(t, 4).doit(),
                        erratum=published.UNROLLED,
                    ),
                ],
            ),
        ],
        iv=[
            Identity(
                lambda: derivation.averaged_update(_G0, _G0, _W0)[1],
                _W0 - eta * _G0,
                near_misses=[
                    NearMiss("started at rest", lhs=derivation.averaged_update(_G0, sp.Integer(0), _W0)[1]),
                    NearMiss("the step is α", rhs=_W0 - eta * beta * _G0),
                ],
            )
        ],
        v=[
            Identity(
                lambda: [
                    *derivation.averaged_update(_G0, _G0, _W0),
                    *derivation.averaged_update(_G1, _V0, _W0),
                ],
                # torch's buffer is the first gradient; later steps as the optimiser has them
                lambda: [_G0, _W0 - eta * _G0, *_torch(1 - beta)],
                near_misses=[
                    NearMiss("without dampening", rhs=lambda: [_G0, _W0 - eta * _G0, *_torch(sp.Integer(0))]),
                    NearMiss("dampening β", rhs=lambda: [_G0, _W0 - eta * _G0, *_torch(beta)]),
                ],
            ),
            Agreement(
                torch_runs.weights_averaged,
                torch_runs.weights_of_torch,
                torch_runs.random_run,
                count=10,
                tolerance=1e-12,
                because="30 steps of the same arithmetic in double precision",
                time_limit=90.0,  # the first optimiser of a process imports half of PyTorch
                near_misses=[
                    NearMiss(
                        "started from rest, v₀ = 0",
                        predict=lambda **case: torch_runs.weights_averaged(**case, rest=True),
                    ),
                    NearMiss(
                        "torch without dampening",
                        measure=lambda **case: torch_runs.weights_of_torch(**case, dampened=False),
                    ),
                ],
            ),
        ],
        vi=[
            ForAll(
                [sp.Ne(beta, 1), sp.Ne(rate, 0), sp.Ne(_G0, 0)],
                sp.Ne(from_rest, from_gradient),
                near_misses=[
                    NearMiss("wherever it starts", given=[sp.Ne(beta, 1), sp.Ne(rate, 0)]),
                    NearMiss("β = 1 too", given=[sp.Ne(rate, 0), sp.Ne(_G0, 0)]),
                ],
            )
        ],
        reads={
            "": [*(sp.Eq(name, derivation.heavy_ball_parameters()[name]) for name in (alpha, mu))],
            "i": [(1, "<=", t), sp.Eq(_NEXT, derivation.heavy_ball_update(_W[t], _LAST, _GRADIENT(_W[t])))],
            "ii": [sp.Eq(_V0, 0), sp.Eq(_W[1], derivation.heavy_ball_update(_W[0], _W[0], here))],
            "iii": [sp.Ne(mu, 1), sp.Eq(_W[t], derivation.unrolled(_W[0], lambda i: _GRADIENT(_W[i])))],
            "iv": [sp.Eq(_V0, here), sp.Eq(_W[1], _W[0] - eta * here)],
            "vi": [sp.Eq(_V0, 0), sp.Ne(beta, 1), (eta, "!=", 0), sp.Ne(here, 0)],
        },
        vocabulary={"w": _W, "v_0": _V0, r"\nabla L": _GRADIENT, r"\eta": eta, "i": sp.Symbol("i", integer=True)},
    )


_G = sp.IndexedBase("g")


def _two_averaged_steps() -> sp.Expr:
    """w₂ from (v₀, w₀) with gradients g₀, g₁, in the averaged form."""
    v1, w1 = derivation.averaged_update(_G0, _V0, _W0)
    return derivation.averaged_update(_G1, v1, w1)[1]


def _heavy_ball_step(step: sp.Expr, memory: sp.Expr) -> sp.Expr:
    """Heavy ball's w₂ with the w₁ that the averaged form takes, its parameters read as `step` and `memory`."""
    w1 = derivation.averaged_update(_G0, _V0, _W0)[1]
    return derivation.heavy_ball_update(w1, _W0, _G1).subs({alpha: step, mu: memory})


def _polynomial_with(name: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """Heavy ball's polynomial in the parameters of the averaged form, one of them read in another way."""
    return derivation.heavy_ball_polynomial().subs(derivation.heavy_ball_parameters() | {name: value})


def _run_from_rest(steps: int) -> sp.Expr:
    """w_t − w₀ of heavy ball from v₀ = 0, with symbolic gradients."""
    older = newer = sp.Integer(0)
    for i in range(steps):
        older, newer = newer, derivation.heavy_ball_update(newer, older, _G[i])
    return newer


def _torch(dampening: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """A later step of torch's optimiser with learning rate η and momentum 1 − β."""
    return derivation.torch_update(_G1, _V0, _W0, eta, 1 - beta, dampening)
