"""What holds about momentum, and how each statement is proved, checked and attacked."""

# Importing a room registers its claims; the order is that of the chapter.
# ruff: noqa: I001
from dltheory.momentum.claims import modes
from dltheory.momentum.claims import heavy_ball
from dltheory.momentum.claims import regimes
from dltheory.momentum.claims import jury
from dltheory.momentum.claims import stability
from dltheory.momentum.claims import powers
from dltheory.momentum.claims import gains
from dltheory.momentum.claims import optimal
from dltheory.momentum.claims import acceleration
from dltheory.momentum.claims import nesterov
from dltheory.momentum.claims import residual
from dltheory.momentum.claims import transient
from dltheory.momentum.claims import lower_bound
from dltheory.momentum.claims import noise
from dltheory.momentum.claims import outside
from dltheory.momentum.claims import observations

__all__ = [
    "acceleration",
    "gains",
    "heavy_ball",
    "jury",
    "lower_bound",
    "modes",
    "nesterov",
    "noise",
    "observations",
    "optimal",
    "outside",
    "powers",
    "regimes",
    "residual",
    "stability",
    "transient",
]
