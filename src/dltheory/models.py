"""Networks that several chapters train."""

from __future__ import annotations

import torch
from torch import nn


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
        if not 0 < keep <= 1:
            raise ValueError(f"keep is {keep}; a keep probability lies in (0, 1]")
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
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(), nn.Dropout(1 - keep)]
