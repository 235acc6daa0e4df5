"""What the chapter claims about gradient descent on least squares, and how each statement is proved and attacked."""

from . import best_step, descent, ends, limits, regularisation, ridge

__all__ = ["best_step", "descent", "ends", "limits", "regularisation", "ridge"]
