"""Checks of arguments: a bad one is reported in one sentence with its name, its value and what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def matrix(name: str, value: ArrayLike) -> Array:
    """``value`` as an (n, d) array of finite numbers with at least one row and one column; ValueError otherwise."""
    array = _finite(name, value)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}: it must be a matrix with at least one row and one column")
    return array


def vector(name: str, value: ArrayLike, length: int) -> Array:
    """``value`` as an array of finite numbers of shape (length,); ValueError otherwise."""
    array = _finite(name, value)
    if array.shape != (length,):
        raise ValueError(f"{name} has shape {array.shape}: it must have shape ({length},)")
    return array


def number(
    name: str, value: Any, *, above: float | None = None, at_least: float | None = None, below: float | None = None
) -> float:
    """``value`` as a finite float within the stated bounds; ValueError otherwise."""
    wanted = [
        *([f"above {above:g}"] if above is not None else []),
        *([f"at least {at_least:g}"] if at_least is not None else []),
        *([f"below {below:g}"] if below is not None else []),
    ]
    allowed = f"it must be a finite number{' ' if wanted else ''}{' and '.join(wanted)}"
    if isinstance(value, bool | str) or np.ndim(value) != 0:
        raise ValueError(f"{name} = {value!r}: {allowed}")
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {value!r}: {allowed}") from None
    inside = np.isfinite(result)
    inside = inside and (above is None or result > above)
    inside = inside and (at_least is None or result >= at_least)
    inside = inside and (below is None or result < below)
    if not inside:
        raise ValueError(f"{name} = {result:g}: {allowed}")
    return result


def whole(name: str, value: Any, *, at_least: int = 0) -> int:
    """``value`` as an int of at least ``at_least``; ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < at_least:
        raise ValueError(f"{name} = {value!r}: it must be a whole number of at least {at_least}")
    return int(value)


def _finite(name: str, value: ArrayLike) -> Array:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not an array of numbers") from None
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).sum())
        raise ValueError(
            f"{name} has {bad} entr{'y' if bad == 1 else 'ies'} that are NaN or infinite: all must be finite"
        )
    return array
