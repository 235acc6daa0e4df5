"""Sums: identities and inequalities of finite sums of any length, and means of sums with independent noise."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sympy as sp
from sympy.logic.boolalg import Boolean

from ..evidence import Evidence, Verdict
from ..identity import Identity
from ..wording import number
from .powers_of_index import counterexample
from .rule import Inference, NotApplicable, Plain, Premise
from .summands import Term, mean, normal, terms


@dataclass(frozen=True, eq=False)
class Sums(Inference):
    """``lhs``, averaged over ``noise``, equals ``rhs`` for sums of any length.

    Both are built of ``Sum`` over ``Indexed`` numbers. ``noise`` maps an ``IndexedBase`` with independent entries to
    their mean and variance; without it nothing is random. The last index of a sum may be symbolic, and its range is
    taken not to be empty the wrong way round (n ≥ 0).
    """

    rule: ClassVar[str] = "sums"
    sentence: ClassVar[str] = (
        "Finite sums of any length are linear and may be exchanged; a product of sums is the sum of the products over "
        "both indices; $\\sum_j\\delta_{ij}f_j=f_i$. The mean of a finite sum is the sum of the means; independent "
        "entries with mean $m$ and variance $v$ have $\\mathbb E\\,N_aN_b=m^2+v\\,\\delta_{ab}$ (for a mask that keeps "
        "with probability $p$: $m=p$, $v=p(1-p)$)."
    )
    proof: ClassVar[str] = (
        "By induction on the length: a sum of $n+1$ terms is the sum of the first $n$ and the last, and each rule "
        "passes from $n$ to $n+1$ by commutativity and distributivity. The mean is linear; for $a\\ne b$ independence "
        "gives $\\mathbb E\\,N_aN_b=m\\cdot m$, for $a=b$ the definition of the variance gives $m^2+v$. Both sides are "
        "brought to sums over products, with indices renamed so that equal sums look alike, and the coefficients of "
        "equal sums are compared."
    )
    lhs: sp.Expr
    rhs: sp.Expr
    noise: Mapping[sp.IndexedBase, tuple[Any, Any]] = field(default_factory=dict)
    given: Sequence[Boolean] = ()

    def premises(self) -> list[Premise]:
        if self.lhs == self.rhs:
            raise NotApplicable("the two sides are the same as written")
        left, right = self._tables()
        keys = sorted({*left, *right}, key=str)
        zero = (sp.Integer(0), Term((), sp.Integer(1)))
        found = [left.get(key, zero)[0] for key in keys]
        wanted = [right.get(key, zero)[0] for key in keys]
        return [Premise("summand by summand", Identity(lambda: found, lambda: wanted, given=self.given))]

    def _tables(self) -> tuple[dict[Any, tuple[sp.Expr, Term]], dict[Any, tuple[sp.Expr, Term]]]:
        noise = {base: tuple(map(sp.sympify, moments)) for base, moments in self.noise.items()}
        if sp.sympify(self.rhs).atoms(sp.IndexedBase) & set(noise):
            raise NotApplicable("the right-hand side is still random")
        left = [part for term in terms(self.lhs) for part in mean(term, noise)]
        return normal(left), normal(list(terms(self.rhs)))

    def refuted(self) -> Verdict | None:
        """Sums of two and of three terms of small rational numbers, both sides worked out."""
        left, right = map(_written_out, self._tables())
        for length in (2, 3):
            a, b, *gaps = worked_out((left, right, *(_gap(relation) for relation in self.given)), length)
            admitted = all(
                r.func(gap, 0) == sp.true for r, gap in zip(self.given, gaps, strict=True) if gap is not None
            )
            if a is not None and b is not None and a != b and None not in gaps and admitted:
                return Verdict("fails", f"sums of {length} terms differ", f"{number(a)} ≠ {number(b)}")
        return None

    def relations(self) -> list[Any]:
        return [(self.lhs, self.rhs)]


def same_sum(a: sp.Expr, b: sp.Expr) -> Evidence:
    """Evidence that two expressions are the same sum, also where they are written alike."""
    return Plain([], sp.true) if a == b else Sums(a, b)


def _gap(relation: Boolean) -> sp.Expr:
    return relation.lhs - relation.rhs


def _written_out(table: Mapping[Any, tuple[sp.Expr, Term]]) -> sp.Expr:
    return sp.Add(
        *(
            coefficient * (sp.Sum(term.body, *reversed(term.bounds)) if term.bounds else term.body)
            for coefficient, term in table.values()
        )
    )


def worked_out(sides: Sequence[sp.Expr], length: int, seed: int = 0) -> list[sp.Expr | None]:
    """The sides where every integer symbol is ``length`` and all other numbers are the same small rationals in each."""
    whole = {s: sp.Integer(length) for side in sides for s in side.free_symbols if s.is_integer}
    values = [sp.sympify(side).xreplace(whole).doit() for side in sides]
    draw = random.Random(seed)
    entries = {entry for value in values for entry in value.atoms(sp.Indexed)}
    labels = {label for entry in entries for label in (entry, entry.base, entry.base.label)}
    loose = {symbol for value in values for symbol in value.free_symbols} - labels
    numbers = {part: _drawn(part, draw) for part in (*sorted(entries, key=str), *sorted(loose, key=str))}
    found = [value.xreplace(numbers).doit() for value in values]
    found = [value if value.is_Rational else sp.N(value, 30) for value in found]
    return [value if value.is_number and value.is_finite else None for value in found]


def _drawn(part: sp.Expr, draw: random.Random) -> sp.Rational:
    size = sp.Rational(draw.randint(1, 19), 10)
    if part.is_nonnegative:
        return size
    return -size if part.is_negative or draw.random() < 1 / 2 else size


@dataclass(frozen=True, eq=False)
class EachTerm(Inference):
    """$\\sum_ia_i\\le\\sum_ib_i$ over ``limits``, because every ``smaller`` $a_i$ is at most the ``larger`` $b_i$.

    ``given`` is what every index has, on its own indexed numbers and on parameters. With ``strict`` $a_i<b_i$, and the
    range has at least one index.
    """

    rule: ClassVar[str] = "sums"
    sentence: ClassVar[str] = (
        "If $a_i\\le b_i$ for every $i$, then $\\sum_ia_i\\le\\sum_ib_i$, strictly if every $a_i<b_i$ and there is a "
        "term. So $v^\\top Gv\\le\\ell\\,v^\\top v$ for a symmetric $G$ whose eigenvalues are at most $\\ell$ "
        "(Rayleigh's quotient)."
    )
    proof: ClassVar[str] = (
        "By induction on the length, since addition is monotone. In coordinates $v_i$ along orthonormal eigenvectors "
        "$v^\\top Gv=\\sum_i\\lambda_iv_i^2$ and $v^\\top v=\\sum_iv_i^2$, and $\\lambda_iv_i^2\\le\\ell\\,v_i^2$."
    )
    smaller: sp.Expr
    larger: sp.Expr
    limits: tuple[sp.Symbol, Any, Any]
    given: Sequence[Boolean] = ()
    strict: bool = False

    def premises(self) -> list[Premise]:
        premises = [Premise("every term", Plain(*self._term()))]
        if self.strict:
            _, first, last = self.limits
            if sp.sympify(last - first).is_nonnegative is not True:
                raise NotApplicable("a strict inequality needs at least one term, and the sum may be empty")
        return premises

    def _term(self) -> tuple[list[Boolean], Boolean]:
        """The inequality of one term, its indexed numbers as real numbers."""
        then = self._compare(sp.sympify(self.smaller), sp.sympify(self.larger))
        given = [sp.sympify(relation) for relation in self.given]
        entries = sorted({e for part in (then, *given) for e in part.atoms(sp.Indexed)}, key=str)
        if alien := [str(e) for e in entries if self.limits[0] not in e.indices]:
            raise NotApplicable(f"{', '.join(alien)} does not belong to one term")
        names = {entry: sp.Symbol(f"{entry.base.label}_{self.limits[0]}", real=True) for entry in entries}
        if len(set(names.values())) < len(names):
            names = {entry: sp.Symbol(str(entry), real=True) for entry in entries}
        then, *given = (part.xreplace(names) for part in (then, *given))
        if self.limits[0] in set().union(*(part.free_symbols for part in (then, *given))):
            raise NotApplicable("the index stands outside indexed numbers")
        return given, then

    def _compare(self, a: sp.Expr, b: sp.Expr) -> Boolean:
        return a < b if self.strict else a <= b

    def refuted(self) -> Verdict | None:
        """A term in the wrong order: a sum of that one term alone is in the wrong order too."""
        found = counterexample(*self._term())
        return None if found is None else Verdict("fails", "false for a sum of one term", found)

    def relations(self) -> list[Any]:
        a, b = (sp.Sum(part, self.limits) for part in (self.smaller, self.larger))
        return [self._compare(a, b)]
