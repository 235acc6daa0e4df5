"""Outside quadratics: the function of Lessard, Recht and Packard on which the tuned method cycles."""

import sympy as sp

# The tuned parameters for curvatures in [1, 25]: sqrt(kappa) = 5, q = 2/3.
STEP = sp.Rational(1, 9)
MEMORY = sp.Rational(4, 9)
CYCLE = (sp.Rational(792, 1225), sp.Rational(-2208, 1225), sp.Rational(2592, 1225))


def slope(x: sp.Expr) -> sp.Expr:
    """f'(x): 25 x below 1, x + 24 on [1, 2), 25 x - 24 from 2 on. Continuous, its slope between 1 and 25."""
    return sp.Piecewise((25 * x, x < 1), (x + 24, x < 2), (25 * x - 24, True))


def heavy_ball_step(
    newer: sp.Expr, older: sp.Expr, step: sp.Expr = STEP, memory: sp.Expr = MEMORY
) -> tuple[sp.Expr, sp.Expr]:
    """(x_{t+1}, x_t) = (x_t - alpha f'(x_t) + mu (x_t - x_{t-1}), x_t), in exact arithmetic."""
    return newer - step * slope(newer) + memory * (newer - older), newer


def cycle_equations() -> list[sp.Eq]:
    """The three linear equations of a 3-cycle that visits x < 1, x < 1 and x >= 2 in turn."""
    first, second, third = sp.symbols("x_0 x_1 x_2", real=True)
    gradients = {first: 25 * first, second: 25 * second, third: 25 * third - 24}
    orbit = [first, second, third]
    return [
        sp.Eq(orbit[(i + 1) % 3], x - STEP * gradients[x] + MEMORY * (x - orbit[(i - 1) % 3]))
        for i, x in enumerate(orbit)
    ]
