"""Longer runs of training: sharpness, wide networks and where they end, momentum near a minimum."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dltheory.lab.runs.records import Planned
from dltheory.networks.experiment import ends, linearised, minimum, sharpness
from dltheory.networks.experiment.training import Method, Runs
from dltheory.networks.reproduction.rounding import rounded

SEEDS = range(3)
#: Runs with few examples in a step, with cross-entropy, and with a memory that is too strong.
BATCH = 25
BATCH_METHODS = (Method.with_line(8.0), Method.with_line(10.0))
CROSS_ENTROPY_METHODS = tuple(Method.with_line(line) for line in (0.5, 1.0, 2.0))
CROSS_ENTROPY_STEPS, CROSS_ENTROPY_EVERY = 400, 20
STRONG_MEMORY = Method.with_line(10.0, beta=0.1)
SECOND_TERM_METHOD, SECOND_TERM_TIMES = Method.with_line(8.0), 10
WIDTHS, LINEARISED_SEEDS = (16, 32, 64, 128, 256, 512, 1024, 2048), 5
#: Momentum beside its linear model: widths, and the weight of the new gradient.
MOMENTUM_WIDTHS, MOMENTUM_BETA = (64, 2048), 0.3
END_WIDTHS = (16, 2048)


def sharpness_plan() -> list[Planned]:
    """Every kind of run for every seed; the main runs of all seeds first."""
    kinds = ("full batch", "cross-entropy", "mini-batch", "strong memory", "second term")
    return [Planned(f"{kind}, seed {seed}", {"kind": kind, "seed": seed}) for kind in kinds for seed in SEEDS]


def sharpness_run(kind: str, seed: int) -> dict[str, Any]:
    """One entry of the record: the runs of one kind from one seed."""
    if kind == "second term":
        shares = sharpness.second_term(SECOND_TERM_METHOD, seed, sharpness.STEPS, SECOND_TERM_TIMES)
        return {"kind": kind, "seed": seed} | {name: rounded(values) for name, values in asdict(shares).items()}
    methods, arguments = {
        "full batch": (sharpness.METHODS, {}),
        "cross-entropy": (
            CROSS_ENTROPY_METHODS,
            {"kind": "cross-entropy", "steps": CROSS_ENTROPY_STEPS, "every": CROSS_ENTROPY_EVERY},
        ),
        "mini-batch": (BATCH_METHODS, {"batch": BATCH}),
        "strong memory": ((STRONG_MEMORY,), {"steps": 500}),
    }[kind]
    found: Runs = sharpness.runs(methods, [seed], **arguments)
    return {
        "kind": kind,
        "seed": seed,
        "methods": [asdict(method) | {"line": method.line} for method in methods],
        "times": found.times.tolist(),
        "loss": rounded(found.loss),
        "sharpness": rounded(found.sharpness),
    }


def linearised_plan() -> list[Planned]:
    """Gradient descent at every width, then momentum at some; all seeds of a width are one run."""
    chosen = [(width, 1.0) for width in WIDTHS] + [(width, MOMENTUM_BETA) for width in MOMENTUM_WIDTHS]
    return [Planned(f"width {width}, beta {beta:g}", {"width": width, "beta": beta}) for width, beta in chosen]


def linearised_run(width: int, beta: float) -> dict[str, Any]:
    """One entry of the record: all seeds of one width; of the first seed also the path of six directions."""
    found = linearised.compare(width, range(LINEARISED_SEEDS), beta=beta)
    shown = found[0]
    return {
        "width": width,
        "beta": beta,
        "error": rounded([run.error for run in found]),
        "moved": rounded([run.moved for run in found]),
        "kernel": rounded([run.kernel for run in found]),
        "sigma": rounded([run.sigma for run in found]),
        "half_times": rounded([linearised.half_times(run.residuals) for run in found]),
        "predicted_half_times": rounded([linearised.half_times(run.predicted) for run in found]),
        "times": shown.times[::4].tolist(),
        "residuals": rounded(shown.residuals[::4, :6].T),
        "predicted": rounded(shown.predicted[::4, :6].T),
    }


def minimum_plan() -> list[Planned]:
    """One run a seed."""
    return [Planned(f"seed {seed}", {"seed": seed}) for seed in SEEDS]


def minimum_run(seed: int) -> dict[str, Any]:
    """One entry of the record: rates, transient and noise floor at the minimum that ``seed`` ends in."""
    found = minimum.near(seed)
    return {"seed": seed} | {name: rounded(value) for name, value in asdict(found).items()}


def ends_plan() -> list[Planned]:
    """A narrow and a wide network for every seed."""
    return [
        Planned(f"width {width}, seed {seed}", {"width": width, "seed": seed}) for width in END_WIDTHS for seed in SEEDS
    ]


def ends_run(width: int, seed: int) -> dict[str, Any]:
    """One entry of the record: where descent ends, early stopping beside a ridge, and the weights' coordinates."""
    found = ends.ends(width, seed)
    return {"width": width, "seed": seed} | {name: rounded(value) for name, value in asdict(found).items()}


def first_step_plan() -> list[Planned]:
    """One minimum a seed."""
    return [Planned(f"seed {seed}", {"seed": seed}) for seed in SEEDS]


def first_step_run(seed: int) -> dict[str, Any]:
    """One entry of the record: tuned heavy ball with a shorter first step from both ends of the spectrum."""
    found = minimum.short_first_step(seed)
    return {"seed": seed} | {name: rounded(value) for name, value in asdict(found).items()}
