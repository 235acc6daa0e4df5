"""What the chapter claims about gradient descent on least squares, and how each statement is proved and attacked."""

from . import descent, limits, regularisation

__all__ = ["descent", "limits", "regularisation"]
