"""The longer runs of the chapter, as ``python -m dltheory reproduce networks`` makes and records them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console

from dltheory.lab.runs.progress import Means, carry_out_showing, chosen_device, side_by_side
from dltheory.lab.runs.records import Planned, Record, RecordError
from dltheory.networks.experiment import dropout as thinning
from dltheory.networks.experiment import linearised, minimum, sharpness, surgeon
from dltheory.networks.experiment.model import Problem, digits
from dltheory.networks.experiment.recorded import FILES
from dltheory.networks.experiment.training import Method, Runs

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
KEEPS = (0.98, 0.95, 0.9, 0.8, 0.7, 0.5)
PRUNED_KEEPS = (0.9, 0.8, 0.7, 0.5, 0.3)
REMOVED = tuple(range(25, 576, 25))
BLOCKS = (2, 8, 32, 128)


def sharpness_plan() -> list[Planned]:
    """Every kind of run for every seed; the main runs of all seeds first."""
    kinds = ("full batch", "cross-entropy", "mini-batch", "strong memory", "second term")
    return [Planned(f"{kind}, seed {seed}", {"kind": kind, "seed": seed}) for kind in kinds for seed in SEEDS]


def sharpness_run(kind: str, seed: int) -> dict[str, Any]:
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
    found: Runs = sharpness.runs(methods, [seed], **arguments)
    return {
        "kind": kind,
        "seed": seed,
        "methods": [asdict(method) | {"line": method.line} for method in methods],
        "times": found.times.tolist(),
        "loss": _rounded(found.loss),
        "sharpness": _rounded(found.sharpness),
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


def minimum_plan() -> list[Planned]:
    """One run a seed."""
    return [Planned(f"seed {seed}", {"seed": seed}) for seed in SEEDS]


def minimum_run(seed: int) -> dict[str, Any]:
    """One entry of the record: rates, transient and noise floor at the minimum that ``seed`` ends in."""
    found = minimum.near(seed)
    return {"seed": seed} | {name: _rounded(value) for name, value in asdict(found).items()}


def dropout_plan() -> list[Planned]:
    """Both losses for every seed."""
    return [
        Planned(f"{kind}, seed {seed}", {"kind": kind, "seed": seed})
        for kind in ("squared", "cross-entropy")
        for seed in SEEDS
    ]


def dropout_run(kind: str, seed: int) -> dict[str, Any]:
    """One entry: excess and penalty over the rates, then random pruning after training with and without dropout."""
    trained = {keep: thinning.trained([seed], 2, keep, kind)[0] for keep in (1.0, 0.8, 0.5)}
    problem = Problem(thinning.NETWORK, *digits(500), kind)
    layers = {}
    for layer in (1, 2):
        drawn = [thinning.excess(problem, trained[1.0], layer, keep, 60, 1000 + seed) for keep in KEEPS]
        layers[str(layer)] = {
            "excess": _rounded([mean.value for mean in drawn]),
            "error": _rounded([mean.error for mean in drawn]),
            "penalty": _rounded([thinning.penalty(problem, trained[1.0], layer, keep) for keep in KEEPS]),
        }
    pruned = {}
    for trained_keep, theta in trained.items():
        means = [thinning.excess(problem, theta, 2, keep, 100, 2000 + seed, shared=True) for keep in PRUNED_KEEPS]
        pruned[f"{trained_keep:g}"] = {
            "loss": _rounded(float(problem.loss(theta))),
            "rise": _rounded([mean.value for mean in means]),
            "accuracy": _rounded(
                [thinning.accuracy_when_pruned(theta, 2, keep, 50, 3000 + seed) for keep in (1.0, *PRUNED_KEEPS)]
            ),
        }
    single = [thinning.pruned_weights_excess(problem, trained[1.0], keep, 200, 4000 + seed) for keep in KEEPS]
    return {
        "kind": kind,
        "seed": seed,
        "keeps": KEEPS,
        "pruned_keeps": PRUNED_KEEPS,
        "layers": layers,
        "pruned": pruned,
        "weights_removed": _rounded([mean.value for mean in single]),
    }


def pruning_plan() -> list[Planned]:
    """One network a seed."""
    return [Planned(f"seed {seed}", {"seed": seed}) for seed in SEEDS]


def pruning_run(seed: int) -> dict[str, Any]:
    """One entry: single weights, blocks and whole paths, predicted with Gauss-Newton and measured."""
    found = minimum.trained(seed, 1e-4)
    H = surgeon.gauss_newton(found)
    single, exact = surgeon.singles(found, H), surgeon.singles(found, found.hessian)
    greedy = surgeon.greedy_surgeon(found, H, REMOVED[-1])
    places = np.array(REMOVED) - 1
    blocks = {}
    for size in BLOCKS:
        columns = surgeon.block_rises(found, H, surgeon.random_blocks(found, size, 40, seed))
        names = ("damage", "measured_damage", "surgery", "measured_surgery")
        blocks[str(size)] = {name: _rounded(column) for name, column in zip(names, columns, strict=True)}
    return {
        "seed": seed,
        "loss": _rounded(float(found.problem.loss(found.theta))),
        "singles": {name: _rounded(values) for name, values in asdict(single).items()},
        "exact_damage": _rounded(exact.damage),
        "exact_surgery": _rounded(exact.surgery),
        "exact_measured_surgery": _rounded(exact.measured_surgery),
        "blocks": blocks,
        "removed": REMOVED,
        "greedy_predicted": _rounded(greedy.predicted[places]),
        "greedy": _rounded(greedy.measured[places]),
        "surgeon_once": _rounded(surgeon.ranked_once(found, single.surgery, H, REMOVED, adjust=True)),
        "damage_once": _rounded(surgeon.ranked_once(found, single.damage, H, REMOVED, adjust=False)),
        "magnitude": _rounded(surgeon.ranked_once(found, single.size, H, REMOVED, adjust=False)),
    }


@dataclass(frozen=True)
class Part:
    """One record: what it is called inside, what its runs share, which there are, and how one is made."""

    experiment: str
    settings: Mapping[str, Any]
    plan: Callable[[], list[Planned]]
    run: Callable[..., Mapping[str, Any]]


PARTS = {
    "sharpness": Part(
        "sharpness along training",
        {"data": "digits", "sizes": sharpness.NETWORK.sizes, "examples": sharpness.EXAMPLES},
        sharpness_plan,
        sharpness_run,
    ),
    "linearised": Part(
        "networks beside their linearisation",
        {"data": "digits", "target": "parity", "examples": 60, "steps": 400, "seeds": LINEARISED_SEEDS},
        linearised_plan,
        linearised_run,
    ),
    "minimum": Part(
        "momentum near a minimum",
        {"data": "digits", "sizes": minimum.NEAR_SIZES, "examples": minimum.NEAR_EXAMPLES, "ridge": minimum.NEAR_RIDGE},
        minimum_plan,
        minimum_run,
    ),
    "dropout": Part(
        "dropout on hidden layers",
        {"data": "digits", "sizes": thinning.NETWORK.sizes, "examples": 500, "steps": thinning.STEPS},
        dropout_plan,
        dropout_run,
    ),
    "pruning": Part(
        "pruning by curvature",
        {"data": "digits", "sizes": (64, 8, 10), "examples": 300, "ridge": 1e-4},
        pruning_plan,
        pruning_run,
    ),
}


def execute(
    name: str, planned: Planned, earlier: Mapping[str, Mapping[str, Any]], advance: Callable[[], None]
) -> Mapping[str, Any]:
    """One run of a part; no part goes on from earlier runs."""
    outcome = PARTS[name].run(**planned.arguments)
    advance()
    return outcome


def reproduce_part(name: str, means: Means, out: Path) -> Record:
    """Do what is missing of one part and write its file below ``out``."""
    part = PARTS[name]
    try:
        record = Record(out / FILES[name], part.experiment, part.settings)
        carry_out_showing(Console(), record, part.plan(), partial(execute, name), lambda planned: 1, means)
    except RecordError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"--out {out}: {error.strerror or error}") from error
    return record


def _rounded(values: Any) -> Any:
    """Six significant digits, and None for what is not finite, which JSON does not know."""
    array = np.asarray(values, dtype=float)
    if array.ndim:
        return [_rounded(part) for part in array]
    return float(f"{array:.6g}") if np.isfinite(array) else None


@click.command("networks")
@click.option("--part", type=click.Choice([*PARTS, "all"]), default="all", show_default=True, help="Which record.")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads of each run.")
@side_by_side
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def networks(part: str, threads: int, jobs: int | None, dask: str | None, out: Path) -> None:
    """Sharpness along training, wide networks, dropout and pruning of small ones: what the theorems leave of them."""
    for name in PARTS if part == "all" else (part,):
        record = reproduce_part(name, Means(chosen_device("cpu"), jobs, dask, threads), out)
        click.echo(f"written to {record.path}: {len(record.runs)} runs")
