"""Numbers as the records of the chapter keep them."""

from __future__ import annotations

from typing import Any

import numpy as np


def rounded(values: Any) -> Any:
    """Six significant digits, and None for what is not finite, which JSON does not know."""
    array = np.asarray(values, dtype=float)
    if array.ndim:
        return [rounded(part) for part in array]
    return float(f"{array:.6g}") if np.isfinite(array) else None
