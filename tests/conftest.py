"""One browser for all tests that need one, with the network cut."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run; few by default, and no file kept between runs.
_SAME = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
settings.register_profile("default", max_examples=300, **_SAME)
settings.register_profile("thorough", max_examples=10_000, **_SAME)
settings.load_profile("default")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # There is no network but this machine: every other name is unknown.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """Function that skips a test for want of ``what``; in continuous integration the test fails instead."""

    def stop(what: str) -> NoReturn:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{what}; no test may be skipped for want of something where CI=true")
        pytest.skip(what)

    return stop


@pytest.fixture(scope="module")
def browser(missing: Callable[[str], NoReturn]) -> Iterator:
    """One Chromium for all tests of a file.

    While it is open Playwright keeps an event loop running in this thread, and what starts one of its own, such as the
    execution of a small book, would fail: so it is closed before the next file, whatever the order.
    """
    from playwright.sync_api import sync_playwright

    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        missing(f"no browser: none of {', '.join(BROWSERS)} is on PATH")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()
