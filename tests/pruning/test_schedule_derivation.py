"""The schedule's period, on a schedule that has none."""

from __future__ import annotations

import numpy as np
import pytest

from dltheory.pruning.derivation import schedule
from dltheory.pruning.experiment.schedule import step_sizes


def test_a_period_is_twice_the_length_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    # half a cosine is the same a period earlier, or without any move: the number of moves is not
    monkeypatch.setattr(schedule, "step_size", schedule.k)
    assert schedule.after_a_period().subs({schedule.k: 3, schedule.length: 5}) == 13


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
