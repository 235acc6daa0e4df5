"""The ensemble of all masked softmax models."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.derivation import sums
from dltheory.dropout.derivation.symbols import keep
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, Clauses, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Sums

from .instances import HALF

Array = np.ndarray


@claim("thm-dropout-ensemble", source="baldi2014, hinton2012")
def one_softmax_layer_is_the_geometric_mean_of_its_ensemble() -> Clauses:
    """The mean score over masks of any number of features; the softmax of scores that share a constant."""
    W, x, c = sp.IndexedBase("W", real=True), sp.IndexedBase("x", real=True), sp.Symbol("c", integer=True)
    shift, bias = sp.symbols("t b", real=True)
    term = W[c, sums.j] * x[sums.j]
    masked = sp.Sum(sums.N[sums.j] * term, sums.columns) + bias
    mean = sp.Sum(term, sums.columns)
    scores = sp.Matrix(sp.symbols("z_:3", real=True))
    return clauses(
        i=[
            Sums(
                masked,
                keep * mean + bias,
                noise={sums.N: (keep, keep * (1 - keep))},
                given=[keep <= 1],
                near_misses=[
                    NearMiss("unweighted masks", rhs=mean / 2 + bias),
                    NearMiss("weights scaled by p²", rhs=keep**2 * mean + bias),
                    NearMiss("weights not scaled", rhs=mean + bias),
                    NearMiss("the bias is scaled too", rhs=keep * (mean + bias)),
                ],
            ),
            Identity(
                lambda: d.log_softmax(scores.applyfunc(lambda z: z + shift)).applyfunc(sp.exp).applyfunc(sp.simplify),
                lambda: d.log_softmax(scores).applyfunc(sp.exp),
                scope="three classes",
                near_misses=[
                    NearMiss("a factor common to all scores", rhs=lambda: d.log_softmax(2 * scores).applyfunc(sp.exp))
                ],
            ),
            Identity(
                lambda: _symbolic_ensemble(3),
                lambda: keep * sum(sp.symbols("a_:3", real=True)),
                scope="three features, two classes",
                near_misses=[NearMiss("every mask counts the same", lhs=lambda: _symbolic_ensemble(3, HALF))],
            ),
            Agreement(
                lambda W, b, x, keep: run.softmax(keep * (W @ x) + b),
                lambda W, b, x, keep: _ensemble(W, b, x, keep),
                _classifiers,
                near_misses=[
                    NearMiss("arithmetic mean", measure=lambda W, b, x, keep: _ensemble(W, b, x, keep, mean=True)),
                    NearMiss("unweighted masks", measure=lambda W, b, x, keep: _ensemble(W, b, x, None)),
                    NearMiss("weights not scaled", predict=lambda W, b, x, keep: run.softmax(W @ x + b)),
                    NearMiss("the bias is scaled too", predict=lambda W, b, x, keep: run.softmax(keep * (W @ x + b))),
                    NearMiss("a second layer behind a ReLU", **_two_layers()),
                ],
            ),
        ],
        ii=[
            Sums(
                masked,
                mean / 2 + bias,
                noise={sums.N: (HALF, HALF * (1 - HALF))},
                near_misses=[NearMiss("unweighted, the scale is p", rhs=keep * mean + bias)],
            ),
            Agreement(
                lambda W, b, x, keep: run.softmax((W @ x) / 2 + b),
                lambda W, b, x, keep: _ensemble(W, b, x, None),
                _classifiers,
                near_misses=[
                    NearMiss(
                        "unweighted, the scale is p", predict=lambda W, b, x, keep: run.softmax(keep * (W @ x) + b)
                    ),
                ],
            ),
        ],
    )


def _symbolic_ensemble(features: int, weight: sp.Expr | None = None) -> sp.Expr:
    """$\\sum_B\\Pr(B)\\sum_jB_ja_j$ over all masks; with ``weight`` for $p$ in the probabilities."""
    p, differences = keep if weight is None else weight, sp.symbols(f"a_:{features}", real=True)
    return sp.expand(
        sum(
            p ** sum(bits)
            * (1 - p) ** (features - sum(bits))
            * sum(b * a for b, a in zip(bits, differences, strict=True))
            for bits in product((0, 1), repeat=features)
        )
    )


def _classifiers(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=3),
        "x": rng.normal(size=4),
        "keep": float(rng.uniform(0.15, 0.9)),
    }


def _ensemble(W: Array, b: Array, x: Array, keep: float | None, mean: bool = False) -> Array:
    """The normalised mean of all masked outputs; without ``keep`` every mask counts the same."""
    bits, weights = run.all_masks(len(x), 0.5 if keep is None else keep)
    scores = (bits * x) @ W.T + b
    return weights @ run.softmax(scores) if mean else run.geometric_ensemble(scores, weights)


def _two_layers() -> dict[str, Any]:
    """The same with ReLU units $\\max(B_jx_j+\\frac12,0)$ before the softmax layer."""

    def predicted(W: Array, b: Array, x: Array, keep: float) -> Array:
        return run.softmax(W @ np.maximum(keep * x + 0.5, 0) + b)

    def measured(W: Array, b: Array, x: Array, keep: float) -> Array:
        bits, probability = run.all_masks(len(x), keep)
        return run.geometric_ensemble(np.maximum(bits * x + 0.5, 0) @ W.T + b, probability)

    return {"predict": predicted, "measure": measured}
