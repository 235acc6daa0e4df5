"""All masks of a small network: three images, two hidden units, rational throughout."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
#: Keep probabilities at which masks are enumerated.
KEEPS = [{"keep": keep} for keep in (HALF, THIRD, Fraction(4, 5))]

# three images, two pixels, two hidden units with a ReLU, one output
_IMAGES = ((1, 2), (Fraction(-1, 2), 1), (3, Fraction(-1, 3)))
_FIRST = ((1, -1), (Fraction(1, 2), 2))
_LAST = (Fraction(3, 2), Fraction(-2, 3))
_TARGETS = (1, -1, 2)


def activations(images: Any = _IMAGES) -> list[list[Fraction]]:
    """What the two ReLU units make of each image."""
    return [
        [
            max(Fraction(0), sum((Fraction(w) * x for w, x in zip(row, image, strict=True)), Fraction(0)))
            for row in _FIRST
        ]
        for image in images
    ]


def ridge_loss(keep: Fraction, strength: Fraction | None = None, of_inputs: bool = False) -> Fraction:
    """‖y − Aw‖² + λ Σ_j ‖A_{:j}‖² w_j² for the frozen activations A."""
    A = activations()
    fitted = [sum(a * w for a, w in zip(row, _LAST, strict=True)) for row in A]
    loss = sum((y - f) ** 2 for y, f in zip(_TARGETS, fitted, strict=True))
    rows = _IMAGES if of_inputs else A
    norms = [sum(Fraction(row[j]) ** 2 for row in rows) for j in range(2)]
    strength = (1 - keep) / keep if strength is None else strength
    return loss + strength * sum(norm * w**2 for norm, w in zip(norms, _LAST, strict=True))


def mean_over_masks(keep: Fraction, on_inputs: bool = False) -> Fraction:
    """The mean of the loss over all 2⁶ masks, each activation, or each pixel, kept by itself and divided by p."""
    A, total = activations(), Fraction(0)
    for bits in product((0, 1), repeat=6):
        chance = keep ** sum(bits) * (1 - keep) ** (6 - sum(bits))
        masked = [[(_IMAGES if on_inputs else A)[i][j] * bits[2 * i + j] / keep for j in range(2)] for i in range(3)]
        rows = activations(masked) if on_inputs else masked
        fitted = [sum(a * w for a, w in zip(row, _LAST, strict=True)) for row in rows]
        total += chance * sum((y - f) ** 2 for y, f in zip(_TARGETS, fitted, strict=True))
    return total


#: The last layer of the same network with two outputs.
WIDE_LAST = ((Fraction(3, 2), Fraction(-2, 3)), (1, Fraction(1, 2)))
_WIDE_TARGETS = ((1, 0), (-1, 2), (2, Fraction(1, 3)))


def outputs(rows: list[list[Fraction]], last: Any = WIDE_LAST) -> list[list[Fraction]]:
    """Both outputs for each row of activations."""
    return [[sum(Fraction(w) * a for w, a in zip(unit, row, strict=True)) for unit in last] for row in rows]


def loss_of(outputs: list[list[Fraction]], power: int = 2) -> Fraction:
    """The sum of the squared residuals, or of another even power of them."""
    return sum(
        (
            (Fraction(y) - f) ** power
            for row, wanted in zip(outputs, _WIDE_TARGETS, strict=True)
            for f, y in zip(row, wanted, strict=True)
        ),
        Fraction(0),
    )


def penalised_loss(keep: Fraction, rows: int = 2) -> Fraction:
    """Loss plus λ Σ_j ‖W_{:j}‖² Σ_i a_ij²."""
    A = activations()
    columns = [sum(Fraction(WIDE_LAST[k][j]) ** 2 for k in range(rows)) for j in range(2)]
    return loss_of(outputs(A)) + (1 - keep) / keep * sum(columns[j] * row[j] ** 2 for row in A for j in range(2))


def excess_by_masks(keep: Fraction, power: int = 2) -> Fraction:
    """The mean loss, each image with a mask of its own."""
    return mean_loss(keep, shared=False, power=power)


def mean_loss(keep: Fraction, shared: bool, power: int = 2, squared: bool = False, divided: bool = True) -> Fraction:
    """The mean, over masks of every image or one mask for all, of the loss, or of its square; B/p, or B itself."""
    A, total = activations(), Fraction(0)
    count = 2 if shared else 6
    for bits in product((0, 1), repeat=count):
        chance = keep ** sum(bits) * (1 - keep) ** (count - sum(bits))
        scale = keep if divided else 1
        masked = [[A[i][j] * bits[j if shared else 2 * i + j] / scale for j in range(2)] for i in range(3)]
        loss = loss_of(outputs(masked), power)
        total += chance * (loss**2 if squared else loss)
    return total
