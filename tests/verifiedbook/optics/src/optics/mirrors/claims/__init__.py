"""What holds about mirrors."""

import sympy as sp

from verifiedbook.claims import Erratum, Identity, NearMiss, claim

a = sp.Symbol("a", real=True)
WRONG = Erratum("hero100", "§ 4", "a mirror turns by $a$", "a mirror turns by $2a$")


@claim("thm-mirror-twice")
def twice():
    """Two turns: $a + a = 2a$."""
    return [Identity(lambda: a + a, 2 * a, near_misses=[NearMiss("one turn", rhs=a, erratum=WRONG)])]
