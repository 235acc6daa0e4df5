"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, Symbol, ceiling, simplify, solve

from verifiedbook.exercises import Exercise, at_least, by_label, grader

from .derivation import counts, latency, storage


def _bitmask_for_values() -> Expr:
    """The density below which a bitmask saves bytes if a value takes $v$ of them and $N$ is a multiple of 8."""
    value = Symbol("v", positive=True)
    sparse = storage.weights / 8 + value * storage.nonzero
    return simplify(storage.threshold(sparse, value * storage.weights))


def _in_registers(block: int = 16, before: int = 64, after: int = 45) -> Expr:
    """The ratio of MACs of a convolution between two layers of 64 channels, 45 after pruning, in whole registers."""
    dense, pruned = (Integer(block) * ceiling(Rational(count, block)) for count in (before, after))
    return (dense / pruned) ** 2


def _half_the_interior() -> Expr:
    """The channel ratio at which the interior convolutions cost half."""
    return next(root for root in solve((1 - counts.ratio) ** 2 * 2 - 1, counts.ratio) if root < 1)


ANSWERS = by_label(
    Exercise("ex-pruning-half-macs", _half_the_interior, hint="Both sides of an interior convolution lose channels."),
    Exercise(
        "ex-pruning-bitmask-values",
        _bitmask_for_values,
        (at_least("v", Rational(1, 8)),),  # a bit at least
        hint="Set N/8 + vk equal to vN and divide by N.",
    ),
    Exercise(
        "ex-pruning-untouched-share",
        latency.untouched_share,
        (at_least("g", 1), at_least("g_max", 1)),
        (Symbol("g") < Symbol("g_max"),),
        hint="Solve g = 1/(f + (1 − f)/g_max) for f.",
    ),
    Exercise(
        "ex-pruning-registers",
        _in_registers,
        hint="45 channels fill three registers of 16, 64 channels four.",
    ),
)

check = grader(ANSWERS)
