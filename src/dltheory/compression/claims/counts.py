"""Multiply-accumulates and parameters: the formula against loops, the module as built, and torchprofile."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import sympy as sp
from sympy import Eq, Integer, Rational

from dltheory.compression.derivation import counts as d
from verifiedbook.claims import Clauses, Exact, Identity, NearMiss, claim, clauses

#: Small convolutions: kernel, input and output channels, output size.
_TINY = [
    {"kernel": 1, "inputs": 2, "outputs": 3, "rows": 2, "columns": 3},
    {"kernel": 3, "inputs": 2, "outputs": 2, "rows": 3, "columns": 4},
    {"kernel": 5, "inputs": 1, "outputs": 3, "rows": 2, "columns": 2},
]


@claim("thm-macs", source="dltheoreticalanalysis")
def multiplications_fall_with_the_square_of_the_channels_kept() -> Clauses:
    """Sums of ones, what channels multiply them by, and networks counted four times: formula, loops, hooks, a trace."""
    pruned = _pruned_networks()
    return clauses(
        i=[_summed(), _tiny_by_loops()],
        ii=[_scaled(True, True, 1 - d.ratio, "they scale by 1 − c"), *pruned],
        iii=[
            _scaled(False, True, (1 - d.ratio) ** 2, "they scale by (1 − c)²"),
            _scaled(True, False, (1 - d.ratio) ** 2, "they scale by (1 − c)²"),
            *pruned,
        ],
        iv=pruned,
        v=_counted_at(Rational(0), (605_754_368, 9_228_362)),
        vi=_counted_at(Rational(3, 10), (305_097_920, 5_013_666)),
        reads={"": [(0, "<", d.ratio), d.ratio < 1], "vi": [Eq(d.ratio, Rational(3, 10))]},
    )


def _summed() -> Identity:
    return Identity(
        d.derive_convolution_macs,
        d.convolution_macs,
        near_misses=[
            NearMiss("k for k²", rhs=d.convolution_macs / d.k),
            NearMiss("one filter for all input channels", rhs=d.convolution_macs / d.c_in),
            NearMiss("multiplications and additions counted apart", rhs=2 * d.convolution_macs),
        ],
    )


def _tiny_by_loops() -> Exact:
    return Exact(
        _by_formula,
        _by_loops,
        _TINY,
        near_misses=[
            NearMiss(
                "products with zeros of the padding are left out", measure=lambda **c: _by_loops(**c, padded=False)
            ),
            NearMiss("one for each output number", predict=lambda **c: c["outputs"] * c["rows"] * c["columns"]),
        ],
    )


def _scaled(inputs: bool, outputs: bool, wrong: sp.Expr, told: str) -> Identity:
    """What a convolution of any size costs after its inputs, its outputs or both were pruned, over what it did."""
    factor = (1 - d.ratio) ** (inputs + outputs)
    return Identity(
        lambda: d.pruned_macs(inputs, outputs) / d.convolution_macs,
        factor,
        near_misses=[NearMiss(told, rhs=wrong), NearMiss("nothing is saved", rhs=1)],
    )


def _pruned_networks() -> list[Identity]:
    """Layer by layer for a VGG with any numbers of channels, and the source's polynomials."""
    r, m = 1 - d.ratio, d.multiplier
    interior, first, last, classifier = 566_231_040, 1_769_472, 37_748_736, 5_120
    scaled = interior * m**2 * r**2 + first * m * r + last * m**2 * r + classifier * m
    parameters = 6_856_704 * r**2 + 2_365_504 * r + 6_154
    channels = sp.symbols(f"C_1:{len(d.CHANNELS) + 1}", positive=True)
    shares = [r, *[r**2] * (len(channels) - 2), r, 1]
    return [
        Identity(
            lambda: d.layer_shares(channels),
            shares,
            scope="eight convolutions and a linear layer, with any numbers of channels",
            complete=True,
            near_misses=[
                NearMiss("every convolution scales by (1 − c)²", rhs=[*[r**2] * len(channels), 1]),
                NearMiss("the classifier loses inputs too", rhs=[*shares[:-1], r]),
            ],
        ),
        Identity(
            lambda: [d.macs(d.pruned_channels(factor=m)), d.parameters(d.pruned_channels())],
            [scaled, parameters],
            scope="the source's network, at every width",
            near_misses=[
                NearMiss(
                    "the first convolution scales by (1 − c)²", rhs=[scaled - first * m * r * d.ratio, parameters]
                ),
                NearMiss("parameters without batch norm", rhs=[scaled, parameters - 4_480 * r - 1_024]),
            ],
        ),
        Identity(
            lambda: [polynomial.doit() for polynomial in (d.source_macs(), d.source_parameters())],
            lambda: [d.macs(d.pruned_channels()), d.parameters(d.pruned_channels())],
            scope="the source's network",
            near_misses=[
                NearMiss(
                    "powers of c in place of 1 − c",
                    lhs=lambda: [each.subs(d.ratio, 1 - d.ratio) for each in (d.source_macs(), d.source_parameters())],
                ),
                NearMiss("the last convolution loses channels too", rhs=lambda: _all_of_them_pruned()),
            ],
        ),
    ]


def _counted_at(ratio: sp.Rational, printed: tuple[int, int]) -> list[Exact]:
    """The two numbers by formula, on the module as built, and by a tracer that counts batch norm and the mean too."""
    case = [{"ratio": ratio}]
    traced = {Rational(0): 606_164_480}.get(ratio, 305_388_064)
    rounded = [
        NearMiss(
            "channels rounded down",
            predict=lambda ratio: _of_source(ratio, rounding=lambda count: int(sp.floor(count))),
        ),
        NearMiss(
            "channels rounded up",
            predict=lambda ratio: _of_source(ratio, rounding=lambda count: int(sp.ceiling(count))),
        ),
        NearMiss("the last convolution loses channels too", predict=lambda ratio: _of_source(ratio, last=True)),
        NearMiss("zeros count as removed: the same module, masked", predict=lambda ratio: _of_source(Integer(0))),
    ]
    dense = [
        NearMiss("multiplications and additions", predict=lambda ratio: (2 * _of_source(ratio)[0], printed[1])),
        NearMiss("the network at half the width", predict=lambda ratio: _of_module(ratio, width=0.5)),
    ]
    return [
        Exact(_of_source, lambda ratio: printed, case, complete=True, near_misses=rounded if ratio else dense),
        Exact(
            _of_source,
            _of_module,
            case,
            near_misses=[NearMiss("the network at half the width", measure=lambda ratio: _of_module(ratio, width=0.5))],
        ),
        Exact(
            lambda ratio: _of_source(ratio)[0] + d.profiled_extra(d.rounded_channels(ratio)),
            _by_torchprofile,
            case,
            near_misses=[
                NearMiss(
                    "torchprofile counts convolutions and the classifier only",
                    predict=lambda ratio: _of_source(ratio)[0],
                ),
                NearMiss(
                    "it counts batch norm and not the mean",
                    predict=lambda ratio: _of_source(ratio)[0] + d.profiled_extra(d.rounded_channels(ratio)) - 512,
                ),
            ],
        ),
        Exact(
            lambda ratio: traced,
            _by_torchprofile,
            case,
            near_misses=[NearMiss("the counts without batch norm", predict=lambda ratio: _of_source(ratio)[0])],
        ),
    ]


def _all_of_them_pruned() -> list[sp.Expr]:
    channels = [(1 - d.ratio) * count for count in d.CHANNELS]
    return [d.macs(channels), d.parameters(channels)]


def _by_formula(kernel: int, inputs: int, outputs: int, rows: int, columns: int) -> sp.Expr:
    values = {d.k: kernel, d.c_in: inputs, d.c_out: outputs, d.height: rows, d.width: columns}
    return d.convolution_macs.subs(values)


def _by_loops(kernel: int, inputs: int, outputs: int, rows: int, columns: int, padded: bool = True) -> int:
    """Every product that the definition of a convolution of equal size forms, counted one by one."""
    reach, count = kernel // 2, 0
    for _, row, column, _, up, across in product(*map(range, (outputs, rows, columns, inputs, kernel, kernel))):
        inside = 0 <= row + up - reach < rows and 0 <= column + across - reach < columns
        count += 1 if padded or inside else 0
    return count


def _of_source(ratio: sp.Expr, rounding: Any = None, last: bool = False) -> tuple[sp.Expr, sp.Expr]:
    """MACs and parameters by the formulas, with whole channels."""
    channels = d.rounded_channels(ratio)
    if rounding is not None:
        channels = [*(rounding((1 - ratio) * count) for count in d.CHANNELS[:-1]), d.CHANNELS[-1]]
    if last:
        channels[-1] = round((1 - ratio) * d.CHANNELS[-1])
    return d.macs(channels), d.parameters(channels)


def _module(ratio: sp.Expr, width: float = 1.0) -> Any:
    from dltheory.compression.experiment.channels import without_channels
    from dltheory.lab.models import VGG

    dense = VGG.of_width(d.IMAGE, width, d.CLASSES)
    return without_channels(dense, float(ratio)) if ratio else dense


@cache
def _of_module(ratio: sp.Expr, width: float = 1.0) -> tuple[int, int]:
    """The same counted on the module: hooks on the layers that run, lengths of the tensors that are trained."""
    from dltheory.compression.experiment.cost import parameter_count, total_macs

    model = _module(ratio, width)
    return total_macs(model, d.IMAGE), parameter_count(model)


@cache
def _by_torchprofile(ratio: sp.Expr) -> int:
    """MACs that torchprofile reads off a trace of the module in evaluation."""
    import torch
    from torchprofile import profile_macs

    model = _module(ratio).eval()
    with torch.no_grad():
        return int(profile_macs(model, torch.zeros(1, *d.IMAGE)))
