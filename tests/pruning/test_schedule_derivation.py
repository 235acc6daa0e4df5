"""The schedule's period, on a schedule that has none."""

from __future__ import annotations

import pytest
import torch

from dltheory.pruning.claims import published
from dltheory.pruning.derivation import schedule


def test_a_period_is_twice_the_length_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    # half a cosine is the same a period earlier, or without any move: the number of moves is not
    monkeypatch.setattr(schedule, "step_size", schedule.k)
    assert schedule.after_a_period().subs({schedule.k: 3, schedule.length: 5}) == 13


def test_the_published_schedule_ends_its_epochs_where_the_errata_say() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 5)
    ends = []
    for batch in range(1, 5 * 98 + 1):
        optimiser.step()
        scheduler.step()
        if batch % 98 == 0:
            ends.append(scheduler.get_last_lr()[0] / 0.01)
    said = "0.65, 0.10, 0.10, 0.65 and 1 times"
    assert "{:.2f}, {:.2f}, {:.2f}, {:.2f} and {:.0f} times".format(*ends) == said
    assert said in published.PER_BATCH.correct
