"""Facts about dropout on networks that need no expansion: units of measurement, the ensemble, the mean path."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import sympy as sp

from dltheory.networks.claims.enumeration import HALF, KEEPS
from dltheory.networks.claims.noise import MASKS
from dltheory.networks.derivation import masks as small
from dltheory.networks.derivation import printed, sums
from dltheory.networks.derivation.symbols import keep
from verifiedbook.claims import Clauses, Exact, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Sums

#: Two images of two pixels, two ReLU units with biases, two outputs; rational throughout.
IMAGES = ((Fraction(2), Fraction(-1)), (Fraction(1, 2), Fraction(3)))
FIRST = ((Fraction(1), Fraction(-1, 2)), (Fraction(-1, 3), Fraction(2)))
BIASES = (Fraction(-1, 2), Fraction(1, 4))
LAST = ((Fraction(3, 2), Fraction(-1)), (Fraction(1, 2), Fraction(2, 3)))
TARGETS = ((1, 0), (0, 1))
SCALES = (Fraction(10), Fraction(1, 7))


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


def all_masks(keep: Fraction) -> list[tuple[Fraction, tuple[Fraction, ...]]]:
    """All masks of two entries, divided by p, with their probabilities."""
    return [
        (keep ** sum(bits) * (1 - keep) ** (2 - sum(bits)), tuple(bit / keep for bit in bits))
        for bits in product((0, 1), repeat=2)
    ]


@claim("thm-network-scale-free", uses=["thm-dropout-scale-free"])
def scale_free() -> Clauses:
    """An entry of what the first layer's old weights meet; the way back; a small network under every mask."""
    entry = Identity(
        small.rescaled_input,
        small.mask * small.x,
        near_misses=[
            NearMiss("the weights are not scaled back", lhs=lambda: small.rescaled_input() * small.unit),
            NearMiss("the mask is lost", rhs=small.x),
        ],
    )
    return clauses(
        i=[
            entry,
            Exact(
                lambda: _masked_outputs(rescaled=False),
                lambda: _masked_outputs(rescaled=True),
                [{}],
                scope="two images, two pixels, every mask",
                near_misses=[
                    NearMiss("the weights are not scaled back", measure=lambda: _masked_outputs(True, back=False))
                ],
            ),
        ],
        ii=[
            entry,
            Identity(
                small.returned_weight,
                small.first_weight,
                near_misses=[NearMiss("divided twice", lhs=lambda: small.returned_weight() / small.unit)],
            ),
            Exact(
                lambda keep: _input_losses(keep, rescaled=False),
                lambda keep: _input_losses(keep, rescaled=True),
                KEEPS,
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
        reads={"i": [(printed.rescaled, printed.plain)]},
        vocabulary={name: getattr(printed, name) for name in ("B", "X", "C", "W")},
    )


def _masked_outputs(rescaled: bool, back: bool = True) -> list[list[Fraction]]:
    """The outputs for each image under each mask of the inputs."""
    images, first = _scaled(rescaled, back)
    return [
        logits([m * x for m, x in zip(mask, image, strict=True)], first, (Fraction(1), Fraction(1)))
        for image in images
        for _, mask in all_masks(HALF)
    ]


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
            for chance, mask in all_masks(keep)
        ),
        Fraction(0),
    )


def _ridge(rescaled: bool) -> Fraction:
    images, first = _scaled(rescaled)
    loss = sum((_squared(logits(i, first, (1, 1)), y) for i, y in zip(images, TARGETS, strict=True)), Fraction(0))
    return loss + sum((w**2 for row in first for w in row), Fraction(0))


@claim("thm-network-ensemble", uses=["thm-dropout-ensemble"], source="hinton2012, baldi2014")
def ensemble() -> Clauses:
    """The mean logit of every class over all masks; below a ReLU unit the two values."""
    logit = sums.masked_logit(sp.S.One)
    return clauses(
        i=[
            Sums(
                sums.masked_logit(sums.N[sums.j] / keep),
                logit,
                noise={sums.N: MASKS},
                given=[keep < 1],
                near_misses=[
                    NearMiss("masks counted alike, whatever p", noise={sums.N: (HALF, HALF**2)}),
                    NearMiss("the masks are not divided by p", lhs=sums.masked_logit(sums.N[sums.j])),
                ],
            ),
            Cites("thm-dropout-ensemble", "i"),
            Exact(
                lambda keep: [_difference(logits(list(image), FIRST, (1, 1))) for image in IMAGES],
                lambda keep: [_mean_difference(image, keep) for image in IMAGES],
                KEEPS,
                near_misses=[
                    NearMiss(
                        "the masks lie on the inputs", measure=lambda keep: [_below(image, keep) for image in IMAGES]
                    ),
                ],
            ),
        ],
        ii=[
            Exact(
                small.relu_logits,
                _counterexample,
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("the two agree", predict=lambda: [Fraction(1, 2), Fraction(1, 2)]),
                    NearMiss("without the bias inside the ReLU", measure=lambda: _counterexample(Fraction(0))),
                ],
            ),
        ],
        reads={
            "ii": [
                (keep, small.HALF),
                (printed.expectation(printed.logit), small.relu_logits()[0]),
                (printed.plain_logit, small.relu_logits()[1]),
            ]
        },
        vocabulary={"z": printed.logit, "z_0": printed.plain_logit},
    )


def _difference(outputs: list[Fraction]) -> Fraction:
    """The logarithm of the quotient of the two softmax outputs."""
    return outputs[0] - outputs[1]


def _mean_difference(image: tuple[Fraction, ...], keep: Fraction, alike: bool = False) -> Fraction:
    """The same of the geometric mean over all masks of the hidden layer, weighted by their probabilities."""
    terms = [(Fraction(1, 4) if alike else chance, mask) for chance, mask in all_masks(keep)]
    return sum((chance * _difference(logits(list(image), FIRST, mask)) for chance, mask in terms), Fraction(0))


def _below(image: tuple[Fraction, ...], keep: Fraction) -> Fraction:
    masked = [(chance, [m * x for m, x in zip(mask, image, strict=True)]) for chance, mask in all_masks(keep)]
    return sum((chance * _difference(logits(one, FIRST, (1, 1))) for chance, one in masked), Fraction(0))


def _counterexample(bias: Fraction = HALF) -> list[Fraction]:
    """One unit of activation 1, kept with p = ½ below a ReLU with bias −½: the mean logit, and that without a mask."""
    mean = sum((HALF * max(Fraction(0), bit / HALF - bias) for bit in (0, 1)), Fraction(0))
    return [mean, max(Fraction(0), 1 - bias)]
