"""Rules of inference: what may be concluded from premises that solvers, SymPy and intervals decide. A closed list."""

from .citation import Cites
from .each_direction import EachDirection
from .hump import Hump
from .induction import ClosedForm, Induction
from .jensen import Jensen
from .matrices import Matrices
from .monotone import Monotone
from .named import ArithmeticGeometric, CauchySchwarz, Triangle, rayleigh
from .near_fixed_point import NearFixedPoint
from .powers import MatrixPowers, Powers
from .rule import Inference, NotApplicable, Premise
from .scaling import Scaling
from .second_order import SecondOrder
from .sums import EachTerm, Sums

#: In the order in which the book lists them.
RULES: tuple[type[Inference], ...] = (
    ClosedForm,
    Induction,
    EachDirection,
    Matrices,
    Powers,
    MatrixPowers,
    NearFixedPoint,
    Sums,
    EachTerm,
    SecondOrder,
    Monotone,
    Hump,
    Scaling,
    Cites,
    Jensen,
    CauchySchwarz,
    Triangle,
    ArithmeticGeometric,
)

__all__ = [
    "RULES",
    "ArithmeticGeometric",
    "CauchySchwarz",
    "Cites",
    "ClosedForm",
    "EachDirection",
    "EachTerm",
    "Hump",
    "Induction",
    "Inference",
    "Jensen",
    "Matrices",
    "MatrixPowers",
    "Monotone",
    "NearFixedPoint",
    "NotApplicable",
    "Powers",
    "Premise",
    "Scaling",
    "SecondOrder",
    "Sums",
    "Triangle",
    "rayleigh",
]
