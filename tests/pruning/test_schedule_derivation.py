"""The schedule's period, on a schedule that has none."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dltheory.pruning.claims import published
from dltheory.pruning.derivation import schedule
from dltheory.pruning.experiment.schedule import step_sizes


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


def test_step_sizes_are_half_a_cosine_moved_on_once_an_epoch_smoothly_and_by_mistake() -> None:
    found = step_sizes(0.2, epochs=3, batches=4)

    def cosine(moves: np.ndarray, length: int) -> np.ndarray:
        return 0.2 * (1 + np.cos(np.pi * moves / length)) / 2

    batch = np.arange(12)
    np.testing.assert_allclose(found.once_an_epoch, cosine(batch // 4, 3), rtol=1e-12)
    np.testing.assert_allclose(found.smoothly, cosine(batch, 12), rtol=1e-12)
    np.testing.assert_allclose(found.once_a_batch, cosine(batch, 3), rtol=1e-12, atol=1e-15)
    assert step_sizes(0.2, 1, 1).smoothly == pytest.approx([0.2])


@pytest.mark.parametrize(("eta", "epochs", "batches"), [(0.0, 1, 1), (0.1, 0, 1), (0.1, 1, 0)])
def test_a_schedule_without_steps_is_refused(eta: float, epochs: int, batches: int) -> None:
    with pytest.raises(ValueError, match=r"eta = 0|epochs = 0|batches = 0"):
        step_sizes(eta, epochs, batches)
