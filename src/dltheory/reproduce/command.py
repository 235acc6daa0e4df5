"""``python -m dltheory reproduce``: what the command line asks for, and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.group()
def reproduce() -> None:
    """Repeat a long experiment: resumes after an interruption, writes JSON, prints published and reproduced numbers."""


@reproduce.command("dropout")
@click.option("--dataset", type=click.Choice(["digits", "cifar10"]), default="digits", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder or archive with train/CLASS/* and test/CLASS/*.")
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, show_default=True, help="Seeds of each variant.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option(
    "--variants",
    type=click.Choice(["published", "relu", "all"]),
    default="all",
    show_default=True,
    help="The two published settings; those with and without the ReLU; dropout 0, 0.25, 0.5, 0.75 with and without.",
)
@click.option("--threads", type=click.IntRange(1), help="Threads of torch on a CPU; results depend on it slightly.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def dropout(
    dataset: str, data: Path | None, seeds: int, device: str, variants: str, threads: int | None, out: Path
) -> None:
    """The cheating feature: four pixels that give the label away, with and without dropout."""
    _refuse_data_of_digits(dataset, data)
    from dltheory.dropout.reproduction import reproduce_cheating_feature

    reproduce_cheating_feature(dataset, data, seeds, device, variants, threads, out)


@reproduce.command("pruning")
@click.option("--dataset", type=click.Choice(["digits", "cifar10"]), default="digits", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder or archive with train/CLASS/* and test/CLASS/*.")
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
@click.option("--threads", type=click.IntRange(1), help="Threads of torch on a CPU; results depend on it slightly.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def pruning(**options: Any) -> None:
    """Weights and channels of a VGG: sensitivity, pruning, fine-tuning, and criteria side by side."""
    _refuse_data_of_digits(options["dataset"], options["data"])
    from dltheory.pruning.reproduction import reproduce_pruning

    reproduce_pruning(**options)


def _refuse_data_of_digits(dataset: str, data: Path | None) -> None:
    if data is not None and dataset != "cifar10":
        raise click.UsageError("--data goes with --dataset cifar10; digits ship with scikit-learn")


@reproduce.command("speed")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads of torch.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def speed(threads: int, out: Path) -> None:
    """Time pruned networks and sparse products on this machine, beside the latency model; leave it idle meanwhile."""
    from dltheory.pruning.speed import reproduce_speed

    reproduce_speed(threads, out)
