"""Momentum to touch: what the page needs for the linked figure, and its still picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import sympy as sp
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse

from dltheory.lab import style
from dltheory.momentum import derivation as d
from dltheory.momentum.derivation import envelope as e
from dltheory.momentum.derivation.symbols import beta, ell, eta, kappa, m, q, sigma, t
from dltheory.momentum.experiment import methods, regression, spectrum

MODE = (eta, beta, sigma)
GRADIENT, AVERAGE, POSITION = sp.symbols("gradient average position", real=True)


@dataclass(frozen=True)
class MomentumFigure:
    """Momentum in a steep direction with singular value 1 and a flat one with 1 / sqrt(kappa).

    Tuned to ``condition`` and started at rest from (``x``, ``y``), flat and steep.
    """

    condition: float = 36.0
    x: float = 1.0
    y: float = 0.5
    name: str = "momentum"
    heights: tuple[int, int] = (822, 1022)

    def data(self) -> Mapping[str, Any]:
        """The values at the start, and the source's runs in units of its steep direction."""
        step, weight = self._tuned()
        source = regression.source_problem()
        runs = [[_short(run * source.sigma[0] ** 2), beta_] for run, beta_, _ in regression.PUBLISHED_LOSSES]
        start = {"eta": _short(step), "beta": _short(weight), "kappa": self.condition, "x": self.x, "y": self.y}
        return {
            "initial": {**start, "method": "momentum", "start": "rest"},
            "source": {"kappa": _short(source.condition_number), "runs": runs},
        }

    def formulas(self) -> Mapping[str, tuple[Any, Any]]:
        """What the module computes with."""
        averaged = d.heavy_ball_parameters()
        x_first, cosine = sp.Integer(1), d.chebyshev_argument()
        first = {
            "rest": d.residual_polynomial(1),
            "gradient": d.residual_from_gradient(2 * cosine, x_first, sp.Integer(1)),
            "short": d.residual_short_first_step(cosine, 2 * cosine, sp.Integer(1)),
        }
        starts = {f"first_{k}": (MODE, sp.simplify(sp.simplify(v).subs(averaged))) for k, v in first.items()}
        return {
            "trace": (MODE, d.trace()),
            "determinant": ((beta,), d.determinant()),
            "stability_limit": ((beta, sigma), d.stability_limit()),
            "double_root_steps": ((beta, sigma), d.double_root_steps()),
            "averaged_step": (
                (GRADIENT, AVERAGE, POSITION, eta, beta),
                d.averaged_step(GRADIENT, AVERAGE, POSITION),
            ),
            "optimal_step": ((m, ell), d.optimal_step()),
            "optimal_memory": ((m, ell), d.optimal_memory()),
            "optimal_rate": ((kappa,), d.optimal_rate()),
            "nesterov_trace": (MODE, e.nesterov_trace()),
            "nesterov_product": (MODE, e.nesterov_product()),
            "nesterov_limit": ((beta, sigma), e.nesterov_limit()),
            "nesterov_double_root_steps": ((beta, sigma), e.nesterov_double_root_steps()),
            "largest_modulus": ((e.trace_value, e.product_value), e.largest_modulus()),
            "cosine": ((e.trace_value, e.product_value), e.cosine()),
            "first_step_offset": ((e.trace_value, e.product_value, e.first), e.first_step_offset()),
            "swing": ((e.xi, e.offset), e.swing()),
            "linear_growth": ((t, e.offset), e.linear_growth()),
            "two_powers": ((e.larger, e.smaller, e.first, t), e.two_powers()),
            **starts,
        }

    def still(self, suffix: str) -> bytes:
        """The four drawings at the start: phase diagram, roots, path on the loss, error."""
        return style.picture(self._draw, suffix)

    def _tuned(self) -> tuple[float, float]:
        """(eta sigma_1^2, beta) of Polyak's optimum for curvatures in [2 / condition, 2]."""
        ends = {ell: 2.0, m: 2.0 / self.condition}
        memory = float(d.optimal_memory().subs(ends))
        return float(d.optimal_step().subs(ends)) / (1 - memory), 1 - memory

    def _draw(self) -> Figure:
        figure = style.figure(height=4.9)
        (phase, plane), (land, curve) = figure.subplots(2, 2)
        step, weight = self._tuned()
        values = np.array([1.0, self.condition**-0.5])
        colours = dict(zip(("steep", "flat"), (style.RED, style.BLUE), strict=True))

        # as many points as are needed to look smooth: the page loads the still before anything moves
        steps, weights = np.geomspace(0.02, 60, 40), np.linspace(0.02, 1, 36)
        radius = np.max([spectrum.spectral_radius(steps[None], weights[:, None], s) for s in values], axis=0)
        phase.contourf(steps, weights, radius, levels=[0, 0.3, 0.6, 0.78, 0.85, 0.9, 0.94, 0.97, 1], cmap="Blues_r")
        weights = np.sin(np.linspace(0.1, np.pi / 2, 40)) ** 2
        bounds = sp.lambdify((beta, sigma), [*d.double_root_steps(), d.stability_limit()])
        for s, colour in zip(values, colours.values(), strict=True):
            lower, upper, limit = bounds(weights, s)
            phase.plot([*lower, *upper[::-1]], [*weights, *weights[::-1]], "--", color=colour, linewidth=1.4)
            if s == 1:
                phase.plot(limit, weights, color=style.INK, linewidth=1.6)
        phase.plot(step, weight, "o", color="white", markeredgecolor=style.INK)
        phase.set(
            xscale="log",
            xlim=(steps[0], steps[-1]),
            ylim=(0.02, 1),
            xlabel="step size $\\eta\\sigma_1^2$",
            ylabel="$\\beta$",
            title="step and memory",
        )
        phase.grid(False)
        phase.minorticks_off()

        for r, line in ((1, "-"), (np.sqrt(1 - weight), "--")):
            plane.add_patch(Circle((0, 0), r, fill=False, color=style.GREY, linewidth=1, linestyle=line))
        for s, (name, colour) in zip(values, colours.items(), strict=True):
            roots = spectrum.eigenvalues(step, weight, s)
            plane.plot(roots.real, roots.imag, "o", color=colour, label=name)
        plane.set(aspect="equal", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xlabel="Re $z$", ylabel="Im $z$", title="roots")
        plane.legend(loc="center", ncols=1)

        times = np.arange(61)
        rate = methods.RATE(self.condition)
        law = {"steep": methods.TRANSIENT(rate, times)}
        law["flat"] = sp.lambdify((q, t), d.slowest_mode_factor())(rate, times)
        errors = {name: _run(step, weight, s, times.size) for s, name in zip(values, colours, strict=True)}
        start = {"steep": self.y, "flat": self.x}
        seen = slice(40)  # later steps lie under the star
        for level in 10.0 ** np.linspace(-3, 0, 7):
            axes = 2 * np.sqrt(level * self.condition), 2 * np.sqrt(level)
            colour = mpl.colormaps["cividis"](1 + np.log10(level) / 3)
            land.add_patch(Ellipse((0, 0), *axes, fill=False, color=colour, linewidth=1.4))
        path = self.x * errors["flat"][seen], self.y * errors["steep"][seen]
        land.plot(*path, "o-", color=style.INK, markersize=2, linewidth=0.8)
        land.plot(0, 0, "*", color=style.RED, markersize=9)
        land.set(xlim=(-1.3, 1.3), xlabel="flat direction", ylabel="steep direction", title="loss")

        for name, colour in colours.items():
            curve.semilogy(np.abs(errors[name]), color=colour, linewidth=1.2)
            curve.semilogy(law[name], color=colour, **style.PREDICTED)
        whole = np.sqrt(sum((start[name] * errors[name]) ** 2 for name in colours))
        curve.semilogy(whole / np.hypot(self.x, self.y), color=style.INK)
        curve.semilogy(rate**times, ":", color=style.GREY)
        curve.set(xlabel="iteration $t$", ylabel="error", title="error", ylim=(1e-6, 30))
        return figure


def _run(step: float, weight: float, value: float, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """x_t of one direction from x_0 = 1 and v_0 = 0, by the powers of M."""
    matrix, state = spectrum.iteration_matrix(step, weight, value), np.array([0.0, 1.0])
    path = np.empty(count)
    for k in range(count):
        path[k], state = state[1], matrix @ state
    return path


def _short(value: float) -> float:
    return float(f"{value:.12g}")


def flagship() -> MomentumFigure:
    """The figure of the chapter."""
    return MomentumFigure()
