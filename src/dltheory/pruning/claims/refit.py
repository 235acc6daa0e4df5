"""What fine-tuning with a fixed mask can win back in a quadratic, and why it is no harder than the training was."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation.symbols import fitted_square, removed_square
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, ForAll, Identity, NearMiss, claim

from .instances import regression


@claim(
    "thm-finetune-recovers",
    uses=["thm-prune-loss", "thm-gd-stability"],
    source="horn2013",
    rests_on="That the fit by the kept columns is orthogonal to what it misses, and that the Rayleigh quotient of a "
    "block is one of the whole matrix, hold in any dimension and are in the proof; SymPy solves for the refit with up "
    "to three weights, the solvers decide positive definite blocks of 3 × 3 matrices.",
)
def what_fine_tuning_can_win_back():
    """$H\\succ0$, $w$ the minimum, $P$ removed. Refitting the kept weights wins back
    $w_P^\\top G_{PS}G_{SS}^{-1}G_{SP}w_P\\ge0$ of $w_P^\\top G_{PP}w_P$, nothing if and only if $G_{SP}w_P=0$. Descent
    with the mask fixed gets there for $0<\\eta\\lambda_{\\max}(H_{SS})<2$, and
    $\\lambda_{\\min}(H)\\le\\lambda_{\\min}(H_{SS})\\le\\lambda_{\\max}(H_{SS})\\le\\lambda_{\\max}(H)$, so
    $\\kappa(H_{SS})\\le\\kappa(H)$."""
    cases = [(2, (0,)), (2, (1,)), (3, (0,)), (3, (2,)), (3, (0, 1)), (3, (0, 2))]
    G = q.gram(3)
    recovered = sp.cancel(q.on_blocks(q.recovered, 3, (0,)))
    pulls = [G[0, 1] * q.weights(3)[0], G[0, 2] * q.weights(3)[0]]
    nothing = sp.Equivalent(sp.Eq(recovered, 0), sp.And(*(sp.Eq(pull, 0) for pull in pulls)))
    block = [G[1, 1] > 0, _minor(G, (1, 2)) > 0]
    definite = [G[0, 0] > 0, _minor(G, (0, 1)) > 0, _minor(G, (0, 1, 2)) > 0]
    return [
        Identity(
            q.derive_remaining,
            removed_square - fitted_square,
            near_misses=[
                NearMiss("the fit is added", rhs=removed_square + fitted_square),
                NearMiss("twice the fit is won back", rhs=removed_square - 2 * fitted_square),
                NearMiss("nothing is won back", rhs=removed_square),
            ],
        ),
        Identity(
            lambda: [q.refitted_rise(size, P) for size, P in cases],
            lambda: [q.on_blocks(q.rise - q.recovered, size, P) for size, P in cases],
            scope="up to three weights",
            near_misses=[
                NearMiss("nothing is won back", rhs=lambda: [q.on_blocks(q.rise, size, P) for size, P in cases]),
                NearMiss(
                    "only the recovered part is left",
                    rhs=lambda: [q.on_blocks(q.recovered, size, P) for size, P in cases],
                ),
                NearMiss(
                    "kept weights are refitted one by one", rhs=lambda: [_one_by_one(size, P) for size, P in cases]
                ),
            ],
        ),
        ForAll(
            block,
            sp.And(recovered >= 0, nothing),
            scope="one weight removed, two kept",
            near_misses=[
                NearMiss("something is always won back", then=recovered > 0),
                NearMiss(
                    "nothing is won back if one kept column is orthogonal",
                    given=[*block, sp.Eq(pulls[0], 0)],
                    then=sp.Eq(recovered, 0),
                ),
                NearMiss(
                    "the kept block is invertible, but not positive definite: no minimum",
                    given=[sp.Ne(_minor(G, (1, 2)), 0)],
                ),
            ],
        ),
        ForAll(
            definite,
            sp.And(G[2, 2] > 0, _minor(G, (1, 2)) > 0, _minor(G, (0, 2)) > 0),
            scope="three weights, two kept",
            near_misses=[
                NearMiss("two leading minors say enough of a 3 × 3 matrix", given=definite[:2]),
                NearMiss("off-diagonal entries of the block are positive", then=G[1, 2] > 0),
            ],
        ),
        Agreement(
            lambda X, y, removed: (
                linear.predicted_rise(X, linear.least_squares(X, y), removed)
                - linear.predicted_recovery(X, linear.least_squares(X, y), removed)
            ),
            lambda X, y, removed: _after_descent(X, y, removed),
            lambda rng: _mild(rng),
            count=12,
            tolerance=1e-6,
            because="the slowest of 3000 steps' modes has decayed below 1e-8 at a condition number of at most 100",
            near_misses=[
                NearMiss(
                    "no mask: the removed weights come back",
                    measure=lambda X, y, removed: _after_descent(X, y, removed, False),
                ),
                NearMiss(
                    "nothing is won back",
                    predict=lambda X, y, removed: linear.predicted_rise(X, linear.least_squares(X, y), removed),
                ),
            ],
        ),
        Agreement(
            lambda X, y, removed: np.ones(3),
            lambda X, y, removed: _interlaced(X, removed).astype(float),
            regression,
            tolerance=0.0,
            because="yes or no; the comparisons leave 1e-9 for rounding",
            near_misses=[
                NearMiss(
                    "the kept block is worse conditioned",
                    measure=lambda X, y, removed: _interlaced(X, removed, turned=True).astype(float),
                ),
            ],
        ),
    ]


def _minor(matrix: sp.Matrix, rows: tuple[int, ...]) -> sp.Expr:
    return sp.expand(matrix.extract(list(rows), list(rows)).det())


def _one_by_one(size: int, removed: tuple[int, ...]) -> sp.Expr:
    """The rise less what each kept weight would win back alone: the diagonal of $G_{SS}$ for all of it."""
    G, kept = q.gram(size), [index for index in range(size) if index not in removed]
    part = q.weights(size).extract(list(removed), [0])
    pulls = G.extract(kept, list(removed)) * part
    return q.on_blocks(q.rise, size, removed) - sum(
        pull**2 / G[index, index] for pull, index in zip(pulls, kept, strict=True)
    )


def _mild(rng: np.random.Generator) -> dict[str, object]:
    """A design whose singular values lie between 1 and 8, targets, and a set to remove."""
    d = int(rng.integers(3, 6))
    U, _ = np.linalg.qr(rng.normal(size=(15, d)))
    V, _ = np.linalg.qr(rng.normal(size=(d, d)))
    removed = tuple(int(index) for index in rng.permutation(d)[: rng.integers(1, d)])
    return {"X": U * np.linspace(1, 8, d) @ V.T, "y": 5 * rng.normal(size=15), "removed": removed}


def _after_descent(X: np.ndarray, y: np.ndarray, removed: tuple[int, ...], masked: bool = True) -> float:
    """The rise of the loss after pruning and 3000 steps, at the step $1/\\lambda_{\\max}(H)$ of the whole problem."""
    w, eta = linear.least_squares(X, y), 0.5 / float(np.linalg.eigvalsh(X.T @ X)[-1])
    start = linear.removed_at_once(w, removed)
    losses = linear.masked_descent(X, y, start, removed if masked else (), eta, 3000)
    return float(losses[-1] - linear.loss(X, y, w))


def _interlaced(X: np.ndarray, removed: tuple[int, ...], turned: bool = False) -> np.ndarray:
    """Whether the extreme eigenvalues of the kept block lie within those of G, and its condition number below.

    ``turned``: whether those of G lie within those of the block.
    """
    gram = X.T @ X
    kept = [index for index in range(len(gram)) if index not in removed]
    whole, part = np.linalg.eigvalsh(gram), np.linalg.eigvalsh(gram[np.ix_(kept, kept)])
    if turned:
        whole, part = part, whole
    slack = 1e-9 * whole[-1]
    return np.array(
        [
            part[0] >= whole[0] - slack,
            part[-1] <= whole[-1] + slack,
            part[-1] / part[0] <= whole[-1] / whole[0] * (1 + 1e-6),
        ]
    )
