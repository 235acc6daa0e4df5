"""Factors of a matrix that share its singular values equally: rotations that level a diagonal."""

from __future__ import annotations

from dltheory.dropout.derivation import networks as d
from verifiedbook.claims import Evidence, ForAll, Identity, NearMiss
from verifiedbook.claims.inference import Matrices


def levelled_factors() -> list[Evidence]:
    """Any rotation gives factors whose products of norms are a diagonal; one rotation in a plane levels an entry of it.

    Of entries that are not all equal, the smallest is below their mean and the largest above; each rotation brings one
    to it and keeps the sum, so there are fewer left.
    """
    d_2, d_1 = d.second_factor, d.first_factor
    apart = [d.below < d.mean_entry, d.mean_entry < d.above]
    levelled = list(d.rotated_pair(d.levelling_tangent))
    return [
        Matrices(
            lambda: [d_2 * d_1, d_2.T * d_2, d_1 * d_1.T],
            lambda: [d.product_of_factors, d.rotated_values, d.rotated_values],
            symmetric=(d.root_of_values,),
            where=d.orthonormal,
            near_misses=[
                NearMiss(
                    "only one factor is rotated",
                    lhs=lambda: [d_2 * d.root_of_values * d.V.T, d_2.T * d_2, d_1 * d_1.T],
                ),
                NearMiss(
                    "the singular values are not rotated",
                    rhs=lambda: [d.product_of_factors, *[d.root_of_values * d.root_of_values] * 2],
                ),
            ],
        ),
        ForAll(
            apart,
            d.room > 0,
            near_misses=[NearMiss("both below the mean", given=[d.below < d.mean_entry, d.above < d.mean_entry])],
        ),
        Identity(
            lambda: levelled,
            [d.mean_entry, d.below + d.above - d.mean_entry],
            given=apart,
            near_misses=[
                NearMiss("the larger one comes to the mean", lhs=lambda: levelled[::-1]),
                NearMiss("half the angle's tangent", lhs=lambda: list(d.rotated_pair(d.levelling_tangent / 2))),
            ],
        ),
    ]
