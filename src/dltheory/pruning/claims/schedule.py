"""The cosine schedule of fine-tuning: where it ends, when it comes back, and that training follows it."""

from __future__ import annotations

import sympy as sp

from dltheory.pruning.derivation import schedule as d
from verifiedbook.claims import Agreement, Identity, NearMiss, claim

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


@claim(
    "prop-pruning-schedule",
    source="loshchilov2017",
    rests_on="Whether a loop moves its schedule on once an epoch or once a batch is read in the code; the checks say "
    "what either gives.",
)
def half_a_cosine_ends_where_it_is_meant_to():
    """The step size $\\frac\\eta2(1+\\cos\\frac{\\pi k}K)$ is 0 after $K$ moves and comes back with period $2K$. Moved
    on once an epoch with $K=E$, or once a batch with $K=nE$, it is 0 after $E$ epochs of $n$ batches. Moved on once a
    batch with $K=E$, it has period $2E$ batches, and after $E$ epochs it is back at $\\eta$ if $n$ is even."""
    return [
        Identity(
            d.after_a_period,
            d.step_size,
            near_misses=[
                NearMiss("period K", lhs=lambda: d.step_size.subs(d.k, d.k + d.length)),
                NearMiss("period 3K", lhs=lambda: d.step_size.subs(d.k, d.k + 3 * d.length)),
            ],
        ),
        Identity(
            lambda: (d.at_the_end(sp.Integer(1), d.epochs), d.at_the_end(d.batches, d.batches * d.epochs)),
            (sp.Integer(0), sp.Integer(0)),
            near_misses=[
                NearMiss(
                    "K = E, but moved on once a batch",
                    lhs=lambda: (d.at_the_end(d.batches, d.epochs), sp.Integer(0)),
                    erratum=PER_BATCH,
                ),
                NearMiss(
                    "K = 2E: a whole period", lhs=lambda: (d.at_the_end(sp.Integer(1), 2 * d.epochs), sp.Integer(0))
                ),
            ],
        ),
        Identity(
            lambda: d.at_the_end(2 * d.batches, d.epochs),
            d.eta,
            near_misses=[
                NearMiss("for any number of batches", lhs=lambda: d.at_the_end(d.batches, d.epochs)),
                NearMiss("for odd ones", lhs=lambda: d.at_the_end(2 * d.batches - 1, d.epochs)),
            ],
        ),
        Agreement(
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
        ),
        Agreement(
            _formula,
            _training,
            [{"eta": 0.01, "length": length, "moves": length} for length in (5, 8)],
            tolerance=1e-14,
            because="one formula, written twice",
            near_misses=[
                NearMiss("half as long", predict=lambda eta, length, moves: _formula(eta, max(1, length // 2), moves)),
            ],
        ),
    ]
