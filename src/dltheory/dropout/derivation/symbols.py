"""The chapter's symbols: keep probability, ridge strength, and the four scalars every expected loss is made of."""

from __future__ import annotations

from typing import Any

from sympy import Symbol, symbols


class Moment(Symbol):  # type: ignore[misc]
    """A scalar built from data and weights: a plain name for counterexamples, LaTeX for the page."""

    __slots__ = ("tex",)
    tex: str

    def __new__(cls, name: str, tex: str, **assumptions: Any) -> Moment:
        made: Moment = super().__new__(cls, name, **assumptions)
        made.tex = tex
        return made

    @classmethod
    def class_key(cls) -> tuple[int, int, str]:
        """Sorted among ordinary symbols, so that coefficients are printed first."""
        key: tuple[int, int, str] = Symbol.class_key()
        return key

    def _latex(self, printer: Any) -> str:
        return self.tex


keep = Symbol("p", positive=True)  # probability to keep a feature
ridge = Symbol("lambda", positive=True)  # ridge strength
eta = Symbol("eta", positive=True)  # step size
variance = Symbol("v", positive=True)  # variance of a multiplicative noise with mean 1

#: Four scalars, with $G = X^\\top X$ and $\\Gamma^2 = \\operatorname{diag}G$.
#: In the objective before rescaling, $w$ is the weight $\\hat w$ that multiplies the masked features.
target_square = Moment("yᵀy", r"y^\top y", real=True)
cross = Moment("yᵀXw", r"y^\top Xw", real=True)
prediction_square = Moment("wᵀGw", r"w^\top Gw", real=True)
penalty = Moment("wᵀΓ²w", r"w^\top\Gamma^2w", real=True)

#: The same for one entry of the gradient: $(X^\\top y)_k$, $(Gw)_k$ and $(\\Gamma^2w)_k$.
target_entry = Moment("(Xᵀy)ₖ", r"(X^\top y)_k", real=True)
prediction_entry = Moment("(Gw)ₖ", r"(Gw)_k", real=True)
penalty_entry = Moment("(Γ²w)ₖ", r"(\Gamma^2w)_k", real=True)

y = Symbol("y", real=True)  # the target of a single sample
x_1, x_2 = symbols("x_1 x_2", nonzero=True, real=True)  # its features
d = Symbol("d", integer=True, positive=True)  # number of features
n = Symbol("n", integer=True, positive=True)  # number of samples
