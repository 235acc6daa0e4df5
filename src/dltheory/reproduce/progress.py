"""What all long runs show: a bar over epochs, and the name of the device."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


def epoch_bar(console: Console) -> Progress:
    """A bar over all epochs of all runs, with the time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
    )


def device_name(device: str) -> str:
    """The name of the GPU for ``cuda``, else ``cpu``."""
    import torch

    return torch.cuda.get_device_name() if device == "cuda" else "cpu"
