"""A sensitivity scan: this project's, from the pruned layer on, against the whole network for every point.

    python benchmarks/sensitivity.py [--width 1.0] [--images 500] [--threads 1] [--repeats 3]

Both prune the same layers of the same network to the same sparsities and see the same images in the same batches; the
counts of images classified right must be equal. By multiplications alone the ratio cannot exceed the limit that is
printed; what comes first in a network is slower for each multiplication, so in seconds more is to be had.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from dltheory.compression.experiment import cost
from dltheory.lab.models import VGG
from dltheory.pruning.experiment import masks, sensitivity

SPARSITIES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@torch.no_grad()
def whole_network(model: VGG, images: torch.Tensor, labels: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """The usual scan: prune a layer, evaluate the network on all images, restore the layer."""
    model.eval()
    right: dict[str, tuple[int, ...]] = {}
    for stage in model.stages:
        weight = masks.weight(model, stage)
        original, counts = weight.detach().clone(), []
        for sparsity in SPARSITIES:
            weight.mul_(masks.magnitude_mask(weight, sparsity))
            found = 0
            for start in range(0, len(images), sensitivity.CHUNK):
                logits = model(images[start : start + sensitivity.CHUNK])
                found += int((logits.argmax(1) == labels[start : start + sensitivity.CHUNK]).sum())
            counts.append(found)
            weight.copy_(original)
        right[stage] = tuple(counts)
    return right


def multiplication_limit(model: VGG) -> float:
    """All layers for every point, over the pruned layer and those behind it."""
    macs = [layer.macs for layer in cost.layer_costs(model, model.shape)]
    return len(macs) * sum(macs) / sum(sum(macs[position:]) for position in range(len(macs)))


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What ``work`` returns, and the seconds it takes on the clock and of the processor."""
    start = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - start[0], time.process_time() - start[1]


def main() -> None:
    """Print seconds of either scan, their ratio, and whether the counts are equal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = VGG.of_width((3, 32, 32), options.width).to(memory_format=torch.channels_last)
    images = torch.randn(options.images, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    # a few passes with batch statistics make activations as large as in a trained network, so that predictions differ
    with torch.no_grad():
        model.train()
        for _ in range(3):
            model(images[:100])
        model.eval()
        labels = torch.cat([model(part).argmax(1) for part in images.split(sensitivity.CHUNK)])
    ratios = []
    for _ in range(options.repeats):
        ours, wall, busy = timed(lambda: sensitivity.scan(model, images, labels, SPARSITIES))
        theirs, wall_there, busy_there = timed(lambda: whole_network(model, images, labels))
        if ours.right != theirs:
            raise SystemExit("the two scans do not count the same images")
        ratios.append((wall_there / wall, busy_there / busy))
        print(
            f"{wall:.1f} s against {wall_there:.1f} s, ratio {ratios[-1][0]:.2f}; processor time {busy:.1f} s against "
            f"{busy_there:.1f} s, ratio {ratios[-1][1]:.2f}; counts equal",
            flush=True,
        )
    points = len(SPARSITIES) * len(model.stages)
    wall, busy = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(
        f"width {options.width:g}, {options.images} images, {points} points, {options.threads} thread(s): "
        f"median ratio {wall:.2f}, of processor time {busy:.2f}; "
        f"limit by multiplications {multiplication_limit(model):.2f}"
    )


if __name__ == "__main__":
    main()
