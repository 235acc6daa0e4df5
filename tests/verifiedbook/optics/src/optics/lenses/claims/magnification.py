"""How large the image is, and what was measured."""

import json
from pathlib import Path

import sympy as sp

from verifiedbook.claims import Exact, ForAll, NearMiss, claim

x = sp.Symbol("x", real=True)


@claim("thm-lens-square", uses=["thm-lens-image"])
def a_square():
    """A square is not negative: $x^2 - 2x + 1 \\ge 0$."""
    return [ForAll([], x**2 - 2 * x + 1 >= 0, near_misses=[NearMiss("strict", then=x**2 - 2 * x + 1 > 0)])]


def _heights():
    from optics.lenses import derivation as d

    assert d.f.is_positive
    folder = Path(__file__).resolve().parents[4] / "results"
    return json.loads((folder / "heights.json").read_text(encoding="utf-8"))["heights"]


@claim("obs-lens-heights")
def heights():
    """Recorded: heights grow."""
    return [
        Exact(lambda: sorted(_heights()), lambda: _heights(), [{}], near_misses=[NearMiss("0", predict=lambda: [0])])
    ]
