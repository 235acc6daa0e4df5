"""Seeds, training and evaluation of classifiers on images that lie in memory as one tensor."""

from __future__ import annotations

import math
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

    def optimiser(self, model: nn.Module) -> torch.optim.Optimizer:
        """The method that takes the steps."""
        return torch.optim.SGD(model.parameters(), lr=self.eta)

    def step_size(self, epochs_done: float) -> float:
        """The step size after ``epochs_done`` passes over the data, a fraction of a pass included."""
        return self.eta

    @property
    def mixed_precision(self) -> bool:
        """Whether products are computed in bfloat16."""
        return False


@dataclass(frozen=True)
class MomentumSettings(TrainingSettings):
    """Stochastic gradient descent with momentum, weight decay and a step size that falls from ``eta`` to 0.

    The step size follows half a cosine over all ``epochs`` and starts, if ``warm_up`` is positive, with a straight
    line from 0 over so many epochs. ``memory`` is the share of the old velocity that is kept, $\\mu=1-\\beta$ in the
    book's notation, with steps of size $\\alpha$ = ``eta``. With ``precision="bfloat16"`` activations and products are
    rounded to 8 bits of mantissa (mixed precision, weights stay float32), which halves the time where the processor
    has instructions for it.
    """

    memory: float = 0.9
    decay: float = 5e-4
    warm_up: float = 0.0
    precision: str = "float32"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision is {self.precision!r}; it is 'float32' or 'bfloat16'")
        if not (0 <= self.memory < 1 and self.decay >= 0 and 0 <= self.warm_up < self.epochs):
            raise ValueError(
                f"memory {self.memory}, decay {self.decay} and warm_up {self.warm_up}: memory lies in [0, 1), decay is "
                "at least 0, and the warm-up is shorter than all epochs"
            )

    def optimiser(self, model: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.SGD(model.parameters(), lr=self.eta, momentum=self.memory, weight_decay=self.decay)

    def step_size(self, epochs_done: float) -> float:
        if epochs_done < self.warm_up:
            return self.eta * epochs_done / self.warm_up
        passed = (epochs_done - self.warm_up) / (self.epochs - self.warm_up)
        return self.eta * (1 + math.cos(math.pi * passed)) / 2

    @property
    def mixed_precision(self) -> bool:
        return self.precision == "bfloat16"


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
    *,
    augment: Callable[[torch.Tensor], torch.Tensor] = lambda batch: batch,
    after_step: Callable[[], None] = lambda: None,
    optimiser: torch.optim.Optimizer | None = None,
    epochs_done: int = 0,
) -> list[float]:
    """Train ``model`` in place by cross-entropy; the mean training loss of each epoch comes back.

    ``images``: (n, channels, height, width); ``labels``: (n,). Epochs count from 1 in ``after_epoch(epoch, loss)``.
    ``augment`` changes the images of each batch, ``after_step`` runs when the weights have moved: masks live there.
    An interrupted training goes on with the ``optimiser`` it had and the number of ``epochs_done``.
    Order, masks, ``augment`` and nothing else are random: call it inside :func:`seeded`.
    """
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images and {len(labels)} labels do not fit together")
    optimiser = optimiser or settings.optimiser(model)
    steps = math.ceil(len(images) / settings.batch)
    losses = []
    for epoch in range(epochs_done + 1, settings.epochs + 1):
        model.train()
        total = torch.zeros((), device=images.device)
        for step, chosen in enumerate(batches(len(images), settings.batch)):
            chosen = chosen.to(images.device)
            for group in optimiser.param_groups:
                group["lr"] = settings.step_size(epoch - 1 + step / steps)
            with torch.autocast(images.device.type, torch.bfloat16, enabled=settings.mixed_precision):
                logits = model(augment(taken(images, chosen)))
            loss = functional.cross_entropy(logits.float(), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            after_step()
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


def shifted_and_mirrored(images: torch.Tensor, reach: int = 4) -> torch.Tensor:
    """Each image moved by up to ``reach`` pixels each way, 0 where nothing was, and mirrored half of the time.

    The usual augmentation of CIFAR-10, except that standardised images are filled up with their mean colour, 0, where
    the usual order (first move, then standardise) fills up with black. ``images``: (n, channels, height, width); the
    memory layout stays.
    """
    count, _, height, width = images.shape
    # channels last, so that one pixel is one row of memory
    padded = functional.pad(images, [reach] * 4).permute(0, 2, 3, 1)
    offsets = torch.randint(0, 2 * reach + 1, (2, count, 1), device=images.device)
    rows = offsets[0] + torch.arange(height, device=images.device)
    columns = torch.arange(width, device=images.device).expand(count, width)
    mirrored = torch.rand(count, 1, device=images.device) < 0.5
    columns = offsets[1] + torch.where(mirrored, width - 1 - columns, columns)
    pictures = torch.arange(count, device=images.device)[:, None, None]
    moved = padded[pictures, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    return moved if images.is_contiguous(memory_format=torch.channels_last) else moved.contiguous()


def taken(images: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """``images[chosen]`` in the memory layout of ``images``, which indexing alone does not keep."""
    if images.is_contiguous(memory_format=torch.channels_last) and not images.is_contiguous():
        return images.permute(0, 2, 3, 1)[chosen].permute(0, 3, 1, 2)
    return images[chosen]
