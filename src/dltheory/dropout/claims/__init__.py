"""What the chapter claims about dropout, and how each statement is proved, checked and attacked."""

from . import conditioning, dynamics, networks, objective, observations, solution

__all__ = ["conditioning", "dynamics", "networks", "objective", "observations", "solution"]
