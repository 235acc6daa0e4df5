"""What was measured of sharpness along training, and of the Hessian's second term."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.networks.claims import predictions
from dltheory.networks.derivation.symbols import mu
from verifiedbook.claims import Agreement, Clauses, Measured, NearMiss, claim, clauses


@claim("obs-network-sharpness", uses=["thm-network-step-limit"], source="cohen2021")
def sharpness_settles_at_the_line() -> Clauses:
    """Sharpness of full-batch runs settles at the line of its method; the largest eigenvalue itself is checked."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 33,
                lambda: [first < line for first, line in _starts()],
                tolerance=0.0,
                because="every run starts below its line, so the rise is the network's own",
                near_misses=[
                    NearMiss(
                        "every run starts below a third of it", measure=lambda: [3 * f < line for f, line in _starts()]
                    )
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [predictions.PLATEAU] * 33,
                _plateaus,
                tolerance=predictions.PLATEAU_TOLERANCE,
                because="five per cent for each of 33 runs, fixed before them; pilot runs had other seeds",
                near_misses=[
                    NearMiss("2/η for every method", measure=lambda: _plateaus("descent")),
                    NearMiss("momentum's line for Nesterov's form too", measure=lambda: _plateaus("heavy")),
                    NearMiss(
                        "2/α, the line of gradient descent with the same step", measure=lambda: _plateaus("alpha")
                    ),
                    NearMiss("sharpness at the start", measure=lambda: _plateaus(first=True)),
                ],
            )
        ],
        iii=[
            Agreement(
                _top_by_lanczos,
                _top_by_dense,
                [{"seed": seed, "kind": kind} for seed, kind in enumerate(("squared", "cross-entropy"))],
                tolerance=1e-6,
                because="Lanczos to a residual of 1e-4 of the eigenvalue, whose error is the square of that",
                time_limit=60.0,
                near_misses=[
                    NearMiss(
                        "Gauss-Newton in place of the Hessian", measure=lambda **c: _top_by_dense(**c, inner=True)
                    ),
                    NearMiss("three steps of power iteration", predict=lambda **case: _top_by_power(**case)),
                ],
            ),
            Agreement(
                _weights_by_experiment,
                _weights_by_torch,
                [{"beta": 1.0}, {"beta": 0.3}],
                tolerance=1e-10,
                because="fifteen steps of the same arithmetic in another order",
                time_limit=60.0,
                near_misses=[
                    NearMiss("η in place of α", measure=lambda beta: _weights_by_torch(beta, scaled=False)),
                    NearMiss("Nesterov's form", predict=lambda beta: _weights_by_experiment(beta, ahead=True)),
                ],
            ),
        ],
    )


def _full_batch() -> list[dict[str, Any]]:
    from dltheory.networks.experiment.recorded import runs

    return runs("sharpness", "full batch")


def _plateaus(line: str = "own", first: bool = False) -> Any:
    """Mean of sharpness over line in the second half, for every method and seed."""
    import numpy as np

    from dltheory.networks.experiment.sharpness import plateau
    from dltheory.networks.experiment.training import Method

    found = []
    for run in _full_batch():
        for used, values in zip(run["methods"], run["sharpness"], strict=True):
            eta, beta, ahead = used["eta"], used["beta"], used["ahead"]
            lines = {
                "own": Method(eta, beta, ahead).line,
                "descent": 2 / eta,
                "heavy": Method(eta, beta).line,
                "alpha": 2 / (eta * beta),
            }
            row = np.array(values, dtype=float)
            found.append(row[0] / lines[line] if first else plateau(row[None], lines[line])[0])
    return found


def _starts() -> list[tuple[float, float]]:
    return [
        (values[0], used["line"])
        for run in _full_batch()
        for used, values in zip(run["methods"], run["sharpness"], strict=True)
    ]


def _small(seed: int, kind: str) -> tuple[Any, Any]:
    from dltheory.networks.experiment.model import Network, Problem, digits

    network = Network((64, 3, 10))
    return Problem(network, *digits(40), kind), network.first(seed)


def _top_by_lanczos(seed: int, kind: str) -> float:
    from dltheory.networks.experiment import curvature

    return curvature.sharpness(*_small(seed, kind))[0]


def _top_by_dense(seed: int, kind: str, inner: bool = False) -> float:
    import numpy as np

    from dltheory.networks.experiment import curvature

    form = curvature.dense_gauss_newton if inner else curvature.dense_hessian
    return float(np.linalg.eigvalsh(form(*_small(seed, kind)))[-1])


def _weights_by_experiment(beta: float, ahead: bool = False) -> Any:
    """Weights after fifteen steps of the experiment's own momentum; with β = 1 there is nothing to look ahead by."""
    from dltheory.networks.experiment.training import Method, train

    problem, theta = _small(0, "squared")
    return train(problem, [Method(0.2, min(beta, 0.9) if ahead else beta, ahead)], theta[None], 15, 16).last[0].numpy()


def _weights_by_torch(beta: float, scaled: bool = True) -> Any:
    """The same with torch.optim.SGD: learning rate α, momentum μ, no dampening, from rest."""
    import torch

    problem, start = _small(0, "squared")
    theta = start.clone().requires_grad_()
    method = torch.optim.SGD([theta], lr=0.2 * beta if scaled else 0.2, momentum=1 - beta)
    for _ in range(15):
        method.zero_grad()
        problem.loss(theta).backward()
        method.step()
    return theta.detach().numpy()


def _top_by_power(seed: int, kind: str) -> float:
    import torch

    from dltheory.networks.experiment import curvature

    problem, theta = _small(seed, kind)
    product = curvature.hessian_product(problem, theta)
    v = torch.ones_like(theta)
    for _ in range(3):
        v = product(v / v.norm())
    return float(v.norm())


@claim("obs-network-sharpness-limits", uses=["obs-network-sharpness", "thm-network-glm"], source="cohen2021")
def where_sharpness_does_not_settle() -> Clauses:
    """Cross-entropy, few examples in a step, and a memory that is too strong: none of them stays at the line."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 9,
                lambda: _ends_below(predictions.CROSS_ENTROPY_END),
                tolerance=0.0,
                because="cross-entropy: below a tenth of the line after 400 steps, three steps and three seeds",
                near_misses=[NearMiss("below a thousandth", measure=lambda: _ends_below(0.001))],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 6,
                lambda: [value < predictions.MINIBATCH_BELOW for value in _tails("mini-batch")],
                tolerance=0.0,
                because="25 examples in a step: the second half lies more than five per cent below the line",
                near_misses=[
                    NearMiss("below a half", measure=lambda: [value < 0.5 for value in _tails("mini-batch")]),
                    NearMiss(
                        "the full-batch runs", measure=lambda: [value < 0.95 for value in _tails("full batch")[:6]]
                    ),
                ],
            )
        ],
        iii=[
            Measured(
                lambda: [predictions.STRONG_MEMORY_FOUND],
                lambda: [sum(_diverged(run) for run in _of("strong memory")) / 3],
                tolerance=0.0,
                because="μ = 0.9, line 10, starts below half of it",
                changed="all three runs had been predicted to diverge, two do",
                near_misses=[
                    NearMiss("so do the runs of the figure", measure=lambda: [sum(map(_diverged, _full_batch())) / 3])
                ],
            )
        ],
        reads={"iii": [(mu, _memory_of("strong memory"))]},
    )


def _memory_of(kind: str) -> sp.Rational:
    """The memory μ = 1 − β of the runs of a kind, as the record has it."""
    (beta,) = {used["beta"] for run in _of(kind) for used in run["methods"]}
    return sp.Rational(1) - sp.Rational(str(beta))


def _of(kind: str) -> list[dict[str, Any]]:
    from dltheory.networks.experiment.recorded import runs

    return runs("sharpness", kind)


def _ends_below(share: float) -> list[bool]:
    return [
        values[-1] < share * used["line"]
        for run in _of("cross-entropy")
        for used, values in zip(run["methods"], run["sharpness"], strict=True)
    ]


def _tails(kind: str) -> list[float]:
    import numpy as np

    from dltheory.networks.experiment.sharpness import plateau

    return [
        float(plateau(np.array(values, dtype=float)[None], used["line"])[0])
        for run in _of(kind)
        for used, values in zip(run["methods"], run["sharpness"], strict=True)
    ]


def _diverged(run: dict[str, Any]) -> bool:
    """Every method of the run has left the finite numbers, from a start below half its line."""
    return all(
        values[-1] is None and values[0] < used["line"] / 2
        for used, values in zip(run["methods"], run["sharpness"], strict=True)
    )


@claim("obs-network-second-term", uses=["thm-network-glm"])
def second_term() -> Clauses:
    """The share of what Gauss and Newton leave out of the Hessian, along gradient descent."""
    return clauses(
        i=[
            Measured(
                lambda: [1] * 3,
                lambda: [run["relative"][0] > predictions.SECOND_TERM_START for run in _of("second term")],
                tolerance=0.0,
                because="more than a quarter at the start, three seeds",
                near_misses=[
                    NearMiss(
                        "more than the first term", measure=lambda: [r["relative"][0] > 1 for r in _of("second term")]
                    )
                ],
            )
        ],
        ii=[
            Measured(
                lambda: [1] * 3,
                lambda: [run["relative"][-1] < predictions.SECOND_TERM_END for run in _of("second term")],
                tolerance=0.0,
                because="less than a tenth at the end",
                near_misses=[
                    NearMiss(
                        "less than a hundredth", measure=lambda: [r["relative"][-1] < 0.01 for r in _of("second term")]
                    )
                ],
            )
        ],
        iii=[
            Measured(
                lambda: [1] * 3,
                lambda: [abs(run["along"][-1]) < predictions.SECOND_TERM_ALONG for run in _of("second term")],
                tolerance=0.0,
                because="less than two per cent along the sharpest direction at the end",
                near_misses=[
                    NearMiss(
                        "also at the start", measure=lambda: [abs(r["along"][0]) < 0.02 for r in _of("second term")]
                    )
                ],
            )
        ],
    )
