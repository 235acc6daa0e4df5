"""Pruning in linear regression: what each set of weights costs, at once and after refitting, and who finds the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dltheory.lab import validation
from dltheory.pruning.derivation import quadratic, surgeon
from dltheory.pruning.derivation import symbols as names

Array = NDArray[np.float64]


@cache
def function_of(formula: Any, *arguments: Any) -> Callable[..., Any]:
    """``formula`` as a NumPy function of ``arguments``, whose names need not be identifiers."""
    from sympy import MatrixSymbol, Symbol, lambdify

    plain = {
        argument: MatrixSymbol(f"a_{place}", *argument.shape)
        if isinstance(argument, MatrixSymbol)
        else Symbol(f"a_{place}")
        for place, argument in enumerate(arguments)
    }
    return lambdify(list(plain.values()), formula.subs(plain), "numpy")


def _indices(name: str, value: Sequence[int] | Array, size: int) -> NDArray[np.intp]:
    """``value`` as distinct whole numbers below ``size``. Raises ValueError."""
    chosen = [validation.whole(f"an entry of {name}", index) for index in value]
    if len(set(chosen)) < len(chosen) or any(index >= size for index in chosen):
        raise ValueError(f"{name} = {chosen}: it must hold distinct indices below {size}")
    return np.array(chosen, dtype=np.intp)


def _others(chosen: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    return np.setdiff1d(np.arange(size), chosen)


def loss(X: Array, y: Array, w: Array) -> float:
    """$\\lVert y-Xw\\rVert^2$."""
    return float(np.square(y - X @ w).sum())


def least_squares(X: Array, y: Array) -> Array:
    """The minimiser of the loss: (d,). ``X``: (n, d) of full column rank, ``y``: (n,). Raises ValueError."""
    X = validation.matrix("X", X)
    y = validation.vector("y", y, X.shape[0])
    w, _, rank, _ = np.linalg.lstsq(X, y, rcond=None)
    if rank < X.shape[1]:
        raise ValueError(f"X has rank {rank} and {X.shape[1]} columns: the weights are not determined")
    return np.asarray(w)


def removed_at_once(w: Array, removed: Sequence[int]) -> Array:
    """``w`` with zeros in the places ``removed``: a copy, (d,)."""
    pruned = np.array(w, dtype=float)
    pruned[_indices("removed", removed, len(pruned))] = 0.0
    return pruned


def predicted_rise(X: Array, w: Array, removed: Sequence[int]) -> float:
    """$w_P^\\top G_{PP}w_P$: the rise of the loss at a minimum when P is set to zero."""
    chosen = _indices("removed", removed, X.shape[1])
    if not len(chosen):
        return 0.0
    block = X[:, chosen].T @ X[:, chosen]
    return float(function_of(quadratic.rise, names.w_P, names.G_PP)(w[chosen, None], block)[0, 0])


def predicted_recovery(X: Array, w: Array, removed: Sequence[int]) -> float:
    """$w_P^\\top G_{PS}G_{SS}^{-1}G_{SP}w_P$: what refitting the kept weights wins back of it."""
    chosen = _indices("removed", removed, X.shape[1])
    kept = _others(chosen, X.shape[1])
    if not len(chosen) or not len(kept):
        return 0.0
    gram = X.T @ X
    recovery = function_of(quadratic.recovered, names.w_P, names.G_PS, names.G_SS)
    return float(recovery(w[chosen, None], gram[np.ix_(chosen, kept)], gram[np.ix_(kept, kept)])[0, 0])


def damage_saliencies(X: Array, w: Array) -> Array:
    """Optimal Brain Damage, $G_{jj}w_j^2$ for every weight: (d,)."""
    columns = np.square(X).sum(axis=0)
    return np.asarray(function_of(quadratic.saliency, names.G_jj, names.w_j)(columns, w))


def _inverse(H: Array) -> Array:
    """The inverse of a positive definite matrix. Raises ValueError for any other, to the accuracy of its numbers."""
    H = validation.matrix("H", H)
    eigenvalues = np.linalg.eigvalsh(H)
    if not eigenvalues[0] > len(H) * np.finfo(float).eps * abs(eigenvalues[-1]):
        raise ValueError(
            f"H has eigenvalues from {eigenvalues[0]:.2g} to {eigenvalues[-1]:.2g}: it must be positive definite; "
            "drop columns that depend on others, or add a multiple of the identity"
        )
    return np.asarray(np.linalg.inv(H))


def surgeon_saliencies(H: Array, w: Array) -> Array:
    """Optimal Brain Surgeon, $w_j^2/(2[H^{-1}]_{jj})$ for every weight: (d,). ``H``: (d, d), positive definite.

    Raises ValueError where H has no inverse to speak of, and where it has none.
    """
    inverse = np.diag(_inverse(H))
    return np.asarray(function_of(surgeon.surgeon_saliency, names.inverse_entry, names.w_j)(inverse, w))


def surgeon_change(H: Array, w: Array, removed: Sequence[int]) -> Array:
    """$-[H^{-1}]_{:P}([H^{-1}]_{PP})^{-1}w_P$: the best change of all weights that removes P, (d,)."""
    chosen = _indices("removed", removed, len(w))
    inverse = _inverse(H)
    change = function_of(surgeon.block_update, names.inverse_columns, names.inverse_block, names.w_P)
    return np.asarray(change(inverse[:, chosen], inverse[np.ix_(chosen, chosen)], w[chosen, None]))[:, 0]


def surgeon_cost(H: Array, w: Array, removed: Sequence[int]) -> float:
    """$\\frac12w_P^\\top([H^{-1}]_{PP})^{-1}w_P$: the rise after that change."""
    chosen = _indices("removed", removed, len(w))
    block = _inverse(H)[np.ix_(chosen, chosen)]
    return float(function_of(surgeon.block_square, names.inverse_block, names.w_P)(block, w[chosen, None])[0, 0]) / 2


def refit(X: Array, y: Array, removed: Sequence[int]) -> Array:
    """Least squares on the kept columns, zeros elsewhere: (d,). No inverse Hessian is used."""
    kept = _others(_indices("removed", removed, X.shape[1]), X.shape[1])
    w = np.zeros(X.shape[1])
    if len(kept):
        w[kept] = least_squares(X[:, kept], y)
    return w


def masked_descent(X: Array, y: Array, start: Array, removed: Sequence[int], eta: float, steps: int) -> Array:
    """The loss along gradient descent that leaves the removed weights at zero: (steps + 1,)."""
    eta = validation.number("eta", eta, above=0)
    w = removed_at_once(start, removed)
    mask = removed_at_once(np.ones(X.shape[1]), removed)
    losses = [loss(X, y, w)]
    for _ in range(validation.whole("steps", steps)):
        w = w - eta * mask * (2 * X.T @ (X @ w - y))
        losses.append(loss(X, y, w))
    return np.array(losses)


def order(scores: Array) -> list[int]:
    """Indices from the smallest score to the largest; ties in the order of the indices."""
    return [int(index) for index in np.argsort(scores, kind="stable")]


def greedy_surgeon(X: Array, y: Array) -> list[int]:
    """The order in which Optimal Brain Surgeon removes all weights, one at a time, updating the rest after each."""
    w, gone = least_squares(X, y), []
    kept = list(range(X.shape[1]))
    while kept:
        H = 2 * X[:, kept].T @ X[:, kept]
        first = int(np.argmin(surgeon_saliencies(H, w[kept])))
        w[kept] += surgeon_change(H, w[kept], [first])
        gone.append(kept.pop(first))
    return gone


@dataclass(frozen=True)
class Subsets:
    """Every set of weights, by size: ``sets[k]`` lists those of k weights, ``before[k]`` and ``after[k]`` the rise of
    the loss for each, before and after the kept weights are refitted."""

    sets: tuple[tuple[tuple[int, ...], ...], ...]
    before: tuple[Array, ...]
    after: tuple[Array, ...]

    def best(self, count: int) -> tuple[int, ...]:
        """The set of ``count`` weights that costs least after refitting."""
        return self.sets[count][int(np.argmin(self.after[count]))]


def all_subsets(X: Array, y: Array) -> Subsets:
    """All $2^d$ sets of weights to remove, each pruned and each refitted: the losses are evaluated, not predicted."""
    d = X.shape[1]
    if d > 16:
        raise ValueError(f"X has {d} columns: all 2^{d} sets are too many, 16 columns are the limit")
    w = least_squares(X, y)
    floor = loss(X, y, w)
    sets = tuple(tuple(combinations(range(d), count)) for count in range(d + 1))
    before = tuple(np.array([loss(X, y, removed_at_once(w, P)) - floor for P in group]) for group in sets)
    after = tuple(np.array([loss(X, y, refit(X, y, P)) - floor for P in group]) for group in sets)
    return Subsets(sets, before, after)
