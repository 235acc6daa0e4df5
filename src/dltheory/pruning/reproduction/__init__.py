"""The pruning notebook's tables over several seeds: what ``python -m dltheory reproduce pruning`` runs."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from dltheory.lab.runs.progress import Means, carry_out_showing, chosen_device, refuse_data_of_digits, side_by_side
from dltheory.lab.runs.records import Record, RecordError, believed

from .phases import EXPERIMENT, Place, epochs_of, execute, plan

__all__ = ["pruning", "reproduce_pruning"]


def reproduce_pruning(
    dataset: str,
    data: Path | None,
    width: float,
    seeds: int,
    precision: str,
    epochs: int | None,
    criteria: bool,
    means: Means,
    out: Path,
) -> Record:
    """Do what is missing of the plan, write ``OUT/pruning-DATASET-widthW.json`` and print the tables."""
    from dltheory.compression.experiment.recorded import channel_lines
    from dltheory.lab.images import ImageDataError
    from dltheory.pruning.experiment.checkpoint import CheckpointError
    from dltheory.pruning.figures.tables import print_tables

    console = Console()
    where = Place(dataset, data, width, means.device, precision, epochs, out.absolute() / "checkpoints")
    try:
        with console.status("Reading the images"):
            place = where.workplace()
        settings = {
            "data": place.data.name,
            "width": width,
            "images": [len(part[1]) for part in (place.data.training, place.data.validation, place.data.test)],
            **{name: asdict(getattr(place.recipe, name)) for name in ("training", "tuning")},
        }
        record = Record(out / f"pruning-{dataset}-width{width:g}.json", EXPERIMENT, settings)
        runs = plan(seeds, criteria)
        done = len(runs) - len(record.missing(runs))
        console.print(f"{place.data.name}, width {width:g}: {len(runs)} runs planned, {done} done")
        carry_out_showing(
            console,
            record,
            runs,
            partial(execute, where),
            lambda planned: epochs_of(planned, place.recipe, dataset),
            means,
        )
        with believed(record.path):
            print_tables(console, record, {"test accuracy with channels removed": channel_lines(record.runs)})
    except (ImageDataError, RecordError, CheckpointError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or out}: {error.strerror or error}") from error
    console.print(f"Written to {record.path}; trained networks are in {place.folder}")
    return record


@click.command("pruning")
@click.option("--dataset", type=click.Choice(["digits", "cifar10"]), default="digits", show_default=True)
@click.option(
    "--data", type=click.Path(path_type=Path), help="CIFAR-10: official files, or train/CLASS/* and test/CLASS/*."
)
@click.option(
    "--width",
    type=click.FloatRange(0, 4, min_open=True),
    default=0.25,
    show_default=True,
    help="Factor on the channels of the notebook's network.",
)
@click.option("--seeds", type=click.IntRange(1, 1000), default=3, show_default=True, help="Networks to train.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option(
    "--precision",
    type=click.Choice(["float32", "bfloat16"]),
    default="float32",
    show_default=True,
    help="bfloat16: mixed precision in training, for processors that have instructions for it.",
)
@click.option("--epochs", type=click.IntRange(1), help="Epochs of the first training (15; CIFAR-10: 30).")
@click.option("--criteria/--no-criteria", default=True, show_default=True, help="Compare criteria at last.")
@click.option("--threads", type=click.IntRange(1), help="Threads of each run on a CPU; results depend on it slightly.")
@side_by_side
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def pruning(device: str, jobs: int | None, dask: str | None, threads: int | None, **options: Any) -> None:
    """Weights and channels of a VGG: sensitivity, pruning, fine-tuning, and criteria side by side."""
    refuse_data_of_digits(options["dataset"], options["data"])
    reproduce_pruning(**options, means=Means(chosen_device(device), jobs, dask, threads))
