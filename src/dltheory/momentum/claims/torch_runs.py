"""Thirty steps of the averaged form and of PyTorch's optimiser on random regressions."""

from typing import Any


def random_run(rng: Any) -> Any:
    """A regression with n = 8, d = 3, a start, and stable parameters."""
    x = rng.normal(size=(8, 3))
    weight = rng.uniform(0.1, 1.0)
    step = 0.5 / (weight * (x**2).sum())
    return {"x": x, "y": rng.normal(size=8), "start": rng.normal(size=3), "step": step, "weight": weight}


def weights_averaged(x: Any, y: Any, start: Any, step: float, weight: float, rest: bool = False) -> Any:
    """w₃₀ of the averaged form, v₀ the first gradient (or 0)."""
    import numpy as np

    w = start
    average = np.zeros_like(start) if rest else 2 * x.T @ (x @ w - y)
    for _ in range(30):
        average = (1 - weight) * average + weight * 2 * x.T @ (x @ w - y)
        w = w - step * average
    return w


def weights_of_torch(x: Any, y: Any, start: Any, step: float, weight: float, dampened: bool = True) -> Any:
    """w₃₀ of torch.optim.SGD with momentum 1 − β and, unless told otherwise, dampening 1 − β."""
    import torch

    w = torch.tensor(start, requires_grad=True)
    features, targets = torch.tensor(x), torch.tensor(y)
    optimiser = torch.optim.SGD([w], lr=step, momentum=1 - weight, dampening=1 - weight if dampened else 0.0)
    for _ in range(30):
        optimiser.zero_grad()
        ((targets - features @ w) ** 2).sum().backward()
        optimiser.step()
    return w.detach().numpy()
