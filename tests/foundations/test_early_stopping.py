"""Early stopping and ridge, against scikit-learn and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from dltheory.foundations.experiment import (
    FilterConfig,
    LandscapeConfig,
    SplitsConfig,
    filter_paths,
    landscape,
    ridge_fractions,
    spectrum,
    split_errors,
)
from dltheory.lab.data import diabetes

SMALL = SplitsConfig(splits=4, train=40, times=6, steps=200, seed=3)


def test_ridge_fractions_are_those_of_scikit_learn():
    data = diabetes()
    parts = spectrum(data.X)
    full = (np.linalg.lstsq(data.X, data.y, rcond=None)[0] @ parts.V)[: parts.rank]
    for strength, ours in zip((0.01, 1.0), ridge_fractions(data.X, data.y, [0.01, 1.0]), strict=True):
        weights = Ridge(alpha=strength, fit_intercept=False, tol=1e-12).fit(data.X, data.y).coef_
        np.testing.assert_allclose(ours, weights @ parts.V / full, rtol=1e-7)


def test_filters_of_a_slow_descent_lie_within_the_bounds_for_the_flow():
    data = diabetes()
    paths = filter_paths(data.X, data.y, FilterConfig(fraction=1e-3, steps=2000))
    ratio = paths.descent / paths.ridge
    assert ratio.min() > 1
    assert ratio.max() < 1.2985 * (1 + 1e-3)
    np.testing.assert_allclose(paths.descent, 1 - np.exp(-paths.x), rtol=2e-3)


def test_split_errors_of_ridge_are_those_of_scikit_learn_with_an_intercept():
    data = diabetes()
    errors = split_errors(data.X, data.y, SMALL)
    order = np.random.default_rng(SMALL.seed).permutation(len(data.X))
    train, test = order[: SMALL.train], order[SMALL.train :]
    for tau, ours in zip(errors.tau, errors.ridge[0], strict=True):
        model = Ridge(alpha=1 / (2 * tau), tol=1e-12).fit(data.X[train], data.y[train])
        error = ((model.predict(data.X[test]) - data.y[test]) ** 2).mean()
        assert ours == pytest.approx(error / ((data.y[test] - data.y[train].mean()) ** 2).mean(), rel=1e-8)


def test_splits_repeat_with_the_seed_and_change_with_it():
    data = diabetes()
    first, again = split_errors(data.X, data.y, SMALL), split_errors(data.X, data.y, SMALL)
    other = split_errors(data.X, data.y, replace(SMALL, seed=4))
    np.testing.assert_array_equal(first.descent, again.descent)
    assert not np.allclose(first.descent, other.descent)


def test_long_descent_and_weak_ridge_approach_each_other():
    data = diabetes()
    errors = split_errors(data.X, data.y, replace(SMALL, train=300, steps=6000))
    gap = np.abs(errors.descent - errors.ridge)
    assert gap[:, -1].max() < 0.1 * gap[:, 0].max()


@pytest.mark.parametrize(
    ("change", "said"),
    [({"train": 442}, "train = 442: it must be below"), ({"splits": 0}, "splits = 0"), ({"train": 1}, "train = 1")],
)
def test_a_bad_split_is_one_clear_error(change, said):
    data = diabetes()
    with pytest.raises(ValueError, match=said):
        split_errors(data.X, data.y, replace(SMALL, **change))


def test_a_ridge_strength_of_zero_is_refused():
    with pytest.raises(ValueError, match="strengths = 0"):
        ridge_fractions(np.eye(2), [1, 1], [0.0])


def test_the_landscape_is_zero_at_its_minimiser_and_its_paths_behave_as_their_steps_say():
    result = landscape(LandscapeConfig())
    middle = len(result.axis) // 2
    assert result.loss[middle, middle] == pytest.approx(0, abs=1e-12)
    lengths = [np.linalg.norm(path[-1]) for path in result.paths]
    stable = [length < np.linalg.norm(path[0]) for length, path in zip(lengths[:2], result.paths[:2], strict=True)]
    assert all(stable)
    later = np.abs(np.diff(result.paths[2], axis=0)).max(axis=1)
    assert later[-1] > later[4], "beyond the limit the steps grow"
    assert all(np.abs(path).max() < result.axis[-1] for path in result.paths), "every path lies in the picture"
    swings = [np.linalg.norm(path[1] - path[0]) for path in result.paths[1:]]
    assert min(swings) > result.axis[-1] / 2, "that they zigzag can be seen"
