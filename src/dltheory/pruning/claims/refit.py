"""What fine-tuning with a fixed mask can win back in a quadratic, and why it is no harder than the training was."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation.symbols import G_PS, H_SS, fitted_square, removed_square, w_P
from dltheory.pruning.experiment import linear
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, EachTerm, Powers, rayleigh

from . import blocks
from .instances import regression
from .printed import G_matrix, H_matrix, in_words


@claim("thm-finetune-recovers", uses=["thm-prune-loss", "thm-gd-stability"], source="horn2013")
def what_fine_tuning_can_win_back() -> Clauses:
    """The fit in coordinates, for any dimension; the formula for up to three weights; descent at five step sizes."""
    cases = [(2, (0,)), (2, (1,)), (3, (0,)), (3, (2,)), (3, (0, 2))]
    squares, won, pull = blocks.refit_squares(), blocks.won_back(), blocks.fit_and_pull()
    return clauses(
        i=[
            Cites("thm-prune-loss", "ii"),
        ],
        ii=[_fit(), _split(), _remaining()],
        iii=[
            squares,
            won,
            blocks.inverse_above_least(),
            Identity(
                lambda: [q.refitted_rise(size, P) for size, P in cases],
                lambda: [q.on_blocks(q.remaining, size, P) for size, P in cases],
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
            _after_descent_agrees(),
        ],
        iv=[won, pull, blocks.inverse_above_least(), *_in_entries()],
        v=[_masked_powers(), Cites("thm-gd-stability", "i"), _after_descent_agrees()],
        vi=[*_rayleigh(), _interlacing_seen()],
        vii=[_condition(), _interlacing_seen()],
        reads={
            "": [(G_matrix, r"\succ", 0), (_S, "!=", sp.EmptySet)],
            "iii": [(in_words(q.recovered), ">=", 0)],
            "iv": [(in_words(G_PS.T * w_P), 0)],
            "v": [(in_words(w_P), 0), (0, "<", _step_times_top()), (_step_times_top(), "<", 2)],
            "vi": [
                (_lambda_min(H_matrix), "<=", _lambda_min(_H_SS)),
                (_lambda_max(_H_SS), "<=", _lambda_max(H_matrix)),
            ],
            "vii": [(_kappa(_H_SS), "<=", _kappa(H_matrix))],
        },
        vocabulary={"H": H_matrix, "G": G_matrix, "S": _S},
    )


def _in_entries() -> list[ForAll]:
    """One weight removed, two kept: nothing is won back if and only if both kept columns are orthogonal to it."""
    G = q.gram(3)
    recovered = sp.cancel(q.on_blocks(q.recovered, 3, (0,)))
    pulls = [G[0, 1] * q.weights(3)[0], G[0, 2] * q.weights(3)[0]]
    block = [G[1, 1] > 0, _minor(G, (1, 2)) > 0]
    scope, square = "one weight removed, two kept", G[1, 1] * pulls[1] - G[1, 2] * pulls[0]
    return [
        ForAll(
            block,
            recovered >= 0,
            scope=scope,
            near_misses=[
                NearMiss("something is always won back", then=recovered > 0),
                NearMiss(
                    "the kept block is invertible, but not positive definite: no minimum",
                    given=[sp.Ne(_minor(G, (1, 2)), 0)],
                ),
            ],
        ),
        ForAll(
            block,
            sp.Equivalent(sp.Eq(recovered, 0), sp.And(*(sp.Eq(pull, 0) for pull in pulls))),
            scope=scope,
            squares=[square],
            near_misses=[
                NearMiss(
                    "nothing is won back if one kept column is orthogonal",
                    then=sp.Equivalent(sp.Eq(recovered, 0), sp.Eq(pulls[0], 0)),
                ),
            ],
        ),
    ]


#: The set of kept weights, and eigenvalues and condition numbers as the page names them.
_S = sp.Symbol("S", commutative=False)
_H_SS = in_words(H_SS)
_lambda_min, _lambda_max, _kappa = map(sp.Function, ("lambda_min", "lambda_max", "kappa"))

_coordinates = (q.row, 1, q.row_count)
_either = [sp.Or(sp.Eq(q.spanned, 0), sp.Eq(q.spanned, 1))]


def _fit() -> EachTerm:
    """No combination of kept columns leaves less of the removed contribution than its projection does."""
    return EachTerm(
        smaller=q.left_by_fit,
        larger=q.left_by_any,
        limits=_coordinates,
        given=_either,
        near_misses=[
            NearMiss("less than half as much", larger=q.left_by_any / 2),
            NearMiss("the fit is no projection", given=[q.spanned >= 0, q.spanned <= 1]),
        ],
    )


def _split() -> EachTerm:
    """What is left is the square of the contribution less the square of the fit: no more, coordinate by coordinate."""
    return EachTerm(
        smaller=q.left_by_fit,
        larger=q.contribution**2 - q.fit**2,
        limits=_coordinates,
        given=_either,
        near_misses=[NearMiss("twice the fit is won back", larger=q.contribution**2 - 2 * q.fit**2)],
    )


def _remaining() -> Identity:
    return Identity(
        q.derive_remaining,
        removed_square - fitted_square,
        near_misses=[
            NearMiss("the fit is added", rhs=removed_square + fitted_square),
            NearMiss("twice the fit is won back", rhs=removed_square - 2 * fitted_square),
        ],
    )


_step, _curvature, _top = sp.symbols("eta h h_max", positive=True)


def _masked_powers() -> Powers:
    """A step multiplies the error along an eigenvector of the kept block by 1 − ηh."""
    return Powers(
        1 - _step * _curvature,
        given=[_curvature <= _top, _step * _top < 2],
        near_misses=[
            NearMiss("at the limit", given=[_curvature <= _top, _step * _top <= 2]),
            NearMiss("up to twice the limit", given=[_curvature <= _top, _step * _top < 4]),
        ],
    )


def _step_times_top() -> sp.Expr:
    """The product that must stay below 2, with the largest eigenvalue by its name."""
    return (_step * _top).subs(_top, _lambda_max(_H_SS))


def _rayleigh() -> list[EachTerm]:
    """The quotient of any vector, so of one that is zero on P, lies between the extreme eigenvalues."""
    value, part = sp.IndexedBase("lambda")[q.row], sp.IndexedBase("v")[q.row]
    least, largest = sp.symbols("lambda_min lambda_max", positive=True)
    return [
        rayleigh(
            value,
            part,
            _coordinates,
            largest,
            near_misses=[NearMiss("half of it", larger=largest * part**2 / 2)],
        ),
        EachTerm(
            smaller=least * part**2,
            larger=value * part**2,
            limits=_coordinates,
            given=[least <= value],
            near_misses=[NearMiss("twice of it", smaller=2 * least * part**2)],
        ),
    ]


def _condition() -> ForAll:
    """Of four eigenvalues in this order, the quotient of the inner two is at most that of the outer two."""
    outer, inner = sp.symbols("lambda_min lambda_max", positive=True), sp.symbols("mu_min mu_max", positive=True)
    ordered = [outer[0] <= inner[0], inner[0] <= inner[1], inner[1] <= outer[1]]
    return ForAll(
        ordered,
        inner[1] / inner[0] <= outer[1] / outer[0],
        near_misses=[
            NearMiss("the least may fall", given=ordered[1:]),
            NearMiss("strictly", then=inner[1] / inner[0] < outer[1] / outer[0]),
        ],
    )


def _after_descent_agrees() -> Agreement:
    return Agreement(
        lambda X, y, removed, part: (
            linear.predicted_rise(X, linear.least_squares(X, y), removed)
            - linear.predicted_recovery(X, linear.least_squares(X, y), removed)
        ),
        _after_descent,
        _mild,
        count=12,
        tolerance=1e-6,
        because="the slowest of 3000 steps' modes has decayed below 1e-8 at a condition number of at most 100",
        near_misses=[
            NearMiss(
                "no mask: the removed weights come back",
                measure=lambda X, y, removed, part: _after_descent(X, y, removed, part, masked=False),
            ),
            NearMiss(
                "nothing is won back",
                predict=lambda X, y, removed, part: linear.predicted_rise(X, linear.least_squares(X, y), removed),
            ),
        ],
    )


def _interlacing_seen() -> Agreement:
    return Agreement(
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
    )


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
    """A design whose singular values lie between 1 and 8, targets, a set to remove, and a part of the stable steps."""
    d = int(rng.integers(3, 6))
    U, _ = np.linalg.qr(rng.normal(size=(15, d)))
    V, _ = np.linalg.qr(rng.normal(size=(d, d)))
    removed = tuple(int(index) for index in rng.permutation(d)[: rng.integers(1, d)])
    part = (0.3, 0.5, 1.0, 1.5, 1.9)[rng.integers(5)]
    return {"X": U * np.linspace(1, 8, d) @ V.T, "y": 5 * rng.normal(size=15), "removed": removed, "part": part}


def _after_descent(X: np.ndarray, y: np.ndarray, removed: tuple[int, ...], part: float, masked: bool = True) -> float:
    """The rise of the loss after 3000 steps with $\\eta\\lambda_{\\max}(H_{SS})$ = ``part``, not from the minimum.

    Without a mask the step is that of the whole problem.
    """
    w = linear.least_squares(X, y)
    moving = np.delete(X, list(removed), axis=1) if masked else X
    eta = part / (2 * float(np.linalg.eigvalsh(moving.T @ moving)[-1]))
    start = linear.removed_at_once(w + 1, removed)
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
