"""Sentences in print that the near misses of this chapter repeat, each with its cell and with what is true."""

from dltheory.lab.notebooks import notebook

_NOTEBOOK = "How Does Pruning Work, Pruning.ipynb"

TIES = notebook(
    f"{_NOTEBOOK}, Fine-grained Pruning, cells 31 and 36 of 82",
    "“$v_{\\mathrm{thr}}=\\texttt{kthvalue}(Importance,\\#W\\cdot s)$, $M=Importance>v_{\\mathrm{thr}}$”; the code "
    "rounds $\\#W\\cdot s$ to a whole number $m$.",
    "With ties at that threshold more than $m$ weights go, and where a small $s$ rounds to $m=0$ "
    "there is no $m$-th smallest. Keep exactly the $d-m$ largest; which of the tied ones does not matter.",
)
MOST_ARE_ZERO = notebook(
    f"{_NOTEBOOK}, Notes 1.1, cell 28 of 82, on histograms of the dense network",
    "“Most of the values are 0, which means that our weight tensors are quite sparse.”",
    "Their density peaks at zero, which is not the same: most weights are small, and in the trained networks of this "
    "book not one of them is zero before it is pruned.",
)
PER_BATCH = notebook(
    f"{_NOTEBOOK}, fine-tuning, cells 10 and 60 of 82",
    "CosineAnnealingLR(optimizer, num_finetune_epochs) with 5 epochs; train calls scheduler.step() after every batch.",
    "The step size is then 0 after 5 batches, back at its start after 10, and goes up and down until the end; with the "
    "98 batches of its log the five epochs end at 0.65, 0.10, 0.10, 0.65 and 1 times its start. To last 5 epochs it "
    "has to be moved on once an epoch, or to have the length of all batches.",
)
EARLIER_IS_MORE_SENSITIVE = notebook(
    f"{_NOTEBOOK}, notes on the sensitivity scan, cell 50 of 82",
    "“Earlier layers are more sensitive to pruning than subsequent ones.”",
    "On the whole, with exceptions: in its own scan (cell 47), at sparsity 0.9, the fifth convolution falls to "
    "38.78 %, the second to 84.78 % only. Where a layer stands does not decide how much it can spare.",
)
