"""Permuting hidden channels changes nothing; so the most important ones can be put first, and the rest cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dltheory.compression.derivation import channels as d
from verifiedbook.claims import Agreement, Clauses, Exact, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Matrices

from .published import FIRST_CHANNELS_REMOVED

if TYPE_CHECKING:
    from dltheory.lab.models import VGG

#: Small, with more than two channels everywhere, so that most permutations are not their own inverse.
_SHAPE = (3, 16, 16)
_CHANNELS = (5, 6, 7, 6, 8, 7, 6, 9)


@claim("thm-channel-permutation", source="dltheoreticalanalysis")
def a_permutation_of_hidden_channels_changes_nothing() -> Clauses:
    """Matrices of any size; three channels in symbols; networks with all kinds of layers; which are kept, by marks.

    That the notebook's code keeps the first channels is read in it; the check is of the book's code.
    """
    layers, image, cycle = d.symbolic(), d.image(), d.CYCLE
    same = tuple(range(d.HIDDEN))

    def permuted(**orders: Any) -> Any:
        return lambda: d.permuted(layers, cycle, **orders).output(image)

    symbolic = Identity(
        permuted(),
        lambda: layers.output(image),
        scope="3 hidden channels, kernels of 2 taps, 2 outputs; every function of one number, weight and image",
        near_misses=[
            NearMiss("only the outputs of the first convolution move", lhs=permuted(norm_order=same, next_order=same)),
            NearMiss("the biases stay as they are", lhs=permuted(bias_order=same)),
            NearMiss("batch norm stays as it is", lhs=permuted(norm_order=same)),
            NearMiss("the next convolution stays as it is", lhs=permuted(next_order=same)),
            NearMiss("the next convolution gets the inverse permutation", lhs=permuted(next_order=d.inverse(cycle))),
        ],
    )
    any_size = _in_matrices()
    return clauses(
        i=[
            *any_size,
            symbolic,
            Agreement(
                lambda seed: _logits(seed),
                lambda seed: _permuted_logits(seed),
                [{"seed": seed} for seed in range(5)],
                tolerance=1e-12,
                because="sums of at most 72 products in another order, in double precision, through eight layers",
                near_misses=[
                    NearMiss(
                        "only the outputs of the convolutions move",
                        measure=lambda seed: _permuted_logits(seed, norm="same", following="same"),
                    ),
                    NearMiss(
                        "the running statistics of batch norm stay",
                        measure=lambda seed: _permuted_logits(seed, norm="affine only"),
                    ),
                    NearMiss("all of batch norm stays", measure=lambda seed: _permuted_logits(seed, norm="same")),
                    NearMiss(
                        "the next convolution gets the inverse permutation",
                        measure=lambda seed: _permuted_logits(seed, following="inverse"),
                    ),
                    NearMiss(
                        "the outputs of the next convolution move in place of its inputs",
                        measure=lambda seed: _permuted_logits(seed, following="outputs"),
                    ),
                ],
            ),
        ],
        ii=[
            *any_size,
            symbolic,
            Agreement(
                lambda seed: _logits(seed),
                lambda seed: _sorted_logits(seed),
                [{"seed": seed} for seed in range(3)],
                tolerance=1e-5,
                because="the function that the chapter sorts channels with rounds to single precision",
                near_misses=[
                    NearMiss(
                        "channels are removed, not only sorted", measure=lambda seed: _sorted_logits(seed, ratio=0.3)
                    ),
                ],
            ),
        ],
        iii=[
            Exact(
                lambda seed, ratio: _most_important(seed, ratio),
                lambda seed, ratio: _kept_after_sorting(seed, ratio),
                [{"seed": seed, "ratio": ratio} for seed in (0, 1) for ratio in (0.3, 0.5)],
                near_misses=[
                    NearMiss("unsorted", measure=lambda seed, ratio: _kept_after_sorting(seed, ratio, sort=False)),
                ],
            ),
            Exact(
                lambda count, ratio: set(range(count - round(ratio * count), count)),
                _removed_places,
                [{"count": count, "ratio": 0.3} for count in (10, 20, 40)],
                near_misses=[
                    NearMiss(
                        "the first 30 % of the channels are removed",
                        predict=lambda count, ratio: set(range(round(ratio * count))),
                        erratum=FIRST_CHANNELS_REMOVED,
                    ),
                ],
            ),
        ],
    )


def _in_matrices() -> list[Matrices]:
    """Rows move with the permutation up to the elementwise function, which treats all alike; the next layer undoes it.

    Pooling and the mean over pixels act on each row and add nothing.
    """
    P = d.permutation
    return [
        Matrices(
            d.moved_normalised,
            lambda: P * d.normalised(d.filters, d.bias, d.scale, d.mean, d.shift),
            where=d.undone,
            near_misses=[
                NearMiss(
                    "the biases stay as they are",
                    lhs=lambda: d.normalised(P * d.filters, d.bias, P * d.scale * P.T, P * d.mean, P * d.shift),
                ),
                NearMiss(
                    "batch norm stays as it is",
                    lhs=lambda: d.normalised(P * d.filters, P * d.bias, d.scale, d.mean, d.shift),
                ),
            ],
        ),
        Matrices(
            lambda: d.next_layer(d.next_weights * P.T, P * d.hidden),
            lambda: d.next_layer(d.next_weights, d.hidden),
            where=d.undone,
            near_misses=[
                NearMiss("the next layer stays as it is", lhs=lambda: d.next_layer(d.next_weights, P * d.hidden)),
                NearMiss(
                    "the next layer gets the inverse permutation",
                    lhs=lambda: d.next_layer(d.next_weights * P, P * d.hidden),
                ),
            ],
        ),
    ]


def _network(seed: int) -> VGG:
    """A small VGG in evaluation, double precision, everything drawn at random, statistics of batch norm included."""
    import torch

    from dltheory.lab.models import VGG

    generator = torch.Generator().manual_seed(seed)
    model = VGG(_SHAPE, channels=_CHANNELS).double().eval()
    with torch.no_grad():
        for name, values in model.state_dict().items():
            if values.dtype == torch.float64:
                drawn = torch.randn(values.shape, generator=generator, dtype=torch.float64)
                scale = max(1, values[0].numel()) ** -0.5 if values.ndim > 1 else 0.5
                values.copy_(drawn.abs() + 0.5 if "running_var" in name else scale * drawn + (values.ndim == 1))
    return model


def _images(seed: int) -> Any:
    import torch

    return torch.randn(4, *_SHAPE, generator=torch.Generator().manual_seed(100 + seed), dtype=torch.float64)


def _evaluated(model: VGG, seed: int) -> np.ndarray:
    import torch

    with torch.no_grad():
        return model(_images(seed)).numpy()


def _logits(seed: int) -> np.ndarray:
    return _evaluated(_network(seed), seed)


def _permuted_logits(seed: int, norm: str = "all", following: str = "inputs") -> np.ndarray:
    """Logits after moving the channels of every convolution, the last too, by hand: no function of the chapter.

    ``norm``: what of batch norm moves along; ``following``: what of the next layer.
    """
    import torch

    model, rng = _network(seed), np.random.default_rng(seed)
    state = model.state_dict()
    for position, count in enumerate(_CHANNELS):
        order = torch.tensor(np.roll(np.arange(count), 1 + rng.integers(count - 2)))  # a cycle, and not the identity
        state[f"conv{position}.weight"] = state[f"conv{position}.weight"][order]
        moved = {"all": ("weight", "bias", "running_mean", "running_var"), "affine only": ("weight", "bias")}
        for name in moved.get(norm, ()):
            state[f"norm{position}.{name}"] = state[f"norm{position}.{name}"][order]
        after = f"conv{position + 1}.weight" if position + 1 < len(_CHANNELS) else "classifier.weight"
        if following in ("inputs", "inverse"):
            state[after] = state[after][:, order if following == "inputs" else order.argsort()]
        elif following == "outputs":
            state[after] = state[after].roll(1, dims=0)
    model.load_state_dict(state)
    return _evaluated(model, seed)


def _sorted_logits(seed: int, ratio: float = 0.0) -> np.ndarray:
    from dltheory.compression.experiment.channels import sorted_by_importance, without_channels

    model = sorted_by_importance(_network(seed))
    return _evaluated(without_channels(model, ratio).double() if ratio else model.double(), seed)


def _removed_places(count: int, ratio: float) -> set[int]:
    """Which channels of a first layer with ``count`` channels are missing afterwards, by a mark that each carries."""
    import torch

    from dltheory.compression.experiment.channels import without_channels
    from dltheory.lab.models import VGG

    model = VGG((1, 8, 8), channels=(count,) * 8)
    with torch.no_grad():
        model.norm0.bias.copy_(torch.arange(count))
    return set(range(count)) - {int(mark) for mark in without_channels(model, ratio).norm0.bias}


def _most_important(seed: int, ratio: float) -> list[set[int]]:
    """Of each convolution but the last, the channels that the next uses most: norms in NumPy, ranked one by one."""
    state, found = _network(seed).state_dict(), []
    for position, count in enumerate(_CHANNELS[:-1]):
        used = state[f"conv{position + 1}.weight"].numpy()
        norms = [np.linalg.norm(used[:, channel]) for channel in range(count)]
        kept = round((1 - ratio) * count)
        found.append({channel for channel in range(count) if sum(other > norms[channel] for other in norms) < kept})
    return found


def _kept_after_sorting(seed: int, ratio: float, sort: bool = True) -> list[set[int]]:
    """The channels that are left, by a mark that each carries."""
    import torch

    from dltheory.compression.experiment.channels import sorted_by_importance, without_channels

    model = _network(seed)
    with torch.no_grad():
        for position, count in enumerate(_CHANNELS):
            model.get_submodule(f"norm{position}").bias.copy_(torch.arange(count))
    smaller = without_channels(sorted_by_importance(model) if sort else model, ratio)
    marks = [smaller.get_submodule(f"norm{position}").bias for position in range(len(_CHANNELS) - 1)]
    return [{int(mark) for mark in layer} for layer in marks]
