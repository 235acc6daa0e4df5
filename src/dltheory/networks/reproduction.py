"""The longer runs of the chapter, as ``python -m dltheory reproduce networks`` makes and records them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from dltheory.networks.experiment import linearised, sharpness
from dltheory.networks.experiment.training import Method, Runs
from dltheory.reproduce.progress import carry_out_showing, prepared_device
from dltheory.reproduce.records import RESULTS, Planned, Record, read

SHARPNESS, LINEARISED = "networks-sharpness.json", "networks-linearised.json"
SEEDS = 3
WIDTHS, LINEARISED_SEEDS = (16, 32, 64, 128, 256, 512, 1024, 2048), 5
#: Momentum beside its linear model: widths, and the weight of the new gradient.
MOMENTUM_WIDTHS, MOMENTUM_BETA = (64, 2048), 0.3
#: Runs with few examples in a step, with cross-entropy, and with a memory that is too strong.
BATCH = 25
BATCH_METHODS = (Method.with_line(8.0), Method.with_line(10.0))
CROSS_ENTROPY_METHODS = tuple(Method.with_line(line) for line in (0.5, 1.0, 2.0))
CROSS_ENTROPY_STEPS, CROSS_ENTROPY_EVERY = 400, 20
STRONG_MEMORY = Method.with_line(10.0, beta=0.1)
SECOND_TERM_METHOD, SECOND_TERM_TIMES = Method.with_line(8.0), 10


def sharpness_plan(seeds: int) -> list[Planned]:
    """Every kind of run for every seed; the main runs of all seeds first."""
    kinds = ("full batch", "cross-entropy", "mini-batch", "strong memory", "second term")
    return [Planned(f"{kind}, seed {seed}", {"kind": kind, "seed": seed}) for kind in kinds for seed in range(seeds)]


def sharpness_run(kind: str, seed: int, after: Callable[[int], None] = lambda step: None) -> dict[str, Any]:
    """One entry of the record: the runs of one kind from one seed."""
    if kind == "second term":
        shares = sharpness.second_term(SECOND_TERM_METHOD, seed, sharpness.STEPS, SECOND_TERM_TIMES)
        return {"kind": kind, "seed": seed} | {name: _rounded(values) for name, values in asdict(shares).items()}
    methods, arguments = {
        "full batch": (sharpness.METHODS, {}),
        "cross-entropy": (
            CROSS_ENTROPY_METHODS,
            {"kind": "cross-entropy", "steps": CROSS_ENTROPY_STEPS, "every": CROSS_ENTROPY_EVERY},
        ),
        "mini-batch": (BATCH_METHODS, {"batch": BATCH}),
        "strong memory": ((STRONG_MEMORY,), {"steps": 500}),
    }[kind]
    found: Runs = sharpness.runs(methods, [seed], after=after, **arguments)
    return {
        "kind": kind,
        "seed": seed,
        "methods": [asdict(method) | {"line": method.line} for method in methods],
        "times": found.times.tolist(),
        "loss": _rounded(found.loss),
        "sharpness": _rounded(found.sharpness),
    }


def _rounded(values: Any) -> Any:
    """Six significant digits, and None for what is not finite, which JSON does not know."""
    array = np.asarray(values, dtype=float)
    if array.ndim:
        return [_rounded(part) for part in array]
    return float(f"{array:.6g}") if np.isfinite(array) else None


def reproduce_sharpness(seeds: int, threads: int | None, out: Path) -> Record:
    """Do what is missing of the plan and write ``OUT/networks-sharpness.json``."""
    settings = {"data": "digits", "sizes": list(sharpness.NETWORK.sizes), "examples": sharpness.EXAMPLES}
    record = Record(out / SHARPNESS, "sharpness along training", settings)
    return _carried_out(record, sharpness_plan(seeds), sharpness_run, threads)


def recorded_sharpness() -> dict[str, dict[str, Any]]:
    """The committed runs by key. Raises RecordError where there are none."""
    return read(RESULTS / SHARPNESS)["runs"]


def linearised_plan(widths: Sequence[int] = WIDTHS) -> list[Planned]:
    """Gradient descent at every width, then momentum at some; all seeds of a width are one run."""
    chosen = [(width, 1.0) for width in widths] + [(width, MOMENTUM_BETA) for width in MOMENTUM_WIDTHS]
    return [Planned(f"width {width}, beta {beta:g}", {"width": width, "beta": beta}) for width, beta in chosen]


def linearised_run(width: int, beta: float, seeds: int = LINEARISED_SEEDS) -> dict[str, Any]:
    """One entry of the record: all seeds of one width; of the first seed also the path of six directions."""
    found = linearised.compare(width, range(seeds), beta=beta)
    shown = found[0]
    return {
        "width": width,
        "beta": beta,
        "error": _rounded([run.error for run in found]),
        "moved": _rounded([run.moved for run in found]),
        "kernel": _rounded([run.kernel for run in found]),
        "sigma": _rounded([run.sigma for run in found]),
        "half_times": _rounded([linearised.half_times(run.residuals) for run in found]),
        "predicted_half_times": _rounded([linearised.half_times(run.predicted) for run in found]),
        "times": shown.times[::4].tolist(),
        "residuals": _rounded(shown.residuals[::4, :6].T),
        "predicted": _rounded(shown.predicted[::4, :6].T),
    }


def reproduce_linearised(threads: int | None, out: Path) -> Record:
    """Do what is missing of the plan and write ``OUT/networks-linearised.json``."""
    settings = {"data": "digits", "target": "parity", "examples": 60, "steps": 400, "seeds": LINEARISED_SEEDS}
    return _carried_out(
        Record(out / LINEARISED, "networks beside their linearisation", settings),
        linearised_plan(),
        linearised_run,
        threads,
    )


def _carried_out(
    record: Record, plan: list[Planned], run: Callable[..., Mapping[str, Any]], threads: int | None
) -> Record:
    """``record`` with every run of ``plan``."""
    where = prepared_device("cpu", threads)

    def execute(planned: Planned, advance: Callable[[], None]) -> Mapping[str, Any]:
        outcome = run(**planned.arguments)
        advance()
        return outcome

    carry_out_showing(Console(), record, plan, execute, lambda planned: 1, where)
    return record
