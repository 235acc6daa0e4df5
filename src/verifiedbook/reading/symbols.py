r"""The words of the book's LaTeX: relations, functions, letters, and what only changes how a formula looks."""

from __future__ import annotations

import re

#: One word of LaTeX: a command, an escaped character, or a character.
WORD = re.compile(r"\\[A-Za-z]+\*?|\\[^A-Za-z]|[^\s]", re.DOTALL)

#: Relation signs, and the name that each goes by.
RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    r"\lt": "<",
    r"\gt": ">",
    r"\le": "<=",
    r"\leq": "<=",
    r"\leqslant": "<=",
    r"\ge": ">=",
    r"\geq": ">=",
    r"\geqslant": ">=",
    r"\ne": "!=",
    r"\neq": "!=",
    r"\in": "in",
    r"\notin": "not in",
    r"\subset": "subset",
    r"\subseteq": "subset or equal",
    r"\succ": "positive definite",
    r"\succeq": "positive semidefinite",
    r"\to": "to",
    r"\rightarrow": "to",
    r"\longrightarrow": "to",
    r"\approx": "about",
    r"\simeq": "about",
    r"\sim": "like",
    r"\propto": "proportional",
    r"\ll": "much less",
    r"\gg": "much greater",
}

#: The same the other way round.
MIRRORED = {">": "<", ">=": "<="}

#: Relations without a definite meaning by themselves: they are compared only where the author offers the very same.
LOOSE = frozenset(["to", "about", "like", "proportional", "much less", "much greater"])

#: Commands that change only how a formula looks.
LOOKS = frozenset(
    [r"\,", r"\;", r"\:", r"\!", r"\ ", r"\>", "~", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits"]
    + [rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")]
    + [r"\left", r"\right", r"\middle", r"\quad", r"\qquad"]
)


def _commands(names: str) -> frozenset[str]:
    return frozenset("\\" + name for name in names.split(" "))


#: Functions written in front of their argument, without brackets or with.
FUNCTIONS = _commands(
    "ln log exp sin cos tan arcsin arccos arctan sinh cosh tanh det max min sup inf diag E sum prod lim limsup liminf "
    "Pr arg gcd"
)

#: Those that take everything that follows in the product, brackets or not.
OPERATORS = frozenset(["E", "sum", "prod", "max_over", "min_over", "sup", "inf", "lim", "limsup", "liminf"])

GREEK = _commands(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho "
    "sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)

#: Other commands that stand for something by themselves.
LETTERS = frozenset([r"\ell", r"\R", r"\infty", r"\emptyset", r"\hbar", r"\partial"])

#: Commands that take one argument and make a letter of it.
FONTS = frozenset([r"\mathrm", r"\mathbf", r"\mathcal", r"\mathbb", r"\mathit", r"\boldsymbol", r"\text"])
ACCENTS = frozenset([r"\hat", r"\tilde", r"\bar", r"\dot", r"\ddot", r"\vec", r"\widehat", r"\widetilde", r"\overline"])

DOTS = frozenset([r"\dots", r"\cdots", r"\ldots", r"\dotsc", r"\dotsb"])

#: What is open, and what closes it.
BRACKETS = {"(": ")", "[": "]", r"\{": r"\}", r"\lvert": r"\rvert", r"\lVert": r"\rVert"}
BRACKETS |= {r"\lceil": r"\rceil", r"\lfloor": r"\rfloor", r"\langle": r"\rangle"}


class UnreadableError(ValueError):
    """A formula that the grammar of the book's notation does not know; the message says where it stops."""
