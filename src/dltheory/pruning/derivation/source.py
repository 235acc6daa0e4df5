"""What the pruning notebook chooses and prints about weights, as plain numbers; ``compression`` has its network."""

from __future__ import annotations

#: The sparsity of each layer, in tenths.
TENTHS = {
    **{f"conv{position}": tenths for position, tenths in enumerate((4, 5, 6, 6, 6, 7, 7, 7))},
    "classifier": 8,
}
SPARSITIES = {stage: tenths / 10 for stage, tenths in TENTHS.items()}

#: Accuracies of one network on CIFAR-10, as shares of the test images; by what was pruned and when.
ACCURACY = {
    "dense": 0.9295,
    "weights, before": 0.8898,
    "weights, after": 0.9293,
}

#: Its accuracy with one layer alone at sparsity 0.9.
SCAN = {
    **{
        f"conv{position}": value
        for position, value in enumerate((0.3181, 0.8478, 0.7856, 0.5131, 0.3878, 0.8219, 0.8365, 0.9134))
    },
    "classifier": 0.9252,
}
