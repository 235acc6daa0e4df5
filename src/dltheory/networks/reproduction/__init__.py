"""The longer runs of the chapter, as ``python -m dltheory reproduce networks`` makes and records them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from dltheory.lab.runs.progress import Means, carry_out_showing, chosen_device, side_by_side
from dltheory.lab.runs.records import Planned, Record, RecordError
from dltheory.networks.experiment import dropout as thinning
from dltheory.networks.experiment import ends, minimum, sharpness
from dltheory.networks.experiment.recorded import FILES
from dltheory.networks.reproduction import noise, surgery, training


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
        training.sharpness_plan,
        training.sharpness_run,
    ),
    "linearised": Part(
        "networks beside their linearisation",
        {"data": "digits", "target": "parity", "examples": 60, "steps": 400, "seeds": training.LINEARISED_SEEDS},
        training.linearised_plan,
        training.linearised_run,
    ),
    "minimum": Part(
        "momentum near a minimum",
        {"data": "digits", "sizes": minimum.NEAR_SIZES, "examples": minimum.NEAR_EXAMPLES, "ridge": minimum.NEAR_RIDGE},
        training.minimum_plan,
        training.minimum_run,
    ),
    "dropout": Part(
        "dropout on hidden layers",
        {"data": "digits", "sizes": thinning.NETWORK.sizes, "examples": 500, "steps": thinning.STEPS},
        noise.dropout_plan,
        noise.dropout_run,
    ),
    "pruning": Part(
        "pruning by curvature",
        {"data": "digits", "sizes": (64, 8, 10), "examples": 300, "ridge": 1e-4},
        surgery.pruning_plan,
        surgery.pruning_run,
    ),
    "blocks": Part(
        "sets of weights of new networks",
        {"data": "digits", "networks": surgery.NEW_NETWORKS, "examples": 300, "ridge": 1e-4},
        surgery.blocks_plan,
        surgery.blocks_run,
    ),
    "ends": Part(
        "where wide networks end",
        {"data": "digits", "target": "parity", "examples": ends.EXAMPLES, "ridge": ends.RIDGE},
        training.ends_plan,
        training.ends_run,
    ),
    "first-step": Part(
        "a shorter first step near a minimum",
        {"data": "digits", "sizes": minimum.NEAR_SIZES, "examples": minimum.NEAR_EXAMPLES, "ridge": minimum.NEAR_RIDGE},
        training.first_step_plan,
        training.first_step_run,
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
