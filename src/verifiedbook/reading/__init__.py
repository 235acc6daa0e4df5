"""Reading back: the relations that a page prints, parsed, and compared with those that were proved."""

from .comparison import Bound, Declared, Offered, Report, Unbound, assumptions, compare, offers
from .meaning import read
from .printed import Printed, relations_in
from .relation import Relation, carried, readings, relations_of
from .sameness import Sameness, same
from .symbols import UnreadableError
from .vocabulary import (
    Vocabulary,
    entry,
    expectation,
    from_above,
    from_below,
    integers,
    noncommuting,
    norm,
    over,
    pseudo_inverse,
    space,
)

__all__ = [
    "Bound",
    "Declared",
    "Offered",
    "Printed",
    "Relation",
    "Report",
    "Sameness",
    "Unbound",
    "UnreadableError",
    "Vocabulary",
    "assumptions",
    "carried",
    "compare",
    "entry",
    "expectation",
    "from_above",
    "from_below",
    "integers",
    "noncommuting",
    "norm",
    "offers",
    "over",
    "pseudo_inverse",
    "read",
    "readings",
    "relations_in",
    "relations_of",
    "same",
    "space",
]
