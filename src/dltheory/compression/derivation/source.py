"""What the pruning notebook chooses and prints about channels, as plain numbers."""

from __future__ import annotations

#: The fraction of channels removed.
RATIO = 0.3

#: Accuracies of one network on CIFAR-10 without that fraction, as shares of the test images; by order and moment.
ACCURACY = {"first, before": 0.2814, "sorted, before": 0.3681, "sorted, after": 0.9233}

#: Latency of the dense and the pruned network in milliseconds, on an unnamed CPU, one image.
MILLISECONDS = (18.4, 11.0)
