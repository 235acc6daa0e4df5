"""The data sets are what the book says they are."""

import numpy as np
import pytest

from dltheory.lab.data import diabetes


def test_diabetes_has_442_patients_and_ten_features():
    data = diabetes()
    assert data.X.shape == (442, 10)
    assert data.y.shape == (442,)
    assert len(data.features) == 10


def test_diabetes_columns_are_centred_with_norm_one_and_so_is_the_target_centred():
    data = diabetes()
    np.testing.assert_allclose(data.X.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(np.linalg.norm(data.X, axis=0), 1, rtol=1e-12)
    assert abs(data.y.mean()) < 1e-12


def test_centring_the_target_is_the_same_as_fitting_an_intercept():
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import LinearRegression

    data = diabetes()
    with_intercept = LinearRegression().fit(data.X, load_diabetes().target)
    np.testing.assert_allclose(np.linalg.lstsq(data.X, data.y, rcond=None)[0], with_intercept.coef_, rtol=1e-9)


def test_the_arrays_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        diabetes().X[0, 0] = 1
