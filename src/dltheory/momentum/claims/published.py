"""Sentences in print that the near misses of this chapter repeat, each with what is true."""

from dltheory.lab.notebooks import notebook
from verifiedbook.claims import Erratum

_NOTEBOOK = "Momentum acceleration in linear regression"

ALWAYS_DIAGONAL = notebook(
    f"{_NOTEBOOK}, second cell, after the matrix $R_i$",
    "“Now this matrix can be decomposed with an eigendecomposition”; a diagonal system follows, for every $\\eta$.",
    "At the double root $M$ is a Jordan block: $M^t=z_1^tI+tz_1^{t-1}(M-z_1I)$, and the error decays like $t|z_1|^t$.",
)
STABLE_AT_ZERO = notebook(
    f"{_NOTEBOOK}, sixth cell, real and repeated eigenvalues",
    "“Now for our system to be stable we need $|\\lambda_{1,i}|=|\\lambda_{2,i}|<1$, which is guaranteed since "
    "$\\beta\\in[0,1]$.” The modulus there is $\\sqrt{1-\\beta}$. (The cell begins with $0<\\beta<1$.)",
    "For $0<\\beta\\le1$, within the stable steps. At $\\beta=0$ the product of the roots is 1 and no step is stable.",
)
BOUNDARY = notebook(
    f"{_NOTEBOOK}, sixth cell, the last range for $\\eta$",
    "“$\\frac{2-\\beta-2\\sqrt{1+\\beta}}{2\\beta\\sigma_i^2}<\\eta$”, for steps above the complex regime. "
    "Earlier in the cell the boundary is right.",
    "It is $\\frac{2-\\beta+2\\sqrt{1-\\beta}}{2\\beta\\sigma^2}=\\frac{(1+\\sqrt{1-\\beta})^2}{2\\beta\\sigma^2}$.",
)
MINUS_ONE = notebook(
    f"{_NOTEBOOK}, sixth cell, below “Now, let's look at $f(-1)$”",
    "“$f(1)=1+(2-\\beta-2\\eta\\beta\\sigma_t^2)+1-\\beta$”: the value of the characteristic polynomial at $-1$ "
    "stands under the name of that at $1$.",
    "$\\chi(-1)=2(2-\\beta)-2\\eta\\beta\\sigma^2$, while $\\chi(1)=2\\eta\\beta\\sigma^2$ is positive for every step.",
)
LOST_TWO = notebook(
    f"{_NOTEBOOK}, second cell, step 1 of the change of basis, last line",
    "“$a_{t+1}=(1-\\beta)a_t+\\beta(2\\Sigma^2V^TVx_t+\\Sigma^2V^Tw^*-2V^TX^Ty)$” lacks a 2 before "
    "$\\Sigma^2V^Tw^*$. In step 2 it is there.",
    "The term is $2\\Sigma^2V^\\top w^\\star$. Without the 2 the optimum does not cancel, and a constant is left.",
)
ROTATED_TWICE = notebook(
    f"{_NOTEBOOK}, second cell, step 1 of the change of basis, last line but one",
    "“$a_{t+1}=(1-\\beta)a_t+\\beta V^T(2V\\Sigma^2V^T(Vx_t+w^*)-2V^TX^Ty)$” has $V^T$ twice before $X^Ty$.",
    "The bracket ends in $-2X^\\top y$, as the next line has it after multiplication by $V^\\top$.",
)
ALL_COMPLEX = notebook(
    f"{_NOTEBOOK}, seventh cell, “Strategy”",
    "“Choose $\\eta$ to force the system into the complex/repeated regime, ensuring eigenvalues have magnitude "
    "$\\sqrt{1-\\beta}$.” That such a step may not exist is not said.",
    "It exists if and only if $\\sqrt\\kappa\\le(1+\\sqrt{1-\\beta})/(1-\\sqrt{1-\\beta})$.",
)
CONDITION_AS_STEP = notebook(
    f"{_NOTEBOOK}, first cell",
    "Momentum “allows us to use learning rates bigger than the effective condition number in ill-conditioned "
    "problems”.",
    "A learning rate scales like $1/\\sigma^2$ and a condition number has no scale. The gain is $(2-\\beta)/\\beta$ in "
    "$\\eta$ and $2-\\beta$ in the step $\\eta\\beta$ that is taken.",
)
LAST_ITERATE = notebook(
    f"{_NOTEBOOK}, the cells below “Comparing loss with different iterations”",
    "“$loss_*$ is the optimal loss”, in the text; in the code it is losses[-1], the loss of the last iterate.",
    "Measured against the optimum the excess is positive; against the last iterate the logarithm meets zero.",
)
COVARIANCE = notebook(
    f"{_NOTEBOOK}, “Generate and Visualize Data”",
    "The points are drawn with “covariance matrix of $\\begin{pmatrix}3&0\\\\0&1\\end{pmatrix}$”.",
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
