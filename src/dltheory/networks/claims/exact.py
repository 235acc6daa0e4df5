"""Facts about dropout on networks that need no expansion: units of measurement, the ensemble, the mean path."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from dltheory.networks.claims.enumeration import HALF, THIRD
from verifiedbook.claims import Clauses, Exact, NearMiss, claim, clauses

#: Two images of two pixels, two ReLU units with biases, two outputs; rational throughout.
IMAGES = ((Fraction(2), Fraction(-1)), (Fraction(1, 2), Fraction(3)))
FIRST = ((Fraction(1), Fraction(-1, 2)), (Fraction(-1, 3), Fraction(2)))
BIASES = (Fraction(-1, 2), Fraction(1, 4))
LAST = ((Fraction(3, 2), Fraction(-1)), (Fraction(1, 2), Fraction(2, 3)))
TARGETS = ((1, 0), (0, 1))
SCALES = (Fraction(10), Fraction(1, 7))


#: Why a relation of the page is not compared with the evidence.
_INSTANCE = "the instance that is computed"


def relu(values: list[Fraction]) -> list[Fraction]:
    """The positive part of each."""
    return [max(Fraction(0), value) for value in values]


def applied(matrix: tuple[tuple[Fraction, ...], ...], values: list[Fraction]) -> list[Fraction]:
    """A matrix times a vector."""
    return [sum((w * v for w, v in zip(row, values, strict=True)), Fraction(0)) for row in matrix]


def logits(
    image: list[Fraction], first: tuple[tuple[Fraction, ...], ...], mask: tuple[Fraction, ...]
) -> list[Fraction]:
    """The outputs of the small network when its hidden activations are multiplied by ``mask``."""
    hidden = relu([h + b for h, b in zip(applied(first, image), BIASES, strict=True)])
    return applied(LAST, [m * h for m, h in zip(mask, hidden, strict=True)])


def masks(keep: Fraction) -> list[tuple[Fraction, tuple[Fraction, ...]]]:
    """All masks of two entries, divided by p, with their probabilities."""
    return [
        (keep ** sum(bits) * (1 - keep) ** (2 - sum(bits)), tuple(bit / keep for bit in bits))
        for bits in product((0, 1), repeat=2)
    ]


@claim(
    "thm-network-scale-free",
    uses=["thm-dropout-scale-free"],
)
def scale_free() -> Clauses:
    """With dropout on the inputs no unit of measurement matters; with a ridge it does."""
    return clauses(
        [
            Exact(
                lambda keep: _input_losses(keep, rescaled=False),
                lambda keep: _input_losses(keep, rescaled=True),
                [{"keep": keep} for keep in (HALF, THIRD)],
                near_misses=[
                    NearMiss(
                        "the weights are not scaled back", measure=lambda keep: _input_losses(keep, True, back=False)
                    ),
                    NearMiss(
                        "a ridge on the first layer in place of dropout",
                        predict=lambda keep: _ridge(rescaled=False),
                        measure=lambda keep: _ridge(rescaled=True),
                    ),
                ],
            ),
        ],
    )


def _scaled(rescaled: bool, back: bool = True) -> tuple[list[list[Fraction]], tuple[tuple[Fraction, ...], ...]]:
    """Images and first layer, in other units or not."""
    images = [[x * (c if rescaled else 1) for x, c in zip(image, SCALES, strict=True)] for image in IMAGES]
    first = tuple(tuple(w / (c if rescaled and back else 1) for w, c in zip(row, SCALES, strict=True)) for row in FIRST)
    return images, first


def _squared(found: list[Fraction], wanted: tuple[int, ...]) -> Fraction:
    return sum(((y - f) ** 2 for f, y in zip(found, wanted, strict=True)), Fraction(0))


def _input_losses(keep: Fraction, rescaled: bool, back: bool = True) -> Fraction:
    """The mean loss under inverted dropout on the inputs, every image with a mask of its own."""
    images, first = _scaled(rescaled, back)
    return sum(
        (
            chance * _squared(logits([m * x for m, x in zip(mask, image, strict=True)], first, (1, 1)), wanted)
            for image, wanted in zip(images, TARGETS, strict=True)
            for chance, mask in masks(keep)
        ),
        Fraction(0),
    )


def _ridge(rescaled: bool) -> Fraction:
    images, first = _scaled(rescaled)
    loss = sum((_squared(logits(i, first, (1, 1)), y) for i, y in zip(images, TARGETS, strict=True)), Fraction(0))
    return loss + sum((w**2 for row in first for w in row), Fraction(0))


@claim("thm-network-ensemble", uses=["thm-dropout-ensemble"], source="hinton2012, baldi2014")
def ensemble() -> Clauses:
    """The geometric mean of all masked networks is the network, for the last hidden layer and not below a ReLU."""
    return clauses(
        i=[
            Exact(
                lambda keep: [_difference(logits(list(image), FIRST, (1, 1))) for image in IMAGES],
                lambda keep: [_mean_difference(image, keep) for image in IMAGES],
                [{"keep": keep} for keep in (HALF, THIRD, Fraction(4, 5))],
                near_misses=[
                    NearMiss(
                        "masks counted alike, whatever p",
                        measure=lambda keep: [_mean_difference(i, keep, True) for i in IMAGES],
                    ),
                    NearMiss(
                        "the masks lie on the inputs", measure=lambda keep: [_below(image, keep) for image in IMAGES]
                    ),
                ],
            ),
        ],
        ii=[
            Exact(
                lambda: [Fraction(3, 4), Fraction(1, 2)],
                _counterexample,
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("the two agree", predict=lambda: [Fraction(1, 2), Fraction(1, 2)]),
                    NearMiss("without the bias inside the ReLU", measure=lambda: _counterexample(Fraction(0))),
                ],
            ),
        ],
        declared={r"p=\frac12": _INSTANCE},
    )


def _difference(outputs: list[Fraction]) -> Fraction:
    """The logarithm of the quotient of the two softmax outputs."""
    return outputs[0] - outputs[1]


def _mean_difference(image: tuple[Fraction, ...], keep: Fraction, alike: bool = False) -> Fraction:
    """The same of the geometric mean over all masks of the hidden layer, weighted by their probabilities."""
    terms = [(Fraction(1, 4) if alike else chance, mask) for chance, mask in masks(keep)]
    return sum((chance * _difference(logits(list(image), FIRST, mask)) for chance, mask in terms), Fraction(0))


def _below(image: tuple[Fraction, ...], keep: Fraction) -> Fraction:
    masked = [(chance, [m * x for m, x in zip(mask, image, strict=True)]) for chance, mask in masks(keep)]
    return sum((chance * _difference(logits(one, FIRST, (1, 1))) for chance, one in masked), Fraction(0))


def _counterexample(bias: Fraction = HALF) -> list[Fraction]:
    """One unit of activation 1, kept with p = ½ below a ReLU with bias −½: the mean logit, and that without a mask."""
    mean = sum((HALF * max(Fraction(0), bit / HALF - bias) for bit in (0, 1)), Fraction(0))
    return [mean, max(Fraction(0), 1 - bias)]


@claim("thm-network-mean-path", uses=["thm-dropout-mean-dynamics"])
def mean_path() -> Clauses:
    """The mean of the iterates follows gradient descent on the mean loss for one step, and then leaves it."""
    return clauses(
        i=[
            Exact(
                lambda keep: _mean_descent(keep, 1),
                lambda keep: _mean_of_iterates(keep, 1),
                [{"keep": keep} for keep in (HALF, THIRD, Fraction(4, 5))],
                near_misses=[
                    NearMiss(
                        "gradient descent on the loss without dropout",
                        predict=lambda keep: _mean_descent(keep, 1, False),
                    ),
                    NearMiss(
                        "after two steps",
                        predict=lambda keep: _mean_descent(keep, 2),
                        measure=lambda keep: _mean_of_iterates(keep, 2),
                    ),
                ],
            ),
        ],
        ii=[
            Exact(
                lambda: [Fraction(44, 81), Fraction(56, 81)],
                lambda: [_mean_of_iterates(HALF, 2)[0], _mean_descent(HALF, 2)[0]],
                [{}],
                complete=True,
                near_misses=[NearMiss("the two agree", predict=lambda: [Fraction(44, 81), Fraction(44, 81)])],
            ),
        ],
        declared=dict.fromkeys((r"x=y", "y=1", r"p=\frac12", r"\eta=\frac16", "v=w", "w=1"), _INSTANCE),
    )


def _step(weights: tuple[Fraction, Fraction], x: Fraction, square: Fraction) -> tuple[Fraction, Fraction]:
    """One step of size 1/6 on the loss 1 - 2 v w x + v² w² square of the network v w x with target 1."""
    v, w = weights
    pull = -2 * x + 2 * v * w * square
    return v - pull * w / 6, w - pull * v / 6


def _mean_descent(keep: Fraction, steps: int, dropout: bool = True) -> list[Fraction]:
    """Gradient descent from v = w = 1 on the mean loss, x = 1: the mean of the squared mask is 1/p."""
    weights = (Fraction(1), Fraction(1))
    for _ in range(steps):
        weights = _step(weights, Fraction(1), 1 / keep if dropout else Fraction(1))
    return list(weights)


def _mean_of_iterates(keep: Fraction, steps: int) -> list[Fraction]:
    """The mean over all sequences of masks of the weights after so many steps from the same start."""
    total = [Fraction(0), Fraction(0)]
    for bits in product((0, 1), repeat=steps):
        weights = (Fraction(1), Fraction(1))
        for bit in bits:
            weights = _step(weights, bit / keep, (bit / keep) ** 2)
        chance = keep ** sum(bits) * (1 - keep) ** (steps - sum(bits))
        total = [t + chance * w for t, w in zip(total, weights, strict=True)]
    return total
