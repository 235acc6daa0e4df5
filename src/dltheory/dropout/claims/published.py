"""Sentences in print that the near misses of this chapter repeat, each with its cell and with what is true."""

from dltheory.lab.notebooks import notebook

_NOTEBOOK = "Dropout in Linear Regression is a Ridge Regularization, Dropout-InDepth.ipynb"
_HOW = f"{_NOTEBOOK}, How it works, cell 2"
_WHY = f"{_NOTEBOOK}, Why it works, cell 2"
_GLM = f"{_NOTEBOOK}, Regularization and Dropout, cell 2"

DROP_OR_KEEP = notebook(
    _HOW,
    "“the probability of ”nulling“ out a unit, $p$”, and in the next sentence a mask with "
    "“$m_i\\sim\\operatorname{Bernoulli}(p)$” that is multiplied with the units.",
    "Such a mask keeps a unit with probability $p$, and $p$ is the keep probability in every formula that follows.",
)
INVERTED_MULTIPLIES = notebook(
    _HOW,
    "“Inverted Dropout were we rescale activations during training (By multiplying with the probability $p$)”.",
    "It divides by the keep probability, as the notebook's own code does (cell 17): only $B/p$ has mean 1.",
)
COLUMN_NORM = notebook(
    _GLM,
    "“$X=X\\Gamma^{-1}=cX\\hat\\Gamma^{-1}$”, so “dropout makes each column vector of the matrix $X$ constant-norm of "
    "$c$ in effect”.",
    "With $\\Gamma=c\\hat\\Gamma$, $X\\Gamma^{-1}=\\frac1cX\\hat\\Gamma^{-1}$ and every column has norm $1/c$.",
)
WEIGHT_FACTOR = notebook(
    _GLM,
    "“$\\hat w=\\frac cp\\hat\\Gamma^{-1}\\tilde w$”, and “we know that $\\hat\\Gamma^{-1}$ contains the norms of each "
    "column in $X$”.",
    "$\\hat w=\\frac1{cp}\\hat\\Gamma^{-1}\\tilde w$, and $\\hat\\Gamma^{-1}$ contains the inverse norms.",
)
PENALTY_FACTOR = notebook(
    f"{_GLM}, equation (5)",
    "“$L(\\tilde w)=\\lVert y-\\tilde X\\tilde w\\rVert^2_2+\\lambda\\lVert\\tilde w\\rVert^2_2$” with "
    "“$\\tilde w=\\Gamma w$”, for a $\\lambda$ that is not said.",
    "Its equation (4) has the penalty $\\lVert\\Gamma w\\rVert^2$, so the coefficient is 1: $\\Gamma$ holds "
    "$c=\\sqrt{(1-p)/p}$ already.",
)
LARGER_CONDITION_NUMBER = notebook(
    f"{_GLM}, first of the two points at the end",
    "“a smoother loss landscape and a larger effective condition number”; at the beginning it “improves” it.",
    "In standardised coordinates the condition number falls as more is dropped; smaller is what helps.",
)
LARGER_STEP = notebook(
    _WHY,
    "“we can increase the learning rate since we have a better-conditioned matrix”.",
    "For inverted dropout $\\lambda_{\\max}(G+\\lambda\\operatorname{diag}G)>\\lambda_{\\max}(G)$: descent must take a "
    "smaller step. In the notebook's formulas dropout is not inverted; in $\\hat w$ its stable step is larger, by "
    "$1/p$ at least, but not because of the conditioning: in $w=p\\hat w$ it is smaller.",
)
NEARLY_EQUAL = notebook(
    f"{_NOTEBOOK}, Dropout, Least-Square, cell 15, on $w=(0.36666667,3.66666667)$",
    "“With Dropout, both contribute to the solution (Although not entirely with the same contribution)”.",
    "They contribute exactly equally: at $p=\\frac12$ both $10w_1$ and $w_2$ are $11/3$.",
)
THREE_CASES = notebook(
    f"{_NOTEBOOK}, Another perspective, cell 23",
    "“gradient descent is pulling $w_2$ towards 11”, “$w_1$ towards 1”; “if $w_1$ = 1 and $w_2$ = 10, our output is 20 "
    "and our mean squared error is huge (81)”.",
    "Its code doubles what is kept, and the story forgets it: the masks pull towards 0.55 and 5.5, and there the full "
    "input gives 22 and the error 121.",
)
WITH_BIAS = notebook(
    f"{_NOTEBOOK}, No Dropout, Gradient Descent, cells 9 and 11",
    "“converges to the min-norm solution. The same as the analytical solution”; its log shows weights 1.0784 and "
    "0.1078 and a bias of 0.1078.",
    "nn.Linear(2, 1) has a bias: the limit is $(110/102,11/102,11/102)$, the least-norm solution of three weights, and "
    "not the $(1.0891,0.1089)$ of its cell 8.",
)
RIGHT_INVERSE = notebook(
    f"{_NOTEBOOK}, Problem Intro, cell 4",
    "“We can retrieve the analytical solution with the left-inverse.”",
    "One equation for two unknowns has no left inverse; $X^\\top(XX^\\top)^{-1}$ is a right inverse.",
)
