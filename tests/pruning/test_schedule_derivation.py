"""The schedule's period, on a schedule that has none."""

from __future__ import annotations

import pytest

from dltheory.pruning.derivation import schedule


def test_a_period_is_twice_the_length_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    # half a cosine is the same a period earlier, or without any move: the number of moves is not
    monkeypatch.setattr(schedule, "step_size", schedule.k)
    assert schedule.after_a_period().subs({schedule.k: 3, schedule.length: 5}) == 13
