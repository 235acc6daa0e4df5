"""Seeds, training and evaluation of classifiers on images that lie in memory as one tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional


@dataclass(frozen=True)
class TrainingSettings:
    """Plain stochastic gradient descent: passes over the data, images a step, step size."""

    epochs: int
    batch: int = 64
    eta: float = 3e-3

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 1:
            raise ValueError(f"epochs and batch must be at least 1, not {self.epochs} and {self.batch}")
        if not self.eta > 0:
            raise ValueError(f"eta is {self.eta}; a step size is positive")


@dataclass(frozen=True)
class Evaluation:
    """Mean cross-entropy, share of images classified right, and how many images each class was predicted for."""

    loss: float
    accuracy: float
    predicted: tuple[int, ...]


@contextmanager
def seeded(seed: int, device: str | torch.device = "cpu") -> Iterator[None]:
    """All of torch's randomness inside comes from ``seed``; outside nothing changes.

    Weights, the order of batches and dropout masks then repeat on the same device, torch and number of threads.
    """
    devices = [torch.device(device)] if torch.device(device).type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield


def batches(count: int, size: int) -> Iterator[torch.Tensor]:
    """Positions of one pass over ``count`` images in random order, ``size`` at a time; the last may be fewer."""
    order = torch.randperm(count)
    for start in range(0, count, size):
        yield order[start : start + size]


def train(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    settings: TrainingSettings,
    after_epoch: Callable[[int, float], None] = lambda epoch, loss: None,
) -> list[float]:
    """Train ``model`` in place by cross-entropy; the mean training loss of each epoch comes back.

    ``images``: (n, channels, height, width); ``labels``: (n,). Epochs count from 1 in ``after_epoch(epoch, loss)``.
    Order, masks and nothing else are random: call it inside :func:`seeded`.
    """
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images and {len(labels)} labels do not fit together")
    optimiser = torch.optim.SGD(model.parameters(), lr=settings.eta)
    losses = []
    for epoch in range(1, settings.epochs + 1):
        model.train()
        total = torch.zeros((), device=images.device)
        for chosen in batches(len(images), settings.batch):
            chosen = chosen.to(images.device)
            loss = functional.cross_entropy(model(_take(images, chosen)), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.detach() * len(chosen)
        losses.append(float(total) / len(images))
        after_epoch(epoch, losses[-1])
    return losses


@torch.no_grad()
def outputs(
    model: nn.Module, images: torch.Tensor, of: Callable[[torch.Tensor], torch.Tensor] | None = None
) -> torch.Tensor:
    """``model`` (or one of its methods, ``of``) on all images without dropout: (n, classes)."""
    model.eval()
    function = of or model
    # 500 images at a time stay in a CPU's cache; all at once take twice as long
    return torch.cat([function(images[start : start + 500]) for start in range(0, len(images), 500)])


def evaluate(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> Evaluation:
    """How ``model`` classifies the images; ties go to the first class, as in argmax."""
    logits = outputs(model, images)
    predicted = logits.argmax(dim=1)
    counts = torch.bincount(predicted, minlength=logits.shape[1])
    return Evaluation(
        float(functional.cross_entropy(logits, labels)),
        float((predicted == labels).double().mean()),
        tuple(counts.tolist()),
    )


def _take(images: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """``images[chosen]`` in the memory layout of ``images``, which indexing alone does not keep."""
    if images.is_contiguous(memory_format=torch.channels_last) and not images.is_contiguous():
        return images.permute(0, 2, 3, 1)[chosen].permute(0, 3, 1, 2)
    return images[chosen]
