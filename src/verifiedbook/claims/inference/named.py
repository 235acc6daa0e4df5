"""Named inequalities: Cauchy–Schwarz, the triangle inequality, arithmetic and geometric means, Rayleigh's quotient."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..evidence import Verdict
from ..wording import number
from .powers_of_index import counterexample
from .rule import Inference, NotApplicable, Plain, Premise
from .sums import EachTerm, same_sum, worked_out

Limits = tuple[sp.Symbol, Any, Any]


@dataclass(frozen=True, eq=False)
class Named(Inference):
    """An instance of an inequality with a name: ``lhs`` ≤ ``rhs`` are its two sides, term for term."""

    lhs: sp.Expr
    rhs: sp.Expr

    @abstractmethod
    def sides(self) -> tuple[sp.Expr, sp.Expr]:
        """The smaller and the larger side that the inequality gives."""

    def premises(self) -> list[Premise]:
        small, large = self.sides()
        return [
            Premise("the smaller side", same_sum(sp.sympify(self.lhs), small)),
            Premise("the larger side", same_sum(sp.sympify(self.rhs), large)),
        ]

    def refuted(self) -> Verdict | None:
        """An instance of two or three terms where the larger side is the smaller one."""
        for length in (1, 2, 3):
            for seed in range(12):
                small, large = worked_out([sp.sympify(self.lhs), sp.sympify(self.rhs)], length, seed)
                if small is not None and large is not None and small > large:
                    told = f"{length} terms: {number(small)} > {number(large)}"
                    return Verdict("fails", "the inequality is false for an instance", told)
        return None

    def relations(self) -> list[Any]:
        return [sp.Le(self.lhs, self.rhs, evaluate=False)]


@dataclass(frozen=True, eq=False)
class CauchySchwarz(Named):
    """$(\\sum_ia_ib_i)^2\\le\\sum_ia_i^2\\sum_ib_i^2$ for ``a`` and ``b``, real summands over ``limits``."""

    rule: ClassVar[str] = "Cauchy–Schwarz"
    sentence: ClassVar[str] = (
        "For real numbers $(\\sum_ia_ib_i)^2\\le\\sum_ia_i^2\\,\\sum_ib_i^2$, with equality if and only if "
        "$\\lambda a_i=\\mu b_i$ for every $i$, with numbers $\\lambda,\\mu$ that are not both 0."
    )
    proof: ClassVar[str] = (
        "$\\sum_ia_i^2\\sum_jb_j^2-(\\sum_ia_ib_i)^2=\\tfrac12\\sum_i\\sum_j(a_ib_j-a_jb_i)^2\\ge0$ (Lagrange's "
        "identity), and this is 0 if and only if all $a_ib_j=a_jb_i$."
    )
    a: sp.Expr
    b: sp.Expr
    limits: Limits

    def sides(self) -> tuple[sp.Expr, sp.Expr]:
        return sp.Sum(self.a * self.b, self.limits) ** 2, sp.Sum(self.a**2, self.limits) * sp.Sum(
            self.b**2, self.limits
        )


@dataclass(frozen=True, eq=False)
class Triangle(Named):
    """$|\\sum_ia_i|\\le\\sum_i|a_i|$ for real summands ``a`` over ``limits``."""

    rule: ClassVar[str] = "triangle inequality"
    sentence: ClassVar[str] = (
        "For real numbers $|\\sum_ia_i|\\le\\sum_i|a_i|$, with equality if and only if no two of them have "
        "opposite signs."
    )
    proof: ClassVar[str] = (
        "From $-|a_i|\\le a_i\\le|a_i|$, summed, $-\\sum|a_i|\\le\\sum a_i\\le\\sum|a_i|$. In $\\sum_i(|a_i|\\mp a_i)$ "
        "every term is at least 0, so one of the two sums is 0 if and only if all its terms are."
    )
    a: sp.Expr
    limits: Limits

    def sides(self) -> tuple[sp.Expr, sp.Expr]:
        return sp.Abs(sp.Sum(self.a, self.limits)), sp.Sum(sp.Abs(self.a), self.limits)


@dataclass(frozen=True, eq=False)
class ArithmeticGeometric(Named):
    """$\\prod_ix_i\\le\\bigl(\\tfrac1k\\sum_ix_i\\bigr)^k$ for k ``terms`` that are at least 0 under ``given``."""

    rule: ClassVar[str] = "arithmetic and geometric mean"
    sentence: ClassVar[str] = (
        "For $x_1,\\dots,x_k\\ge0$, $\\;x_1\\cdots x_k\\le\\bigl(\\tfrac1k(x_1+\\dots+x_k)\\bigr)^k$, with equality if "
        "and only if all are equal."
    )
    proof: ClassVar[str] = (
        "Let $m$ be the mean. If $m=0$ all are 0. Otherwise $u\\le e^{u-1}$, with equality only at $u=1$, for each "
        "$u=x_i/m$; the product of the $k$ inequalities has $\\prod x_i/m^k$ on the left and $e^{\\sum x_i/m-k}=1$ on "
        "the right, and it is strict unless every $x_i=m$ (if some $x_i=0$ the left side is 0)."
    )
    terms: Sequence[sp.Expr]
    given: Sequence[Boolean] = ()

    def sides(self) -> tuple[sp.Expr, sp.Expr]:
        return sp.Mul(*self.terms), (sp.Add(*self.terms) / len(self.terms)) ** len(self.terms)

    def premises(self) -> list[Premise]:
        if not self.terms:
            raise NotApplicable("there is no number")
        at_least_0 = sp.And(*(sp.sympify(term) >= 0 for term in self.terms))
        return [Premise("no term below 0", Plain(self.given, at_least_0)), *super().premises()]

    def refuted(self) -> Verdict | None:
        found = counterexample(self.given, sp.sympify(self.lhs) <= sp.sympify(self.rhs))
        return None if found is None else Verdict("fails", "the inequality is false at a point", found)


def rayleigh(values: sp.Indexed, parts: sp.Indexed, limits: Limits, largest: sp.Expr, **more: Any) -> EachTerm:
    """$v^\\top Gv\\le\\ell\\,v^\\top v$ along eigenvectors: ``largest`` bounds the eigenvalues ``values`` of G.

    ``parts`` are the coordinates of v, for which $v^\\top Gv=\\sum_i\\lambda_iv_i^2$. For the lower bound change the
    signs of both sides.
    """
    return EachTerm(values * parts**2, largest * parts**2, limits, given=[sp.Le(values, largest)], **more)
