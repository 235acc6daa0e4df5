"""Sentences in print that the near misses of this chapter repeat, each with what is true."""

from dltheory.lab.notebooks import notebook

_PLACE = "How does pruning work"
_WEIGHTS = f"{_PLACE}, pruning of single weights"

TIES = notebook(
    _WEIGHTS,
    "The code: to remove $m$ weights, the mask keeps those whose magnitude exceeds the $m$-th smallest.",
    "With ties at that threshold more than $m$ weights go, and where the sparsity rounds to $m=0$ weights "
    "there is no $m$-th smallest. Keep exactly the $d-m$ largest; which of the tied ones does not matter.",
)
MOST_ARE_ZERO = notebook(
    f"{_PLACE}, distribution of the weights",
    "Most weights are zero.",
    "Their density peaks at zero, which is not the same: most weights are small, and in the trained networks of this "
    "book not one of them is zero before it is pruned.",
)
PER_BATCH = notebook(
    f"{_PLACE}, fine-tuning",
    "The code of the fine-tuning: half a cosine of length 5 is moved on after every batch, to last 5 epochs.",
    "The step size is then 0 after 5 batches, back at its start after 10, and goes up and down until the end. To last "
    "5 epochs it has to be moved on once an epoch, or to have the length of all batches.",
)
EARLIER_IS_MORE_SENSITIVE = notebook(
    f"{_PLACE}, sensitivity scan",
    "Earlier layers are more sensitive to pruning than later ones.",
    "On the whole, with exceptions: in its own scan, at sparsity 0.9, the fifth convolution falls to 38.78 %, the "
    "second to 84.78 % only. Where a layer stands does not decide how much it can spare.",
)
