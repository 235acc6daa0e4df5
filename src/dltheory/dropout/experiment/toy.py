"""The notebook's problem $10w_1 + w_2 = 11$ in all its variants, and descent by signs and by Adam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .covariance import second_moment_operator
from .linear import Array, curvature, mean_path, minimiser, simulate

X = np.array([[10.0, 1.0]])
Y = np.array([11.0])
#: The same with the column of ones that a layer with a bias has.
X_WITH_BIAS = np.array([[10.0, 1.0, 1.0]])
#: The notebook's training.
ETA, STEPS = 1e-3, 1000
#: What the notebook printed: (weights, bias if any).
PUBLISHED = {
    "pseudo-inverse": (1.08910891, 0.10891089),
    "gradient descent, with a bias": (1.0784, 0.1078, 0.1078),
    "dropout 0.5, exact": (0.36666667, 3.66666667),
    "dropout 0.5, batch 1": (0.4911, 3.5101),
    "dropout 0.5, batch 1024": (0.3726, 3.4833),
}


@dataclass(frozen=True)
class Variant:
    """One row of the table: what theory says, what a run or many runs gave, how far runs scatter, what was published.

    ``scatter`` is the standard deviation over runs, 0 for an iteration without noise.
    """

    name: str
    predicted: Array
    measured: Array
    scatter: Array
    published: tuple[float, ...]


def gradient_descent(design: Array, target: Array, eta: float = ETA, steps: int = STEPS) -> Array:
    """Gradient descent on $\\lVert y-Xw\\rVert^2$ from 0."""
    w = np.zeros(design.shape[1])
    for _ in range(steps):
        w = w - 2 * eta * design.T @ (design @ w - target)
    return w


def variants(seed: int, chains: int = 2000) -> list[Variant]:
    """The five rows of the notebook's table, with the scatter that one run cannot show."""
    rng = np.random.default_rng(seed)
    plain = [
        ("pseudo-inverse", np.linalg.pinv(X) @ Y, gradient_descent(X, Y, steps=4000)),
        (
            "gradient descent, with a bias",
            np.linalg.pinv(X_WITH_BIAS) @ Y,
            gradient_descent(X_WITH_BIAS, Y),
        ),
        ("dropout 0.5, exact", np.array([11 / 30, 11 / 3]), minimiser(X, Y, 0.5)),
    ]
    rows = [Variant(name, a, b, np.zeros(len(b)), PUBLISHED[name]) for name, a, b in plain]
    mean = mean_path(X, Y, 0.5, ETA, STEPS)[-1]
    one = simulate(X, Y, 0.5, ETA, STEPS, chains, rng).last
    many = batch_of_copies(0.5, ETA, STEPS, chains, 1024, rng)
    for name, runs in (("dropout 0.5, batch 1", one), ("dropout 0.5, batch 1024", many)):
        rows.append(Variant(name, mean, runs.mean(axis=0), runs.std(axis=0, ddof=1), PUBLISHED[name]))
    return rows


def batch_of_copies(keep: float, eta: float, steps: int, chains: int, batch: int, rng: np.random.Generator) -> Array:
    """:func:`simulate` on the toy problem with ``batch`` copies: (chains, 2).

    How many copies get each of the four masks is one multinomial draw, so no mask is drawn on its own.
    """
    masks = np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) / keep
    probability = [(1 - keep) ** 2, keep * (1 - keep), keep * (1 - keep), keep**2]
    masked = X * masks  # (4, 2)
    w = np.zeros((chains, 2))
    for _ in range(steps):
        share = rng.multinomial(batch, probability, size=chains) / batch
        residual = w @ masked.T - Y
        w = w - 2 * eta * (share * residual) @ masked
    return w


def sweep(keeps: Array, chains: int = 64, seed: int = 0) -> tuple[Array, Array]:
    """Mean and standard deviation over chains of averaged SGD at each keep probability: (len(keeps), 2) each.

    From 0; a first part of each run is forgotten before averaging begins. Small p means strong noise, hence the step.
    """
    rng = np.random.default_rng(seed)
    found = []
    for keep in keeps:
        eta = 0.2 / float(np.linalg.eigvalsh(curvature(X, keep))[-1])
        start = simulate(X, Y, keep, eta, 6000, chains, rng).last
        found.append(simulate(X, Y, keep, eta, 6000, chains, rng, start=start).average)
    return np.array([run.mean(axis=0) for run in found]), np.array([run.std(axis=0, ddof=1) for run in found])


def sign_descent(steps: int, keep: float | None, rng: np.random.Generator, size: float = 0.5) -> Array:
    """Descent by the signs of the gradient with steps ``size``/(t+1), from 0; one mask a step, none if ``keep`` is
    None.

    Returns the whole path, (steps + 1, 2).
    """
    w = np.zeros(2)
    path = [w]
    for t in range(steps):
        mask = np.ones(2) if keep is None else (rng.random(2) < keep) / keep
        masked = X[0] * mask
        w = w - size / (t + 1) * np.sign(masked * (masked @ w - Y[0]))
        path.append(w)
    return np.array(path)


def adam(steps: int, keep: float | None, eta: float = 0.01) -> Array:
    """Adam (Kingma and Ba 2015, default memories) with exact gradients: of the loss, or of dropout's objective.

    Returns the whole path from 0, (steps + 1, 2).
    """
    gram, pull = X.T @ X, X.T @ Y
    if keep is not None:
        gram = gram + (1 - keep) / keep * np.diag(np.diag(gram))
    w, first, second = np.zeros(2), np.zeros(2), np.zeros(2)
    path = [w]
    for t in range(1, steps + 1):
        gradient = 2 * (gram @ w - pull)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        w = w - eta * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        path.append(w)
    return np.array(path)


def scatter_of_one_run(eta: float = ETA, steps: int = STEPS, keep: float = 0.5) -> Array:
    """Predicted standard deviation of $w_t$ from 0 after ``steps`` steps of batch 1: (2,).

    From $\\mathbb E\\,ee^\\top$ with $e_0=-w^\\star$, whose cross terms with the mean are kept, less the mean's square.
    """
    from .covariance import enumerated

    star = minimiser(X, Y, keep)
    A, b, probability = enumerated(X, Y, keep)
    operator, noise = second_moment_operator(X, Y, keep, eta)
    error, moment = -star, np.outer(star, star)
    residual = A @ star - b
    contraction = np.eye(2) - 2 * eta * A
    for _ in range(steps):
        mixed = -2 * eta * np.einsum("m,mab,b,mc->ac", probability, contraction, error, residual)
        moment = (operator @ moment.ravel()).reshape(2, 2) + noise + mixed + mixed.T
        error = np.einsum("m,mab,b->a", probability, contraction, error)
    return np.sqrt(np.diag(moment - np.outer(error, error)))
