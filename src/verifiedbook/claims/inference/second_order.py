"""Second order: the mean of a smooth function under small bounded noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp

from ..evidence import Verdict
from .rule import Inference, NotApplicable, Premise
from .sums import Sums


@dataclass(frozen=True, eq=False)
class SecondOrder(Inference):
    """$\\mathbb E\\,\\ell(a+\\varepsilon m)=\\ell(a)+$ ``excess`` $+\\,o(\\varepsilon^2)$ for a random, bounded move m.

    ``move`` is $m_j$ in an index j with ``limits``, built of ``noise`` with its mean and variance; ``slope`` and
    ``bend`` name the first and second derivatives of $\\ell$ at a, ``scale`` is $\\varepsilon$. ``printed`` are the two
    sides as the book has them.
    """

    rule: ClassVar[str] = "second order"
    sentence: ClassVar[str] = (
        "Let $\\ell$ be twice continuously differentiable near $a$ and $m$ a bounded random vector. As "
        "$\\varepsilon\\to0$, $\\mathbb E\\,\\ell(a+\\varepsilon m)=\\ell(a)+\\varepsilon\\sum_j\\ell_j\\,\\mathbb "
        "E\\,m_j+\\frac{\\varepsilon^2}2\\sum_{j,k}\\ell_{jk}\\,\\mathbb E\\,m_jm_k+o(\\varepsilon^2)$ with the "
        "derivatives $\\ell_j$, $\\ell_{jk}$ at $a$."
    )
    proof: ClassVar[str] = (
        "By Taylor's theorem $\\ell(a+\\delta)=\\ell(a)+\\sum_j\\ell_j\\delta_j+\\frac12\\sum_{j,k}\\ell_{jk}\\delta_j"
        "\\delta_k+r(\\delta)$ with $|r(\\delta)|\\le\\omega(\\lVert\\delta\\rVert)\\lVert\\delta\\rVert^2$ and "
        "$\\omega(x)\\to0$ as $x\\to0$. If $\\lVert m\\rVert\\le b$, then $|r(\\varepsilon m)|\\le\\omega(\\varepsilon "
        "b)\\,b^2\\varepsilon^2$ whatever $m$ is, so its mean is $o(\\varepsilon^2)$; the mean of the rest is the mean "
        "of a finite sum."
    )
    move: sp.Expr
    limits: tuple[sp.Symbol, Any, Any]
    slope: sp.IndexedBase
    bend: sp.IndexedBase
    scale: sp.Symbol
    excess: sp.Expr
    noise: Mapping[sp.IndexedBase, tuple[Any, Any]]
    printed: tuple[Any, Any] | None = field(default=None, kw_only=True)

    def premises(self) -> list[Premise]:
        if sp.sympify(self.excess / self.scale**2).has(self.scale):
            raise NotApplicable(f"{self.excess} is not of the order of {self.scale}²")
        return [Premise("the mean of the quadratic", self._sums())]

    def _sums(self) -> Sums:
        j, first, last = self.limits
        k = sp.Dummy("k", integer=True)
        moved, again = sp.sympify(self.move), sp.sympify(self.move).subs(j, k)
        quadratic = sp.Sum(self.bend[j, k] * moved * again, (j, first, last), (k, first, last))
        change = self.scale * sp.Sum(self.slope[j] * moved, self.limits) + self.scale**2 / 2 * quadratic
        return Sums(change, self.excess, noise=self.noise)

    def refuted(self) -> Verdict | None:
        """A quadratic function, of which the expansion is all, with another mean."""
        return None if sp.sympify(self.excess / self.scale**2).has(self.scale) else self._sums().refuted()

    def relations(self) -> list[Any]:
        return [] if self.printed is None else [self.printed]

    def conclusion(self) -> str:
        return self._sums().conclusion()
