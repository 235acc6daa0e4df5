"""Rules of inference: what may be concluded from premises that solvers, SymPy and intervals decide. A closed list."""

from .citation import Cites
from .each_direction import EachDirection
from .induction import ClosedForm, Induction
from .jensen import Jensen
from .monotone import Monotone
from .named import ArithmeticGeometric, CauchySchwarz, Triangle, rayleigh
from .powers import MatrixPowers, Powers
from .rule import Inference, NotApplicable, Premise
from .scaling import Scaling
from .sums import EachTerm, Sums

__all__ = [
    "ArithmeticGeometric",
    "CauchySchwarz",
    "Cites",
    "ClosedForm",
    "EachDirection",
    "EachTerm",
    "Induction",
    "Inference",
    "Jensen",
    "MatrixPowers",
    "Monotone",
    "NotApplicable",
    "Powers",
    "Premise",
    "Scaling",
    "Sums",
    "Triangle",
    "rayleigh",
]
