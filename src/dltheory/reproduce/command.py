"""``python -m dltheory reproduce``: what the command line asks for, and what it prints."""

from __future__ import annotations

from pathlib import Path

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
    if data is not None and dataset != "cifar10":
        raise click.UsageError("--data goes with --dataset cifar10; digits ship with scikit-learn")
    from dltheory.dropout.reproduction import reproduce_cheating_feature

    reproduce_cheating_feature(dataset, data, seeds, device, variants, threads, out)
