"""What holds about momentum, and how each statement is proved, checked and attacked."""

# importing a room registers its claims
from dltheory.momentum.claims import modes, noise, optimal, outside, powers, stability, transient

__all__ = ["modes", "noise", "optimal", "outside", "powers", "stability", "transient"]
