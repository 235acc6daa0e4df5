"""The cosine schedule of fine-tuning: where it ends, when it comes back, and that training follows it."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from dltheory.pruning.derivation import schedule as d
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses

from .published import PER_BATCH


def _formula(eta: float, length: int, moves: int) -> list[float]:
    value = sp.lambdify((d.eta, d.length, d.k), d.step_size)
    return [float(value(eta, length, move)) for move in range(moves)]


def _scheduler(eta: float, length: int, moves: int) -> list[float]:
    """What PyTorch's scheduler hands out, move by move."""
    import torch

    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=eta)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, length)
    found = []
    for _ in range(moves):
        found.append(float(scheduler.get_last_lr()[0]))
        optimiser.step()
        scheduler.step()
    return found


def _training(eta: float, length: int, moves: int) -> list[float]:
    """What the book's training takes, at whole epochs."""
    from dltheory.lab.training import MomentumSettings

    settings = MomentumSettings(epochs=length, eta=eta)
    return [settings.step_size(move) for move in range(moves)]


@claim("prop-pruning-schedule", source="loshchilov2017")
def half_a_cosine_ends_where_it_is_meant_to() -> Clauses:
    """Identities for whole numbers of moves; PyTorch's scheduler and the book's training, move by move.

    Whether a loop moves its schedule on once an epoch or once a batch is read in the code.
    """
    moves = Agreement(
        _formula,
        _scheduler,
        [{"eta": 0.01, "length": length, "moves": 4 * length} for length in (1, 5, 8)],
        tolerance=1e-12,
        because="PyTorch goes from one step size to the next, which adds up the rounding of a few dozen divisions",
        near_misses=[
            NearMiss(
                "the schedule stays at 0",
                predict=lambda **case: [*_formula(**case)[: case["length"]], *[0.0] * 3 * case["length"]],
            ),
            NearMiss(
                "a straight line",
                predict=lambda eta, length, moves: [eta * abs(1 - move / length) for move in range(moves)],
            ),
        ],
    )
    return clauses(
        i=[_value(lambda: d.step_size.subs(d.k, 0), d.eta), moves],
        ii=[_value(lambda: d.step_size.subs(d.k, d.length), sp.Integer(0)), moves],
        iii=[
            Identity(
                d.after_a_period,
                d.step_size,
                near_misses=[
                    NearMiss("period K", lhs=lambda: d.step_size.subs(d.k, d.k + d.length)),
                    NearMiss("period 3K", lhs=lambda: d.step_size.subs(d.k, d.k + 3 * d.length)),
                ],
            ),
        ],
        iv=[
            Identity(
                lambda: d.at_the_end(sp.Integer(1), d.epochs),
                0,
                near_misses=[
                    NearMiss("K = 2E: a whole period", lhs=lambda: d.at_the_end(sp.Integer(1), 2 * d.epochs)),
                ],
            ),
            Agreement(
                _formula,
                _training,
                [{"eta": 0.01, "length": length, "moves": length} for length in (5, 8)],
                tolerance=1e-14,
                because="one formula, written twice",
                near_misses=[
                    NearMiss(
                        "half as long", predict=lambda eta, length, moves: _formula(eta, max(1, length // 2), moves)
                    ),
                ],
            ),
        ],
        v=[
            Identity(
                lambda: d.at_the_end(d.batches, d.batches * d.epochs),
                0,
                near_misses=[
                    NearMiss(
                        "K = E, but moved on once a batch",
                        lhs=lambda: d.at_the_end(d.batches, d.epochs),
                        erratum=PER_BATCH,
                    ),
                ],
            ),
        ],
        vi=[
            Identity(
                lambda: d.after_a_period().subs(d.length, d.epochs),
                lambda: d.step_size.subs(d.length, d.epochs),
                near_misses=[
                    NearMiss("period E", lhs=lambda: d.step_size.subs({d.k: d.k + d.epochs, d.length: d.epochs})),
                ],
            ),
        ],
        vii=[
            Identity(
                lambda: d.at_the_end(2 * d.batches, d.epochs),
                d.eta,
                near_misses=[
                    NearMiss("for any number of batches", lhs=lambda: d.at_the_end(d.batches, d.epochs)),
                    NearMiss("for odd ones", lhs=lambda: d.at_the_end(2 * d.batches - 1, d.epochs)),
                ],
            ),
        ],
        reads={
            "i": [(d.k, 0)],
            "ii": [(d.k, d.length)],
            "iv": [(d.length, d.epochs)],
            "v": [(d.length, d.batches * d.epochs)],
            "vi": [(d.length, d.epochs)],
        },
    )


def _value(at: Callable[[], sp.Expr], value: sp.Expr) -> Identity:
    return Identity(at, value, near_misses=[NearMiss("half of the first step", rhs=d.eta / 2)])
