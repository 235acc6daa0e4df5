"""Jury's conditions: when both roots of a quadratic lie inside a disc. Most proofs of the chapter rest on them."""

import sympy as sp

from verifiedbook.claims import Clauses, ForAll, NearMiss, claim, clauses

RHO = sp.Symbol("rho", positive=True)


def jury(trace: sp.Expr, determinant: sp.Expr, radius: sp.Expr = RHO) -> sp.Expr:
    """Jury's conditions: both roots of z² − trace z + determinant lie strictly inside |z| < radius."""
    return sp.And(
        determinant < radius**2,
        -determinant < radius**2,
        trace * radius < radius**2 + determinant,
        -trace * radius < radius**2 + determinant,
    )


def closed_jury(trace: sp.Expr, determinant: sp.Expr, radius: sp.Expr) -> sp.Expr:
    """The same with ≤: both roots lie in the closed disc |z| ≤ radius, radius > 0."""
    return sp.And(
        determinant <= radius**2,
        -determinant <= radius**2,
        trace * radius <= radius**2 + determinant,
        -trace * radius <= radius**2 + determinant,
    )


def printed(trace: sp.Expr, determinant: sp.Expr, sign: str) -> list[tuple[sp.Expr, str, sp.Expr]]:
    """The same conditions as the page has them, with absolute values."""
    return [(sp.Abs(determinant), sign, RHO**2), (sp.Abs(trace) * RHO, sign, RHO**2 + determinant)]


@claim("lem-momentum-jury", source="jury1964")
def jury_conditions() -> Clauses:
    """Conjugate roots x ± iy and real roots a, b, both directions; then with ≤."""
    x, y, a, b = sp.symbols("x y a b", real=True)
    pair = {"trace": 2 * x, "determinant": x**2 + y**2}
    real = {"trace": a + b, "determinant": a * b}
    inside_pair, inside_real = x**2 + y**2 < RHO**2, sp.And(a**2 < RHO**2, b**2 < RHO**2)
    on_or_inside_pair = x**2 + y**2 <= RHO**2
    on_or_inside = sp.And(a**2 <= RHO**2, b**2 <= RHO**2)
    no_determinant = sp.And(*[(sign * (a + b)) * RHO < RHO**2 + a * b for sign in (1, -1)])
    values = sp.symbols("T D", real=True)
    return clauses(
        i=[
            ForAll(
                [inside_pair],
                jury(**pair),
                near_misses=[
                    NearMiss("the closed disc", given=[on_or_inside_pair]),
                    NearMiss("ρ in place of ρ² with the determinant", then=x**2 + y**2 < RHO),
                ],
            ),
            ForAll(
                [jury(**pair)],
                inside_pair,
                near_misses=[
                    NearMiss(
                        "only |T|ρ < ρ² + D", given=[sp.And(*[s * 2 * x * RHO < RHO**2 + x**2 + y**2 for s in (1, -1)])]
                    )
                ],
            ),
            ForAll(
                [inside_real],
                jury(**real),
                near_misses=[NearMiss("the closed disc", given=[on_or_inside])],
            ),
            ForAll(
                [jury(**real)],
                inside_real,
                near_misses=[
                    NearMiss("the condition on D is dropped", given=[no_determinant]),
                    NearMiss("only the largest of the four bounds", given=[a * b < RHO**2, a + b < RHO + a * b / RHO]),
                ],
            ),
        ],
        ii=[
            ForAll(
                [on_or_inside_pair],
                closed_jury(**pair, radius=RHO),
                near_misses=[NearMiss("strict conditions on the closed disc", then=jury(**pair))],
            ),
            ForAll(
                [closed_jury(**pair, radius=RHO)],
                on_or_inside_pair,
                near_misses=[NearMiss("the open disc from the closed conditions", then=inside_pair)],
            ),
            ForAll(
                [on_or_inside],
                closed_jury(**real, radius=RHO),
                near_misses=[NearMiss("strict conditions on the closed disc", then=jury(**real))],
            ),
            ForAll(
                [closed_jury(**real, radius=RHO)],
                on_or_inside,
                near_misses=[NearMiss("the open disc from the closed conditions", then=inside_real)],
            ),
        ],
        reads={
            "": [(values[0], "in", sp.S.Reals), (values[1], "in", sp.S.Reals), (0, "<", RHO)],
            "i": [inside_pair, *printed(*values, "<")],
            "ii": [on_or_inside_pair, *printed(*values, "<=")],
        },
        vocabulary={"z": x + sp.I * y},
    )
