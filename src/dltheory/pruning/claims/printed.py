"""Entries of an inverse as the page prints them: $[H^{-1}]_{jj}$, read as an entry of a matrix."""

from __future__ import annotations

from typing import Any

import sympy as sp

from dltheory.pruning.derivation.symbols import gram_inverse_entry, inverse_entry, noise_variance
from verifiedbook.reading import entry

H, G = sp.symbols("H G")
_NAMES = {
    inverse_entry: entry(1 / H, "jj"),
    gram_inverse_entry: entry(1 / G, "jj"),
    noise_variance: sp.Symbol("sigma_hat", positive=True) ** 2,
}
#: What the letters of such an entry stand for where a page is read.
MATRICES = {"H": H, "G": G, r"\hat\sigma": sp.Symbol("sigma_hat", positive=True)}


def printed(*sides: Any) -> tuple[Any, ...]:
    """The ``sides`` of a relation with every entry of an inverse as an entry; relation signs as they are."""
    return tuple(side if isinstance(side, str) else sp.sympify(side).subs(_NAMES) for side in sides)
