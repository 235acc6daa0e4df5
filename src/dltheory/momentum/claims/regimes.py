"""Claims about the discriminant and the three regimes."""

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.claims import oracles, published
from dltheory.momentum.derivation.symbols import beta, eta, sigma, z
from verifiedbook.claims import Agreement, Evidence, ForAll, Identity, NearMiss, claim


@claim("thm-momentum-discriminant", uses=["thm-momentum-charpoly"])
def discriminant() -> list[Evidence]:
    """$D=(\\beta+2\\eta\\beta\\sigma^2)^2-8\\eta\\beta\\sigma^2$ and it vanishes exactly at $\\eta_-$ and $\\eta_+$."""

    def factored(minus: sp.Expr | None = None, plus: sp.Expr | None = None) -> sp.Expr:
        low, high = derivation.double_root_steps()
        return 4 * beta**2 * sigma**4 * (eta - (minus or low)) * (eta - (plus or high))

    moved = 2 * eta * beta * sigma**2
    wrong_boundary = (2 - beta - 2 * sp.sqrt(1 + beta)) / (2 * beta * sigma**2)
    return [
        Identity(
            derivation.discriminant,
            lambda: sp.expand(derivation.trace() ** 2 - 4 * derivation.determinant()),
            near_misses=[
                NearMiss("4 det M is added", rhs=lambda: derivation.trace() ** 2 + 4 * derivation.determinant()),
                NearMiss("the determinant is not multiplied by 4", rhs=lambda: derivation.trace() ** 2 - (1 - beta)),
            ],
        ),
        Identity(
            derivation.discriminant,
            (beta + moved) ** 2 - 4 * moved,
            given=[beta <= 1],
            near_misses=[NearMiss("4ηβσ² in place of 8ηβσ²", rhs=(beta + moved) ** 2 - 2 * moved)],
        ),
        Identity(
            derivation.discriminant,
            factored,
            given=[beta < 1],
            near_misses=[
                NearMiss(
                    "the upper end is 2 − β − 2√(1+β)",
                    rhs=lambda: factored(plus=wrong_boundary),
                    erratum=published.BOUNDARY,
                ),
                NearMiss("the lower end is gradient descent's limit", rhs=lambda: factored(minus=1 / sigma**2)),
            ],
        ),
    ]


@claim("thm-momentum-regimes", uses=["thm-momentum-charpoly", "thm-momentum-discriminant"])
def regimes() -> list[Evidence]:
    """$D<0$: both roots have modulus $\\sqrt{1-\\beta}$. $D>0$: the larger exceeds it.

    $D=0$: a double root, $\\sqrt{1-\\beta}$ at $\\eta_-$ and $-\\sqrt{1-\\beta}$ at $\\eta_+$.
    """
    trace, x, y, z1, z2 = sp.symbols("T x y z_1 z_2", real=True)
    memory = 1 - beta
    root_of = [sp.Eq(x**2 - y**2 - trace * x + memory, 0), sp.Eq(2 * x * y - trace * y, 0)]
    weights = [beta <= 1]
    s = sp.Symbol("s", nonnegative=True)

    def chi_at(which: int) -> sp.Expr:
        at_double = {eta: derivation.double_root_steps()[which].subs(beta, 1 - s**2)}
        return sp.simplify(derivation.characteristic_polynomial().subs(beta, 1 - s**2).subs(at_double))

    return [
        ForAll(
            [*weights, *root_of, trace**2 - 4 * memory < 0],
            sp.And(sp.Ne(y, 0), sp.Eq(x**2 + y**2, memory)),
            near_misses=[
                NearMiss(
                    "the modulus is 2√(1−β)",
                    then=sp.Eq(x**2 + y**2, 4 * memory),
                    erratum=published.MODULUS,
                ),
                NearMiss("the modulus is 1 − β", then=sp.Eq(x**2 + y**2, memory**2)),
                NearMiss("the hypothesis D < 0 is dropped", given=[*weights, *root_of]),
            ],
        ),
        ForAll(
            [*weights, *root_of, trace**2 - 4 * memory > 0],
            sp.Eq(y, 0),
            near_misses=[NearMiss("D < 0 in place of D > 0", given=[*weights, *root_of, trace**2 - 4 * memory < 0])],
        ),
        ForAll(
            [*weights, sp.Eq(z1 * z2, memory), sp.Ne(z1, z2), z1**2 >= z2**2],
            z1**2 > memory,
            near_misses=[
                NearMiss("the smaller root exceeds it too", then=z2**2 > memory),
                NearMiss("the larger root is above 1", then=z1**2 > 1),
                NearMiss("a double root counts as distinct", given=[*weights, sp.Eq(z1 * z2, memory), z1**2 >= z2**2]),
            ],
        ),
        Identity(
            lambda: [chi_at(0), chi_at(1)],
            [(z - s) ** 2, (z + s) ** 2],
            given=[s < 1],
            near_misses=[
                NearMiss(
                    "the signs are given to the other step",
                    rhs=[(z + s) ** 2, (z - s) ** 2],
                )
            ],
        ),
        Agreement(
            oracles.radius_by_formula,
            oracles.radius_by_eigenvalues,
            lambda rng: {"step": rng.uniform(0.01, 4), "weight": rng.uniform(0.05, 1.0), "value": rng.uniform(0.3, 2)},
            count=60,
            tolerance=1e-7,
            because="near a double root the eigenvalues keep half of their digits",
            near_misses=[
                NearMiss("√(1−β) in every regime", predict=lambda step, weight, value: (1 - weight) ** 0.5),
                NearMiss("1 − β", predict=lambda step, weight, value: 1 - weight),
            ],
        ),
    ]
