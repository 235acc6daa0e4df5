"""Near a fixed point: a method on a smooth loss runs there as its linear part does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Verdict
from .powers import jury_inside
from .powers_of_index import counterexample
from .rule import Inference, NotApplicable, Plain, Premise

Part = tuple[Sequence[Boolean], Boolean]


@dataclass(frozen=True, eq=False)
class NearFixedPoint(Inference):
    """What runs of a method do near a point where the gradient vanishes, whatever the number of weights.

    ``step`` maps the two vectors of the method's state to their next values, linear in them and in ``gradient``, the
    gradient at ``place``. ``vanishing`` are the vectors that are 0 at the fixed point, such as an average of gradients;
    all others stand at the point itself. ``curvature`` is an eigenvalue of the Hessian, under ``given``.

    ``fate`` *attract*: every eigenvalue has what is given; then every run that starts close enough converges, and
    $\\limsup\\lVert e_t\\rVert^{1/t}\\le\\rho$, the spectral radius of the linear part. *repel*: one eigenvalue has it;
    then from starts as close as one likes runs leave a fixed ball. *rate*: every eigenvalue has it, and the state is
    the last two positions; then $\\limsup\\lVert e_t\\rVert^{1/t}$ is ``rate`` for every run that converges and does
    not come to rest. ``error`` is how the book writes $\\lVert e_t\\rVert$, and ``rate`` what it calls $\\rho$.
    """

    rule: ClassVar[str] = "near a fixed point"
    sentence: ClassVar[str] = (
        "Let $L$ be twice continuously differentiable near $\\theta^\\star$ with $\\nabla L(\\theta^\\star)=0$, and "
        "let one step of a method be linear in its state and in the gradient at a linear function of its state, all "
        "with numbers as coefficients, so that the state at $\\theta^\\star$ stays where it is. Let $A$ be the "
        "step's derivative there: along each eigenvector of the Hessian a $2\\times2$ matrix with the eigenvalue $h$ "
        "in the place of the gradient's derivative. Let $\\rho$ be the largest modulus of an eigenvalue of $A$. If "
        "$\\rho<1$, then every run that starts close enough converges to the fixed point, and its distance "
        "$\\delta_t$ has $\\limsup\\delta_t^{1/t}\\le\\rho$. If $\\rho>1$, there is a ball around the point such "
        "that from states as close to it as one likes the run leaves the ball. If all eigenvalues of $A$ have the "
        "same modulus $q>0$, every run that converges to the point without reaching it has $\\delta_t^{1/t}\\to q$; "
        "where the state is the last two positions, their distances $d_t$ have $\\limsup d_t^{1/t}=q$."
    )
    proof: ClassVar[str] = (
        "As $\\nabla L(\\theta^\\star+e)=He+o(\\lVert e\\rVert)$ with the symmetric Hessian $H$, the state minus the "
        "fixed point moves by $s\\mapsto As+g(s)$, $g(s)=o(\\lVert s\\rVert)$, and in an orthonormal basis of "
        "eigenvectors of $H$ the matrix $A$ falls apart into the blocks. Scaled so that the entries beside the "
        "diagonal of its Jordan form are small, a norm has, for given $\\varepsilon>0$, $(r-\\varepsilon)\\lVert "
        "s\\rVert\\le\\lVert As\\rVert\\le(\\rho+\\varepsilon)\\lVert s\\rVert$, where $r$ is the smallest modulus; "
        "in a small enough ball $\\lVert g(s)\\rVert\\le\\varepsilon\\lVert s\\rVert$. If $\\rho+2\\varepsilon<1$, a "
        "run that starts in the ball stays, shrinks by $\\rho+2\\varepsilon$ in each step, and all norms are "
        "equivalent. If all moduli are $q$, a run that converges is in the ball from some time on and "
        "$(q-2\\varepsilon)\\lVert s\\rVert\\le\\lVert As+g(s)\\rVert\\le(q+2\\varepsilon)\\lVert s\\rVert$ there; "
        "so $\\lVert s_t\\rVert^{1/t}\\to q$, and $d_t\\le\\lVert s_t\\rVert\\le\\sqrt2\\max(d_t,d_{t-1})$. Let "
        "$\\rho>1$; split the space into the generalised eigenspaces of moduli above 1 and the others, with "
        "components $u$ and $c$. In suitable norms $\\lVert Au\\rVert\\ge a\\lVert u\\rVert$, $\\lVert Ac\\rVert\\le "
        "b\\lVert c\\rVert$ with $1<a$, $b<a$; in a small enough ball $g$ adds at most $\\varepsilon(\\lVert "
        "u\\rVert+\\lVert c\\rVert)$ to each, with $4\\varepsilon\\le a-b$ and $2\\varepsilon<a-1$. From $\\lVert "
        "c\\rVert\\le\\lVert u\\rVert$ follow $\\lVert u'\\rVert\\ge(a-2\\varepsilon)\\lVert u\\rVert$ and $\\lVert "
        "c'\\rVert\\le(b+2\\varepsilon)\\lVert u\\rVert\\le\\lVert u'\\rVert$: as long as the run stays in the ball "
        "$\\lVert u\\rVert$ grows by a factor above 1, so it does not stay. That both moduli of a block are below 1, "
        "or at most 1, is decided by Jury's conditions on its trace and determinant, and that both are $q$ by "
        "$D=q^2$, $T^2\\le4D$."
    )
    step: Mapping[sp.Symbol, sp.Expr]
    gradient: sp.Symbol
    place: sp.Expr
    curvature: sp.Symbol
    fate: Literal["attract", "repel", "rate"] = "attract"
    given: Sequence[Boolean] = ()
    vanishing: Sequence[sp.Symbol] = ()
    rate: Any = None
    error: Any = field(default=None, kw_only=True)

    def premises(self) -> list[Premise]:
        self._admissible()
        return [Premise(f"the roots of one mode ({self.fate})", Plain(given, then)) for given, then in self._parts()]

    def _admissible(self) -> None:
        """Refuse what is no linear step, or has no fixed point where the gradient vanishes."""
        states = list(self.step)
        if len(states) != 2:
            raise NotApplicable("the state is not two vectors")
        for formula in (*self.step.values(), self.place):
            if _nonlinear(formula, (*states, self.gradient)):
                raise NotApplicable(f"{formula} is not linear in the state and the gradient")
        if sp.sympify(self.place).has(self.gradient) or any(f.has(self.curvature) for f in self.step.values()):
            raise NotApplicable("the step may know the curvature by the gradient alone")
        there = {state: sp.Integer(0 if state in self.vanishing else 1) for state in states}
        still = [self.step[state].subs(self.gradient, 0).subs(there) - there[state] for state in states]
        if any(sp.simplify(moved) != 0 for moved in (*still, sp.sympify(self.place).subs(there) - 1)):
            raise NotApplicable("the state does not stay where the gradient vanishes")
        if self.fate == "rate" and sp.simplify(self.step[states[0]] - states[1]) != 0:
            raise NotApplicable("for the rate the state must be the last two positions, the older one first")
        if self.fate == "rate" and self.rate is None:
            raise NotApplicable("which rate is not said")

    def matrix(self) -> sp.Matrix:
        """The derivative of the step in one eigendirection of the Hessian."""
        moved = [formula.subs(self.gradient, self.curvature * self.place) for formula in self.step.values()]
        return sp.Matrix(moved).jacobian(list(self.step))

    def _trace_and_determinant(self) -> tuple[sp.Expr, sp.Expr]:
        block = self.matrix()
        return sp.cancel(block.trace()), sp.cancel(block.det())

    def _parts(self) -> list[Part]:
        trace, determinant = self._trace_and_determinant()
        match self.fate:
            case "attract":
                return [(self.given, jury_inside(trace, determinant))]
            case "repel":
                outside = (determinant > 1, determinant < -1, trace > 1 + determinant, -trace > 1 + determinant)
                return [(self.given, sp.Or(*outside))]
        return [
            (self.given, sp.And(self.rate > 0, sp.Eq(determinant, self.rate**2))),
            (self.given, trace**2 <= 4 * determinant),
        ]

    def refuted(self) -> Verdict | None:
        """A quadratic loss with such a curvature whose runs, which are those of the linear part, do otherwise."""
        self._admissible()
        trace, determinant = self._trace_and_determinant()
        inside = jury_inside(trace, determinant)
        match self.fate:
            case "attract":
                found = counterexample(self.given, inside)
            case "repel":
                found = counterexample(self.given, sp.Not(inside))
            case _:  # it converges, and a root has another modulus
                equal = sp.And(sp.Eq(determinant, self.rate**2), trace**2 <= 4 * determinant)
                found = counterexample([*self.given, inside, determinant > 0], equal)
        told = {"attract": "a quadratic does not converge", "repel": "a quadratic converges"}
        return None if found is None else Verdict("fails", told.get(self.fate, "a quadratic has another rate"), found)

    def relations(self) -> list[Any]:
        if self.error is None or self.rate is None or self.fate == "repel":
            return []
        growth = sp.Function("limsup")(self.error ** (1 / sp.Symbol("t")))
        return [(growth, "<=" if self.fate == "attract" else "=", self.rate)]

    def conclusion(self) -> str:
        told = {
            "attract": r"\theta_t\to\theta^\star",
            "repel": r"\theta_t\not\to\theta^\star",
            "rate": rf"\limsup\lVert e_t\rVert^{{1/t}} = {latex(self.rate)}",
        }
        return rf"{latex(self.matrix())}:\quad {told[self.fate]}"


def _nonlinear(formula: sp.Expr, names: Sequence[sp.Symbol]) -> bool:
    """Whether ``formula`` is more than a sum of multiples of ``names``."""
    formula = sp.sympify(formula)
    rest = formula - sum((sp.diff(formula, name) * name for name in names), sp.Integer(0))
    loose = set().union(*(sp.diff(formula, name).free_symbols for name in names))
    return bool(loose & set(names)) or sp.simplify(rest) != 0
