"""A thin lens, derived."""

import sympy as sp

f, g = sp.symbols("f g", positive=True)
b = sp.Symbol("b", positive=True)


def derive_image():
    """The distance of the image from the lens equation."""
    return sp.solve(sp.Eq(1 / f, 1 / g + 1 / b), b)[0]


image = f * g / (g - f)
