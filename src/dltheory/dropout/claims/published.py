"""Sentences in print that the near misses of this chapter repeat, each with what is true."""

from dltheory.lab.notebooks import notebook

_THEORY = "Dropout in linear regression, theory"
_TOY = "Dropout in linear regression, toy problem"

DROP_OR_KEEP = notebook(
    _THEORY,
    "$p$ is introduced as the probability of nulling out a unit, and is the parameter of the mask that keeps it.",
    "With $B_{ij}=1$ for what is kept, $p$ is the keep probability in every formula that follows.",
)
INVERTED_MULTIPLIES = notebook(
    _THEORY,
    "Inverted dropout rescales the activations during training by multiplying with the probability $p$.",
    "It divides by the keep probability: only $B/p$ has mean 1.",
)
COLUMN_NORM = notebook(
    _THEORY,
    "$\\tilde X=X\\Gamma^{-1}=cX\\hat\\Gamma^{-1}$: dropout makes every column of $X$ have norm $c$.",
    "With $\\Gamma=c\\hat\\Gamma$, $X\\Gamma^{-1}=\\frac1cX\\hat\\Gamma^{-1}$ and every column has norm $1/c$.",
)
WEIGHT_FACTOR = notebook(
    _THEORY,
    "$\\hat w=\\frac cp\\hat\\Gamma^{-1}\\tilde w$, where $\\hat\\Gamma^{-1}$ contains the norms of the columns.",
    "$\\hat w=\\frac1{cp}\\hat\\Gamma^{-1}\\tilde w$, and $\\hat\\Gamma^{-1}$ contains the inverse norms.",
)
PENALTY_FACTOR = notebook(
    _THEORY,
    "In the coordinates $\\tilde w=\\Gamma w$ the objective is $\\lVert y-\\tilde X\\tilde "
    "w\\rVert^2+\\lambda\\lVert\\tilde w"
    "\\rVert^2$.",
    "With the source's $\\Gamma$, which holds $c=\\sqrt\\lambda$ already, the penalty has coefficient 1.",
)
LARGER_CONDITION_NUMBER = notebook(
    _THEORY,
    "Dropout gives a larger effective condition number.",
    "In standardised coordinates the condition number falls as more is dropped; smaller is what helps.",
)
LARGER_STEP = notebook(
    _THEORY,
    "Dropout improves the conditioning, so a bigger learning rate can be used.",
    "For inverted dropout $\\lambda_{\\max}(G+\\lambda\\operatorname{diag}G)>\\lambda_{\\max}(G)$: descent must take a "
    "smaller step. The notebook's dropout is not inverted; in $\\hat w$ its stable step is larger, by $1/p$ at least, "
    "but not because of the conditioning: in $w=p\\hat w$ it is smaller.",
)
NEARLY_EQUAL = notebook(
    _TOY,
    "With dropout both weights contribute, not entirely with the same contribution.",
    "They contribute exactly equally: at $p=\\frac12$ both $10w_1$ and $w_2$ are $11/3$.",
)
THREE_CASES = notebook(
    _TOY,
    "The story of the three masks forgets the factor 2 of inverted dropout and arrives at the error 81.",
    "Inverted dropout doubles what is kept: the masks pull towards 0.55 and 5.5, and there the full input gives 22 and "
    "the error 121.",
)
WITH_BIAS = notebook(
    _TOY,
    "Gradient descent converges to the same solution as the pseudo-inverse of the two-column design.",
    "The layer that is run has a bias: the limit is $(110/102,11/102,11/102)$, the least-norm solution of three "
    "weights.",
)
RIGHT_INVERSE = notebook(
    _TOY,
    "The analytical solution of $10w_1+w_2=11$ comes from the left inverse.",
    "One equation for two unknowns has no left inverse; $X^\\top(XX^\\top)^{-1}$ is a right inverse.",
)
