"""Sentences in print that the near misses of this chapter repeat, each with what is true."""

from dltheory.lab.notebooks import notebook
from verifiedbook.claims import Erratum

_DERIVATION = "Momentum acceleration in linear regression, derivation"
_EXPERIMENT = "Momentum acceleration in linear regression, experiment"

ALWAYS_DIAGONAL = notebook(
    f"{_DERIVATION}, after the matrix $R_i$",
    "“Now this matrix can be decomposed with an eigendecomposition”; a diagonal system follows, for every $\\eta$.",
    "At the double root $M$ is a Jordan block: $M^t=z_1^tI+tz_1^{t-1}(M-z_1I)$, and the error decays like $t|z_1|^t$.",
)
STABLE_AT_ZERO = notebook(
    f"{_DERIVATION}, the repeated and the real eigenvalues",
    "The modulus is below 1, “which is guaranteed since $\\beta\\in[0,1]$”.",
    "For $0<\\beta\\le1$, within the stable steps. At $\\beta=0$ the product of the roots is 1 and no step is stable.",
)
BOUNDARY = notebook(
    _DERIVATION,
    "The boundary of the regime is printed as $2-\\beta-2\\sqrt{1+\\beta}$.",
    "The upper end, in $2\\eta\\beta\\sigma^2$, is $2-\\beta+2\\sqrt{1-\\beta}=(1+\\sqrt{1-\\beta})^2$.",
)
MINUS_ONE = notebook(
    _DERIVATION,
    "The value of the characteristic polynomial at $-1$ is written as its value at $1$.",
    "$\\chi(-1)=2(2-\\beta)-2\\eta\\beta\\sigma^2$, while $\\chi(1)=2\\eta\\beta\\sigma^2$ is positive for every step.",
)
LOST_TWO = notebook(
    f"{_DERIVATION}, step 1 of the change of basis",
    "The line $a_{t+1}=(1-\\beta)a_t+\\beta(2\\Sigma^2V^TVx_t+\\Sigma^2V^Tw^*-2V^TX^Ty)$ lacks a 2 before "
    "$\\Sigma^2V^Tw^*$. Two lines below it is there.",
    "The term is $2\\Sigma^2V^\\top w^\\star$. Without the 2 the optimum does not cancel, and a constant is left.",
)
ROTATED_TWICE = notebook(
    f"{_DERIVATION}, step 1 of the change of basis",
    "The line $a_{t+1}=(1-\\beta)a_t+\\beta V^T(2V\\Sigma^2V^T(Vx_t+w^*)-2V^TX^Ty)$ has $V^T$ twice before $X^Ty$.",
    "The bracket ends in $-2X^\\top y$, as the next line has it after multiplication by $V^\\top$.",
)
ALL_COMPLEX = notebook(
    _DERIVATION,
    "Choose $\\eta$ so that all modes are in the complex regime.",
    "Such a step exists iff $\\sqrt\\kappa\\le(1+\\sqrt{1-\\beta})/(1-\\sqrt{1-\\beta})$.",
)
CONDITION_AS_STEP = notebook(
    _DERIVATION,
    "Momentum allows learning rates bigger than the effective condition number.",
    "A learning rate scales like $1/\\sigma^2$ and a condition number has no scale. The gain is $(2-\\beta)/\\beta$ in "
    "$\\eta$ and $2-\\beta$ in the step $\\eta\\beta$ that is taken.",
)
LAST_ITERATE = notebook(
    _EXPERIMENT,
    "The excess loss is measured against the last iterate.",
    "Measured against the optimum it is positive; against the last iterate the logarithm meets zero.",
)
COVARIANCE = notebook(
    _EXPERIMENT,
    "The data have covariance $\\operatorname{diag}(3,1)$.",
    "The code draws with standard deviations 3 and 1: the covariance is $\\operatorname{diag}(9,1)$.",
)
MODULUS = Erratum(
    source="goh2017",
    place="The Dynamics of Momentum: the caption “Ripples” of the phase diagram, and note 4",
    published="For complex roots $|\\sigma_1|=|\\sigma_2|=2\\sqrt\\beta$, where $\\beta$ is the memory (our $\\mu$).",
    correct="The modulus is $\\sqrt\\beta$ in that notation: the product of the two conjugate roots is $\\beta$.",
)
UNROLLED = Erratum(
    source="goh2017",
    place="The Limits of Descent, Adventures in Algorithmic Space",
    published="The unrolled update adds $\\alpha$ times the weighted sum of the gradients.",
    correct="It subtracts it: $w_t=w_0-\\alpha\\sum_{i<t}\\frac{1-\\mu^{t-i}}{1-\\mu}\\nabla L(w_i)$.",
)
SQUARE = Erratum(
    source="zhang2023",
    place="Momentum, Theoretical Analysis, Quadratic Convex Functions",
    published="For positive definite $Q$: "
    "$\\frac12x^\\top Qx+x^\\top c+b=\\frac12(x-Q^{-1}c)^\\top Q(x-Q^{-1}c)+b-\\frac12c^\\top Q^{-1}c$.",
    correct="The minimiser is $-Q^{-1}c$, so the square is that of $x+Q^{-1}c$.",
)
