"""What transfers: every theorem has a row, and no row says more than its evidence."""

from __future__ import annotations

import pytest

from dltheory.networks.claims import transfers
from verifiedbook.project import find
from verifiedbook.statements import statements


def test_every_theorem_of_the_book_has_one_row_and_every_row_a_theorem() -> None:
    assert set(transfers.TRANSFERS) == set(transfers.theorems())
    printed = {
        stated.label
        for stated in statements(find().book)
        if stated.kind != "observation" and stated.path != "networks.md"
    }
    assert printed == set(transfers.TRANSFERS)


def test_every_verdict_can_be_read_off_its_evidence() -> None:
    for label, row in transfers.TRANSFERS.items():
        assert row.verdict(), label
        assert row.claim in transfers._claims(), label


def test_a_percentage_is_the_tolerance_of_the_measurement() -> None:
    assert transfers.TRANSFERS["cor-momentum-step-gain"].verdict() == "within 5 %"
    assert transfers.TRANSFERS["thm-gd-filter"].verdict() == "within 1 %"


def test_what_came_out_otherwise_is_read_off_the_evidence() -> None:
    assert transfers.TRANSFERS["thm-momentum-noise"].verdict() == "within 7 %, not as first predicted"
    assert transfers.TRANSFERS["thm-momentum-not-global"].verdict() == "measured, not as predicted"
    assert transfers.counts()["otherwise"] == 4


def test_what_was_looked_at_afterwards_is_not_called_predicted() -> None:
    afterwards = ["cor-gd-large-modes-first", "cor-obs-below-obd"]
    assert [label for label, row in transfers.TRANSFERS.items() if not row.predicted()] == afterwards
    for label in afterwards:
        row = transfers.TRANSFERS[label]
        assert row.verdict() == "measured, not predicted"
        (piece,) = transfers._evidence(row.claim, row.clause)
        assert piece.changed.endswith("it was looked at afterwards")


def test_a_measurement_proves_nothing_and_a_proof_measures_nothing() -> None:
    with pytest.raises(ValueError, match="shows nothing exactly"):
        transfers.exactly("obs-network-width", "i").verdict()
    with pytest.raises(ValueError, match="nothing was measured"):
        transfers.measured("thm-network-glm", "i").verdict()


def test_the_table_has_a_row_for_each_and_links_to_the_evidence() -> None:
    lines = [line for line in transfers.as_markdown().splitlines() if line.startswith("| {prf:ref}")]
    assert len(lines) == len(transfers.TRANSFERS)
    assert not any("not tested" in line for line in lines)
    assert sum("{prf:ref}" in line.split("|")[2] for line in lines) == len(lines)
    assert any("{prf:ref}`obs-network-sharpness`" in line for line in lines)


def test_the_rows_stand_in_the_order_of_the_book() -> None:
    labels = list(transfers.theorems())
    assert labels[:3] == ["thm-gd-modes", "thm-gd-stability", "thm-gd-optimal-step"]
    assert labels.index("thm-macs") > labels.index("thm-obd") > labels.index("thm-dropout-glm")
