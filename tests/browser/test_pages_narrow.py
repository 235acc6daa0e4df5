"""Every page on a phone, with no network: nothing sticks out, and everything can be reached."""

from __future__ import annotations

import pytest

from .arrival import opened_and_watched
from .conftest import PAGES
from .faults import ALL_BUT_CONTRAST, FOLD_REPETITION, faults_of_figures, violations, visible_faults

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_is_whole(name, book, first_visit):
    phone = first_visit(360)
    wrong = opened_and_watched(phone, book, name)
    wrong += faults_of_figures(phone)
    wrong += visible_faults(phone, "light")
    phone.evaluate(FOLD_REPETITION)
    wrong += violations(phone, ALL_BUT_CONTRAST)  # colours are those of a wide page
    wrong += phone.seen.wrong()
    assert not wrong, "\n".join(wrong)
