"""Networks that several chapters train."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class InvertedDropout(nn.Module):
    """Each entry is multiplied by $B/p$, $B$ Bernoulli($p$), in training; nothing happens in evaluation.

    The same distribution as ``nn.Dropout(1 - p)``. Where $p$ is a multiple of 1/256 one random byte decides for each
    entry, and eight of them come from one draw: on a CPU that takes a seventh of the time of a draw for each entry,
    which was a third of an epoch.
    """

    def __init__(self, keep: float) -> None:
        super().__init__()
        if not 0 < keep <= 1:
            raise ValueError(f"keep is {keep}; a keep probability lies in (0, 1]")
        self.keep = keep

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        if not self.training or self.keep == 1:
            return inputs
        threshold = 256 * self.keep
        dense = inputs.is_contiguous() or inputs.is_contiguous(memory_format=torch.channels_last)
        if threshold != int(threshold) or not dense:
            return functional.dropout(inputs, 1 - self.keep)
        words = torch.empty((inputs.numel() + 7) // 8, dtype=torch.int64, device=inputs.device)
        drawn = words.random_(-(2**63), None).view(torch.uint8)[: inputs.numel()]
        kept = drawn.as_strided(inputs.shape, inputs.stride()) < threshold
        return inputs * kept.to(inputs.dtype).mul_(1 / self.keep)


class DropoutNetwork(nn.Module):
    """The dropout notebook's network: two convolutions of 16 and 32 channels and one linear layer.

    Each convolution (3x3, same padding) is followed by 2x2 max pooling, ReLU and inverted dropout with keep
    probability ``keep``. Input (n, channels, height, width) with height and width divisible by 4; output (n, classes)
    logits. ``relu_on_logits`` puts a ReLU behind the linear layer, as the notebook does.

    Differs from the source: no log-softmax at the end, because the cross-entropy applies one and a second one changes
    nothing; and ``keep`` is the probability to keep, where the source takes the probability to drop.
    """

    def __init__(
        self, shape: tuple[int, int, int], classes: int = 10, keep: float = 1.0, relu_on_logits: bool = True
    ) -> None:
        super().__init__()
        channels, height, width = shape
        if height % 4 or width % 4:
            raise ValueError(f"images of {height}x{width} pixels cannot be halved twice; use multiples of 4")
        self.features = nn.Sequential(*_block(channels, 16, keep), *_block(16, 32, keep), nn.Flatten())
        self.linear = nn.Linear(32 * (height // 4) * (width // 4), classes)
        self.relu_on_logits = relu_on_logits

    def scores(self, images: torch.Tensor) -> torch.Tensor:
        """The linear layer's output, before any ReLU: (n, classes)."""
        return self.linear(self.features(images))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        scores = self.scores(images)
        return scores.relu() if self.relu_on_logits else scores


def _block(inputs: int, outputs: int, keep: float) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(inplace=True), InvertedDropout(keep)]


#: The pruning notebook's network: output channels of each convolution; 2x2 max pooling after these positions.
VGG_CHANNELS = (64, 128, 256, 256, 512, 512, 512, 512)
VGG_POOLED = (1, 3, 5, 7)


class VGG(nn.Module):
    """The pruning notebook's network: eight 3x3 convolutions, each with batch norm and ReLU, and one linear layer.

    2x2 max pooling follows convolutions 1, 3, 5 and 7 (counted from 0) as long as the image is larger than one pixel;
    then comes the mean over the remaining pixels. Convolutions have no bias. ``channels`` are the output channels of
    the convolutions; :meth:`of_width` scales the notebook's. Input (n, channels, height, width), output (n, classes)
    logits. Children are named ``conv0``, ``norm0``, ... and ``classifier``.
    """

    def __init__(self, shape: tuple[int, int, int], classes: int = 10, channels: tuple[int, ...] = VGG_CHANNELS):
        super().__init__()
        if len(channels) != len(VGG_CHANNELS) or min(channels) < 1:
            raise ValueError(f"channels is {channels}; it needs {len(VGG_CHANNELS)} positive numbers")
        self.shape, self.classes, self.channels = tuple(shape), classes, tuple(channels)
        inputs, *size = shape
        self.pooled: list[int] = []
        for position, outputs in enumerate(channels):
            self.add_module(f"conv{position}", nn.Conv2d(inputs, outputs, 3, padding=1, bias=False))
            self.add_module(f"norm{position}", nn.BatchNorm2d(outputs))
            inputs = outputs
            if position in VGG_POOLED and min(size) > 1:
                self.pooled.append(position)
                size = [side // 2 for side in size]
        self.classifier = nn.Linear(inputs, classes)

    @classmethod
    def of_width(cls, shape: tuple[int, int, int], width: float = 1.0, classes: int = 10) -> VGG:
        """The network with the notebook's channels times ``width``, rounded, at least one each."""
        if not 0 < width <= 4:
            raise ValueError(f"width is {width}; it lies in (0, 4]")
        return cls(shape, classes, tuple(max(1, round(width * count)) for count in VGG_CHANNELS))

    @property
    def stages(self) -> tuple[str, ...]:
        """The layers with weights, from the input to the output: ``conv0`` ... ``conv7``, ``classifier``."""
        return (*(f"conv{position}" for position in range(len(self.channels))), "classifier")

    def stage(self, name: str, activations: torch.Tensor) -> torch.Tensor:
        """One stage: a convolution with what follows it up to the next one, or the mean and the linear layer."""
        if name == "classifier":
            return self.classifier(activations.mean((2, 3)))
        position = int(name.removeprefix("conv"))
        activations = self.get_submodule(name)(activations)
        activations = functional.relu(self.get_submodule(f"norm{position}")(activations), inplace=True)
        return functional.max_pool2d(activations, 2) if position in self.pooled else activations

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        for name in self.stages:
            images = self.stage(name, images)
        return images
