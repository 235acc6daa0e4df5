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
