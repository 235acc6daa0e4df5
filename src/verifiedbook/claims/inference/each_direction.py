"""One direction to d: an update in matrices of any size, read along one eigendirection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ...printing import latex
from ..evidence import Verdict
from ..identity import Identity
from ..smtlib import carried_assumptions
from .matrix_words import Direction
from .rule import Inference, NotApplicable, Plain, Premise


@dataclass(frozen=True, eq=False)
class EachDirection(Inference):
    """Along each eigenvector of one symmetric matrix the vectors move as ``formula`` says, whatever d and n are.

    ``update`` maps vectors (``MatrixSymbol``) to matrix expressions, their next values; ``coordinates`` maps the same
    vectors to the symbols of their coordinates, ``formula`` to those of the next ones. The one matrix is $X^\\top X$ of
    the ``design`` X, acting as ``value``, or any symmetric ``hessian``. With ``value`` $\\sigma^2$ and $\\sigma\\ge0$
    null directions are included; a positive $\\sigma$ leaves them out. Vectors in ``measured_from`` are measured from
    another: ``{w: w_star}`` makes the coordinate of w that of $w-w^\\star$. With ``target`` y, $X^\\top y$ is
    $X^\\top Xw^\\star$: the normal equations, which have a solution.
    """

    rule: ClassVar[str] = "each direction"
    sentence: ClassVar[str] = (
        "An update that is built from scalars, vectors and one symmetric matrix $G$ alone (its powers, sums and "
        "inverses), linear in the vectors, moves the coordinates along each eigenvector of $G$ on their own: by the "
        "same formula with the eigenvalue in the place of $G$. For $G=X^\\top X$ the eigenvectors are the right "
        "singular vectors and the eigenvalues $\\sigma_i^2\\ge0$, 0 for the directions that $X$ does not see, and "
        "$X^\\top y=Gw^\\star$ for every minimiser $w^\\star$ of $\\lVert y-Xw\\rVert^2$."
    )
    proof: ClassVar[str] = (
        "A real symmetric $G$ of any size $d$ has an orthonormal basis of eigenvectors $v_1,\\dots,v_d$ (for "
        "$X^\\top X$: the columns of $V$ in $X=U\\Sigma V^\\top$). From $Gv_i=\\lambda_iv_i$ and $G^\\top=G$, "
        "$v_i^\\top Gu=\\lambda_i\\,v_i^\\top u$ for every $u$; so $v_i^\\top q(G)u=q(\\lambda_i)\\,v_i^\\top u$ for "
        "every polynomial $q$, and for $q(G)^{-1}$ with $1/q(\\lambda_i)$ where no $q(\\lambda_i)$ is 0. Multiply the "
        "update by $v_i^\\top$. The normal equations $X^\\top(y-Xw^\\star)=0$ hold at every minimiser."
    )
    update: Mapping[sp.MatrixSymbol, Any]
    coordinates: Mapping[sp.MatrixSymbol, sp.Symbol]
    formula: Mapping[sp.MatrixSymbol, Any]
    value: sp.Expr
    design: sp.MatrixSymbol | None = None
    hessian: sp.MatrixSymbol | None = None
    target: sp.MatrixSymbol | None = None
    measured_from: Mapping[sp.MatrixSymbol, sp.MatrixSymbol] = field(default_factory=dict)
    given: Sequence[Boolean] = ()
    next_names: Mapping[sp.MatrixSymbol, Any] = field(default_factory=dict)

    def premises(self) -> list[Premise]:
        if (self.design is None) == (self.hessian is None):
            raise NotApplicable("it needs one matrix: either a design or a symmetric matrix")
        if set(self.update) != set(self.formula) or not set(self.update) <= set(self.coordinates):
            raise NotApplicable("every vector that moves needs a coordinate and a formula")
        if len(set(self.coordinates.values())) < len(self.coordinates):
            raise NotApplicable("two vectors have the same coordinate")
        self._free_eigenvalue()
        vectors = list(self.update)
        reader = self._reader()
        premises = [
            Premise("nothing is divided by 0", Plain(self.given, sp.Ne(divisor, 0)))
            for vector in vectors
            for divisor in reader.divisors(self.update[vector])
        ]
        read = [self._next(vector) for vector in vectors]
        claimed = [sp.sympify(self.formula[vector]) for vector in vectors]
        return [*premises, Premise("along one direction", Identity(lambda: read, lambda: claimed, given=self.given))]

    def _free_eigenvalue(self) -> None:
        """The value must be able to be every eigenvalue, and the update must not know which one it is."""
        base, exponent = sp.sympify(self.value).as_base_exp()
        if not isinstance(base, sp.Symbol) or exponent not in ((1, 2) if self.design is not None else (1,)):
            raise NotApplicable(f"{self.value} cannot be every eigenvalue: give a symbol, or its square for a design")
        if self.design is not None and self.value.is_nonnegative is not True:
            raise NotApplicable(f"the eigenvalues of XᵀX are at least 0: {self.value} must be known to be")
        if any(base in sp.sympify(update).free_symbols for update in self.update.values()):
            raise NotApplicable(f"the update knows {base}, which is another number in each direction")

    def _origins(self) -> set[sp.MatrixSymbol]:
        return set(self.measured_from.values())

    def _reader(self) -> Direction:
        """Every vector by its coordinate; those measured from another are that one's plus the error."""
        origins = {vector: sp.Symbol(f"{vector}_i", real=True) for vector in self._origins()}
        if len(origins) > 1 and self.target is not None:
            raise NotApplicable("a target has one minimiser")
        read: dict[sp.Basic, sp.Expr] = dict(origins)
        for vector, coordinate in self.coordinates.items():
            read[vector] = coordinate + origins.get(self.measured_from.get(vector), 0)
        minimiser = next(iter(origins), None)
        return Direction(self.value, read, self.design, self.hessian, self.target, minimiser)

    def _next(self, vector: sp.MatrixSymbol) -> sp.Expr:
        reader = self._reader()
        after = reader.coordinate(self.update[vector])
        origin = self.measured_from.get(vector)
        return sp.expand(after) if origin is None else sp.expand(after - reader.vectors[origin])

    def _open(self, premise: Premise, verdict: Verdict) -> Verdict:
        # the formula along one direction is what is concluded: where it is wrong, so is the conclusion
        return Verdict(verdict.status, f"{premise.name}: {verdict.detail}", verdict.witness)

    def assumptions(self) -> list[str]:
        return [*super().assumptions(), *map(latex, _declared(sp.sympify(self.value)))]

    def relations(self) -> list[Any]:
        names = {vector: self.next_names.get(vector, _after(self.coordinates[vector])) for vector in self.update}
        return [(names[vector], sp.sympify(self.formula[vector])) for vector in self.update]


def _declared(value: sp.Expr) -> list[Boolean]:
    """What the symbols of the eigenvalue are declared to be: above 0 where null directions are left out."""
    return carried_assumptions([sp.Eq(sp.Dummy(), value)])


def _after(coordinate: sp.Symbol) -> sp.Symbol:
    return sp.Symbol(f"{coordinate.name}'", real=True)
