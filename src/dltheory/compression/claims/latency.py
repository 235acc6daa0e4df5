"""The latency model: what it implies for every layer, network and machine."""

from __future__ import annotations

import sympy as sp
from sympy import And, Eq, Rational

from dltheory.compression.derivation import counts
from dltheory.compression.derivation import latency as d
from verifiedbook.claims import Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, EachTerm

from .latency_runs import evaluated_model, zeros_in_a_dense_kernel

most, f = d.gain, d.untouched
SMALLER = [d.pruned_macs <= d.macs, d.pruned_moved <= d.moved]
#: g_max is the smallest number of which this holds, and at least 1: without quotients, so that A' = 0 is covered.
RATIOS_AT_MOST = [d.macs <= most * d.pruned_macs, d.moved <= most * d.pruned_moved]
TIMES = {"T": d.layer_time, "T'": d.pruned_time}


@claim("thm-speedup-bound", uses=["thm-macs"], source="amdahl1967, williams2009")
def no_layer_gains_more_than_its_largest_ratio() -> Clauses:
    """One layer by the solvers, any number of layers by sums, channels by what they scale, zeros on layers that run."""
    ratio, traffic = d.layer_time / d.pruned_time, d.moved / d.pruned_moved
    return clauses(
        i=[*_one_layer(), evaluated_model()],
        ii=[_strictly()],
        iii=[_at_least()],
        iv=_layers_bound(),
        v=[_largest_of_all()],
        vi=[_not_by_all_macs()],
        vii=[_amdahl()],
        viii=[_below_inverse_share()],
        ix=[*_fewer_macs(), Cites("thm-macs", "ii")],
        x=[*_less_traffic(), _traffic_gain()],
        xi=[_channels()],
        xii=zeros_in_a_dense_kernel(),
        reads={
            "": [
                (0, "<", d.mac_rate),
                (0, "<", d.byte_rate),
                (0, "<=", d.overhead),
                (0, "<=", d.pruned_macs),
                (0, "<", d.pruned_moved),
                *SMALLER,
                (most, d.largest_gain),
                (d.macs, d.pruned_macs),
                (d.pruned_macs, 0),
                (d.pruned_macs, 0),
            ],
            "i": [(1, "<=", ratio), (ratio, "<=", most)],
            "ii": [(ratio, "<", most), (0, "<", d.overhead), (1, "<", most), (most, "<", sp.oo)],
            "iii": [(d.overhead, 0), (0, "<", d.pruned_macs), (ratio, ">=", d.smallest_gain)],
            "vii": [(0, "<", f), f < 1],
            "ix": [d.channel_ratio < 1, (d.macs / d.pruned_macs, d.left**-2)],
            "x": [(1 / d.left, "<=", traffic), (traffic, "<=", d.left**-2)],
            "xi": [(ratio, "<=", d.left**-2)],
        },
        vocabulary=TIMES,
    )


def _one_layer() -> list[ForAll]:
    time, after = d.layer_time, d.pruned_time
    return [
        ForAll(
            [*RATIOS_AT_MOST, most >= 1],
            time <= most * after,
            near_misses=[
                NearMiss("the ratio of MACs alone is a bound", given=[d.macs <= most * d.pruned_macs, most >= 1]),
                NearMiss("the ratio of bytes alone is a bound", given=[d.moved <= most * d.pruned_moved, most >= 1]),
                NearMiss("a bound below 1: a layer made larger", given=RATIOS_AT_MOST),
            ],
        ),
        ForAll(
            [d.pruned_macs > 0],
            And(*RATIOS_AT_MOST).subs(most, d.largest_gain),
            near_misses=[NearMiss("the smaller ratio", then=And(*RATIOS_AT_MOST).subs(most, d.smallest_gain))],
        ),
        ForAll(
            [*SMALLER, d.pruned_macs > 0],
            d.largest_gain >= 1,
            near_misses=[
                NearMiss("a layer made larger", given=[d.pruned_macs > 0]),
                NearMiss("strictly: nothing is the same", then=d.largest_gain > 1),
            ],
        ),
        ForAll(
            SMALLER,
            time / after >= 1,
            near_misses=[
                NearMiss(
                    "strictly: every saving is time",
                    given=[*SMALLER, d.pruned_macs < d.macs],
                    then=time / after > 1,
                ),
                NearMiss("fewer MACs are enough", given=SMALLER[:1]),
            ],
        ),
    ]


def _strictly() -> ForAll:
    return ForAll(
        [*RATIOS_AT_MOST, most > 1, d.overhead > 0],
        d.layer_time < most * d.pruned_time,
        near_misses=[
            NearMiss("without overhead", given=[*RATIOS_AT_MOST, most > 1]),
            NearMiss("though nothing is saved", given=[*RATIOS_AT_MOST, most >= 1, d.overhead > 0]),
        ],
    )


def _at_least() -> ForAll:
    ratio = d.layer_time / d.pruned_time
    return ForAll(
        [Eq(d.overhead, 0), d.pruned_macs > 0],
        ratio >= d.smallest_gain,
        near_misses=[
            NearMiss("with overhead", given=[d.pruned_macs > 0, *SMALLER]),
            NearMiss("the larger ratio is reached", then=ratio >= d.largest_gain),
        ],
    )


i, layers = sp.Symbol("i", integer=True), sp.Symbol("n", integer=True, positive=True)
#: Of each layer, all positive: its time, its time after pruning, and what it may gain at most.
old, new, gains = (sp.IndexedBase(name)[i] for name in ("T", "U", "g"))


def _layers_bound() -> list[EachTerm]:
    """If every layer gains at most ``most``, all of them together do; and the same from below."""
    each = (i, 1, layers)
    return [
        EachTerm(
            smaller=old,
            larger=most * new,
            limits=each,
            given=[new > 0, old / new <= most],
            near_misses=[NearMiss("half of the largest is enough", larger=most * new / 2)],
        ),
        EachTerm(
            smaller=most * new,
            larger=old,
            limits=each,
            given=[new > 0, old / new >= most],
            near_misses=[NearMiss("the gains add up", smaller=2 * most * new)],
        ),
    ]


def _largest_of_all() -> EachTerm:
    """The same with a bound of each layer's own, as (i) gives it, below that of all."""
    bounded = [new > 0, old <= gains * new, gains <= most]
    return EachTerm(
        smaller=old,
        larger=most * new,
        limits=(i, 1, layers),
        given=bounded,
        near_misses=[
            NearMiss("a layer gains more than the largest", given=bounded[:2]),
            NearMiss("a layer that is not bounded", given=[bounded[0], bounded[2]]),
        ],
    )


def _not_by_all_macs() -> Exact:
    """The two layers of the proof: no MAC is removed, and the network is 4/3 times as fast, which is more."""
    return Exact(
        lambda: (Rational(4, 3), 1, True),
        lambda: (*d.two_layers(), d.two_layers()[0] > d.two_layers()[1]),
        [{}],
        complete=True,
        near_misses=[
            NearMiss("it is one, as is the largest ratio of bytes, 2", predict=lambda: (Rational(4, 3), 2, False)),
        ],
    )


def _amdahl() -> Identity:
    return Identity(
        lambda: [d.derive_amdahl(), d.amdahl.subs(f, d.untouched_share())],
        [d.amdahl, d.speedup],
        near_misses=[
            NearMiss("the average of the gains", rhs=[f + (1 - f) * most, d.speedup]),
            NearMiss("the shares exchanged", rhs=[1 / ((1 - f) + f / most), d.speedup]),
            NearMiss("the share gives the gain of the rest", rhs=[d.amdahl, most]),
        ],
    )


def _below_inverse_share() -> ForAll:
    return ForAll(
        [f < 1],
        d.amdahl < 1 / f,
        near_misses=[
            NearMiss("of the other share", then=d.amdahl < 1 / (1 - f)),
            NearMiss("nothing else is left", given=[f <= 1]),
            NearMiss("it is below the gain of the rest, which may be a loss", then=d.amdahl < most),
        ],
    )


def _fewer_macs() -> list[Identity | ForAll]:
    """The quotient, and that it is so by the count of one convolution, before and after."""
    pruned = counts.pruned_macs(inputs=True, outputs=True).subs(counts.ratio, d.channel_ratio)
    quotient = d.macs / d.pruned_macs
    return [
        ForAll(
            [Eq(d.pruned_macs, d.left**2 * d.macs), d.macs > 0, d.channel_ratio < 1],
            Eq(quotient, d.left**-2),
            near_misses=[NearMiss("channels count once", then=Eq(quotient, 1 / d.left))],
        ),
        Identity(
            lambda: quotient.subs({d.macs: counts.convolution_macs, d.pruned_macs: pruned}),
            d.left**-2,
            near_misses=[NearMiss("channels count once", rhs=1 / d.left)],
        ),
    ]


TRAFFIC = [Eq(d.moved, d.traffic), Eq(d.pruned_moved, d.pruned_traffic)]


def _less_traffic() -> list[ForAll]:
    """Weights and activations apart; a layer with weights alone, or activations alone, is at one of the ends."""
    gain, left = d.moved / d.pruned_moved, d.left
    given = [d.channel_ratio < 1, *TRAFFIC]
    return [
        ForAll(given, gain >= 1 / left, near_misses=[NearMiss("bytes fall as the square", then=gain >= left**-2)]),
        ForAll(given, gain <= left**-2, near_misses=[NearMiss("bytes fall as the channels", then=gain <= 1 / left)]),
    ]


def _traffic_gain() -> Identity:
    """The quotient of the bytes, as the figure draws it."""
    bytes_moved = {d.moved: d.traffic, d.pruned_moved: d.pruned_traffic}
    return Identity(
        d.channel_traffic_gain,
        lambda: (d.moved / d.pruned_moved).subs(bytes_moved),
        given=[d.channel_ratio < 1],
        near_misses=[NearMiss("weights alone", rhs=d.left**-2)],
    )


def _channels() -> ForAll:
    """Of a convolution, and of a layer that multiplies nothing: $A'=(1-c)^2A$."""
    pruned = [Eq(d.pruned_macs, d.left**2 * d.macs), *TRAFFIC]
    return ForAll(
        [d.channel_ratio < 1, *pruned],
        d.layer_time <= d.left**-2 * d.pruned_time,
        near_misses=[
            NearMiss("channels count once", then=d.layer_time <= d.pruned_time / d.left),
            NearMiss("whatever the traffic", given=[d.channel_ratio < 1, pruned[0]]),
        ],
    )
