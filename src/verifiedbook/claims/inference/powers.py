"""Powers: what becomes of c^t, and of the powers of a 2x2 matrix, as t grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Verdict
from .powers_of_index import counterexample
from .rule import Inference, NotApplicable, Plain, Premise

Fate = Literal["vanish", "persist", "stay", "alternate", "grow"]


@dataclass(frozen=True, eq=False)
class Powers(Inference):
    """Under ``given`` the powers of every one of ``factors`` meet the same ``fate``.

    *vanish*: $c^t\\to0$; *persist*: $c^t\\not\\to0$; *stay*: $c^t=1$; *alternate*: $c^t=(-1)^t$; *grow*:
    $|c|^t\\to\\infty$. With ``exactly`` they all vanish if ``exactly`` holds, and not all do where it does not. The
    factors are those of all directions, or of one with ``given`` saying which; their largest modulus meets the same
    fate.
    """

    rule: ClassVar[str] = "powers of a factor"
    sentence: ClassVar[str] = (
        "If $|c|<1$ then $c^t\\to0$ as $t\\to\\infty$, and if $|c|\\ge1$ it does not; if $c=1$ then $c^t=1$; if $c=-1$ "
        "then $c^t=(-1)^t$; if $|c|>1$ then $|c|^t\\to\\infty$. Of finitely many factors, all powers vanish if and "
        "only if every factor lies strictly between $-1$ and $1$."
    )
    proof: ClassVar[str] = (
        "For $|c|>1$ write $|c|=1+r$; by Bernoulli's inequality $(1+r)^t\\ge1+tr$, which exceeds every bound. For "
        "$0<|c|<1$ this applies to $1/|c|$, and $c=0$ is plain. For $|c|\\ge1$, $|c^t|\\ge1$ for every $t$. A maximum "
        "of finitely many sequences tends to 0 if and only if each of them does."
    )
    factors: Any
    fate: Fate = "vanish"
    given: Sequence[Boolean] = ()
    exactly: Boolean | None = None
    index: sp.Symbol = sp.Symbol("t", integer=True, nonnegative=True)  # noqa: RUF009

    def premises(self) -> list[Premise]:
        factors = self._factors()
        if not factors:
            raise NotApplicable("there is no factor")
        if any(factor.has(self.index) for factor in factors):
            raise NotApplicable(f"the factor depends on {self.index}")
        if self.exactly is None:
            return [Premise("the factor", Plain(self.given, self._needed()))]
        if self.fate != "vanish":
            raise NotApplicable("only where powers vanish has an exact condition")
        below = sp.And(*(_below_one(factor) for factor in factors))
        return [
            Premise("every factor below 1 there", Plain([*self.given, self.exactly], below)),
            Premise("and nowhere else", Plain([*self.given, below], self.exactly)),
        ]

    def refuted(self) -> Verdict | None:
        """A point where the factor is not as the fate needs it: there the powers meet another one."""
        pairs = [(self.given, self._needed())]
        if self.exactly is not None:
            below = sp.And(*(_below_one(factor) for factor in self._factors()))
            pairs = [([*self.given, self.exactly], below), ([*self.given, below], self.exactly)]
        for given, then in pairs:
            if (found := counterexample(given, then)) is not None:
                return Verdict("fails", f"powers do not {self.fate} there", found)
        return None

    def _factors(self) -> list[sp.Expr]:
        listed = self.factors if isinstance(self.factors, list | tuple) else [self.factors]
        return [sp.sympify(factor) for factor in listed]

    def _needed(self) -> Boolean:
        return sp.And(*(self._meets(factor) for factor in self._factors()))

    def _meets(self, c: sp.Expr) -> Boolean:
        match self.fate:
            case "vanish":
                return _below_one(c)
            case "persist":
                return sp.Or(c >= 1, c <= -1)
            case "stay":
                return sp.Eq(c, 1)
            case "alternate":
                return sp.Eq(c, -1)
        return sp.Or(c > 1, c < -1)

    def premises_stated(self) -> list[Any]:
        return [*self.given, *([] if self.exactly is None else [self.exactly])]

    def assumptions(self) -> list[str]:
        return [latex(relation) for relation in map(sp.sympify, self.given) if relation is not sp.true]

    def relations(self) -> list[Any]:
        t = self.index
        match self.fate:
            case "vanish":
                return [(sp.Limit(factor**t, t, sp.oo), sp.Integer(0)) for factor in self._factors()]
            case "grow":
                return [(sp.Limit(sp.Abs(factor) ** t, t, sp.oo), sp.oo) for factor in self._factors()]
            case "stay":
                return [(factor**t, sp.Integer(1)) for factor in self._factors()]
            case "alternate":
                return [(factor**t, sp.Integer(-1) ** t) for factor in self._factors()]
        return [self._needed()]

    def conclusion(self) -> str:
        powers = r",\quad ".join(rf"\left({latex(factor)}\right)^{{{latex(self.index)}}}" for factor in self._factors())
        said = {"vanish": r"\to 0", "persist": r"\not\to 0", "stay": "= 1", "grow": r"\to\pm\infty"}
        fate = said.get(self.fate, rf"= (-1)^{{{latex(self.index)}}}")
        only = "" if self.exactly is None else rf"\iff {latex(self.exactly)}"
        return f"{powers} {fate} {only}".rstrip()


@dataclass(frozen=True, eq=False)
class MatrixPowers(Inference):
    """Under ``given``, $M^t\\to0$ for a real 2x2 ``matrix``, or with ``exactly`` if and only if that holds.

    By Jury's conditions $|D|<1$, $|T|<1+D$ on trace T and determinant D. ``fate`` *persist* says that from some start
    $M^tv$ does not tend to 0.
    """

    rule: ClassVar[str] = "powers of a matrix"
    sentence: ClassVar[str] = (
        "For a real $2\\times2$ matrix $M$ with trace $T$ and determinant $D$: $M^tv\\to0$ for every $v$ if and only "
        "if $|D|<1$ and $|T|<1+D$."
    )
    proof: ClassVar[str] = (
        "Let $\\chi(z)=z^2-Tz+D$. If its roots are not real, they are $z,\\bar z$ with $|z|^2=D$, $T^2<4D\\le(1+D)^2$ "
        "and $D>0$, so the second condition always holds and the first says $|z|<1$. If they are real, both lie in "
        "$(-1,1)$ if and only if $\\chi(1)>0$, $\\chi(-1)>0$ and $|D|<1$: the first two, $|T|<1+D$, say that $1$ and "
        "$-1$ do not lie between the roots or on them, so both lie in $(-1,1)$, both above 1 or both below $-1$, and "
        "the last two make $D>1$. By Cayley–Hamilton and division with remainder $M^t=a_tM+b_tI$, where $z^t=a_tz+b_t$ "
        "at both roots: $a_t=\\sum_{i+j=t-1}z_1^iz_2^j$ and $b_t=-D\\,a_{t-1}$. If both roots have modulus at most "
        "$r<1$, then $|a_t|\\le t\\,r^{t-1}\\to0$, and so $M^t\\to0$. If a root has $|z|\\ge1$ with eigenvector $u$, "
        "then $M^tu=z^tu$ does not tend to 0, so neither does $M^tv$ for $v$ the real part of $u$ or for its "
        "imaginary part."
    )
    matrix: sp.Matrix
    fate: Literal["vanish", "persist"] = "vanish"
    given: Sequence[Boolean] = ()
    exactly: Boolean | None = None

    def premises(self) -> list[Premise]:
        if self.matrix.shape != (2, 2):
            raise NotApplicable("the matrix is not 2 × 2")
        return [Premise(name, Plain(given, then)) for name, given, then in self._parts()]

    def _parts(self) -> list[tuple[str, Sequence[Boolean], Boolean]]:
        inside = jury_inside(sp.cancel(self.matrix.trace()), sp.cancel(self.matrix.det()))
        if self.exactly is not None:
            return [
                ("both roots inside there", [*self.given, self.exactly], inside),
                ("and nowhere else", [*self.given, inside], self.exactly),
            ]
        needed = inside if self.fate == "vanish" else sp.Not(inside)
        return [("roots", self.given, needed)]

    def refuted(self) -> Verdict | None:
        for _, given, then in self._parts() if self.matrix.shape == (2, 2) else []:
            if (found := counterexample(given, then)) is not None:
                return Verdict("fails", f"its powers do not {self.fate} there", found)
        return None

    def premises_stated(self) -> list[Any]:
        return [*self.given, *([] if self.exactly is None else [self.exactly])]

    def assumptions(self) -> list[str]:
        return [latex(relation) for relation in map(sp.sympify, self.given) if relation is not sp.true]

    def conclusion(self) -> str:
        fate = r"\to 0" if self.fate == "vanish" else r"\not\to 0"
        only = "" if self.exactly is None else rf"\iff {latex(self.exactly)}"
        return rf"{latex(self.matrix)}^t {fate} {only}".rstrip()


def jury_inside(trace: sp.Expr, determinant: sp.Expr) -> Boolean:
    """Jury's conditions: both roots of z² − trace z + determinant lie strictly inside the unit circle."""
    return sp.And(determinant < 1, determinant > -1, trace < 1 + determinant, -trace < 1 + determinant)


def _below_one(factor: sp.Expr) -> Boolean:
    return sp.And(factor > -1, factor < 1)
