"""Sentences in print that the near misses of this chapter repeat, each with its cell and with what is true."""

from dltheory.lab.notebooks import notebook

_NOTEBOOK = "How Does Pruning Work, Pruning.ipynb"

VALUES_ONLY = notebook(
    f"{_NOTEBOOK}, single weights, output of cells 57 and 61 of 82",
    "“Sparse model has size=11.42 MiB = 32.44% of dense model size”, where the weights that are not zero are counted.",
    "11.42 MiB are the values that are not zero, without their places. With a bit for each weight, which is "
    "enough to read them back, it is 12.52 MiB or 35.56 %; with 32-bit column indices 22.83 MiB.",
)
SMALLER_ACTIVATIONS = notebook(
    f"{_NOTEBOOK}, last notes, cell 82 of 82, and before in cell 34",
    "“the data movement that is reduced by fine-grained pruning, since it leads to smaller activations”",
    "Zeros among the weights change no shape: every activation keeps its size. Only the weights can take fewer "
    "bytes, and only in a sparse format.",
)
FIRST_CHANNELS_REMOVED = notebook(
    f"{_NOTEBOOK}, Ranking Channels by Importance, cell 71 of 82",
    "“removing the first 30% of channels in all layers leads to significant accuracy reduction”",
    "The first channels are kept, as cell 65 says and its code does; the last 30 % are removed.",
)
