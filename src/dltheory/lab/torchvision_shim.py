"""torchvision beside a CPU build of torch.

The public registry's torchvision is built against CUDA torch. Beside a CPU build its compiled part does not load, and
its import stops at two operators that are then unknown: ``nms`` and ``qnms``, which choose boxes in object detection.
This project uses torchvision's data sets only, so it is enough to declare both operators, without a body.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

_UNUSED = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_declared: list[object] = []  # torch forgets the declarations when this object goes


def torchvision_datasets() -> ModuleType:
    """``torchvision.datasets``, whether or not torchvision's compiled part fits the torch that is installed."""
    try:
        return importlib.import_module("torchvision.datasets")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for signature in _UNUSED:
        library.define(signature)
    _declared.append(library)
    # what the first attempt left half imported would be taken for the whole
    for name in [name for name in sys.modules if name == "torchvision" or name.startswith("torchvision.")]:
        del sys.modules[name]
    return importlib.import_module("torchvision.datasets")
