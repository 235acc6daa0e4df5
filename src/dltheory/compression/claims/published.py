"""Sentences in print that the near misses of this chapter repeat, each with what is true."""

from dltheory.lab.notebooks import notebook

_PLACE = "How does pruning work"
_WEIGHTS = f"{_PLACE}, pruning of single weights"
_CHANNELS = f"{_PLACE}, channel pruning"

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
