"""Sentences in print that the near misses of this chapter repeat, each with what is true."""

from dltheory.notebooks import notebook

_PLACE = "How does pruning work"
_WEIGHTS = f"{_PLACE}, pruning of single weights"
_CHANNELS = f"{_PLACE}, channel pruning"

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
    "Not in its own scan: at sparsity 0.9 the fifth convolution falls to 38.78 %, the second to 84.78 % only.",
)
VALUES_ONLY = notebook(
    _WEIGHTS,
    "The table: the pruned network has a size of 11.42 MiB, 32.44 % of the dense one.",
    "11.42 MiB are the values that are not zero, without their places. With a bit for each weight, which is "
    "enough to read them back, it is 12.52 MiB or 35.56 %; with 32-bit column indices 22.83 MiB.",
)
SMALLER_ACTIVATIONS = notebook(
    _WEIGHTS,
    "Fine-grained pruning leads to smaller activations.",
    "Zeros among the weights change no shape: every activation keeps its size. Only the weights can take fewer "
    "bytes, and only in a sparse format.",
)
FIRST_CHANNELS_REMOVED = notebook(
    _CHANNELS,
    "With a channel ratio of 0.3 the first 30 % of the channels are removed.",
    "The first channels are kept and the last 30 % are removed.",
)
