"""One browser for all tests that need one, with the network cut; and Node for the modules of live figures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, settings

from verifiedbook.live import module
from verifiedbook.node import node_binary

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

#: The first that is there. The headless shell is quicker, but once it stopped drawing a page for good: it comes last.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
FLAGS = [
    "--no-sandbox",
    "--process-per-site",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # letters as wide as on a screen of many pixels, with and without a window
    # There is no network but this machine: every other name is unknown.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


#: Files with tests of several seconds each.
LONG = (
    "test_guide.py",
    "test_foreign_book.py",
    "test_incremental.py",
    "test_reliability.py",
    "test_execution.py",
    "test_search.py",
    "test_crew.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what takes long begin first: no process then works alone at the end, while the others have nothing left."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """Function that skips a test for want of ``what``; in continuous integration the test fails instead."""

    def stop(what: str) -> NoReturn:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{what}; no test may be skipped for want of something where CI=true")
        pytest.skip(what)

    return stop


@pytest.fixture(scope="session")
def chromium(missing: Callable[[str], NoReturn]) -> Callable:
    """Context in which there is a Chromium.

    While it is open Playwright keeps an event loop running in this thread, and what starts one of its own, such as the
    execution of a small book, would fail: so it is closed before tests of another kind, whatever the order.
    """
    from playwright.sync_api import sync_playwright

    @contextmanager
    def started() -> Iterator:
        program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        if program is None:
            missing(f"no browser: none of {', '.join(BROWSERS)} is on PATH")
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
            yield opened
            opened.close()

    return started


@pytest.fixture(scope="module")
def browser(chromium: Callable) -> Iterator:
    """One Chromium for all tests of a file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def live_modules(tmp_path_factory):
    """Function that runs JavaScript beside a live figure's modules and returns what it makes of some data.

    ``run(figure, code, data)``: ``code`` is the body of an async function that sees ``data``, ``formulas`` and
    ``module``, the figure's own two modules, in Node; what it returns goes through JSON.
    """
    folder = tmp_path_factory.mktemp("live")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for path in (Path(__file__).parents[1] / "book" / "_live").glob("*.js"):
        shutil.copy(path, folder)

    def run(figure, code, data=None):
        (folder / f"{figure.name}-formulas.js").write_text(module(figure.formulas()), encoding="utf-8")
        script = folder / "run.js"
        script.write_text(
            f'import * as formulas from "./{figure.name}-formulas.js"; import * as module from "./{figure.name}.js";'
            f"const data = {json.dumps(data)}; const f = async () => {{ {code} }};"
            'const plain = (k, v) => typeof v === "number" && !Number.isFinite(v) ? String(v) : v;'
            "process.stdout.write(JSON.stringify(await f(), plain));",
            encoding="utf-8",
        )
        done = subprocess.run([node_binary(), script], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def formulas_agree(live_modules):
    """Function that checks every formula of a figure in JavaScript against SymPy's numbers in Python.

    ``agree(figure, ranges)``: arguments are drawn from ``ranges`` by name, [0.05, 0.95] unless given; a list of
    integers is drawn from as it is.
    """

    def agree(figure, ranges, count=25, seed=5):
        generator = np.random.default_rng(seed)
        asked, expected = [], []
        for name, (arguments, formula) in figure.formulas().items():
            for _ in range(count):
                values = [_drawn(generator, ranges.get(symbol.name, (0.05, 0.95))) for symbol in arguments]
                exact = {
                    symbol: sp.Float(value, 40) if isinstance(value, float) else value
                    for symbol, value in zip(arguments, values, strict=True)
                }
                entries = formula if isinstance(formula, (tuple, list, sp.MatrixBase)) else [formula]
                numbers = [complex(sp.N(sp.sympify(entry).subs(exact), 30)) for entry in entries]
                asked.append([name, values])
                expected.append([number.real if abs(number.imag) < 1e-12 else np.nan for number in numbers])
        got = live_modules(figure, "return data.map(([name, values]) => [formulas[name](...values)].flat());", asked)
        for (name, values), numbers, answer in zip(asked, expected, got, strict=True):
            np.testing.assert_allclose(
                np.array(answer, dtype=float), numbers, rtol=1e-9, atol=1e-12, err_msg=f"{name}{values}"
            )

    return agree


@pytest.fixture(scope="session")
def summed() -> Callable[[sp.Expr, Mapping[sp.Symbol, int], Mapping[sp.IndexedBase, np.ndarray]], float]:
    """Function that carries out the sums of an expression, of given sizes, with arrays; entries are counted from 1."""

    def value(expression, sizes, arrays):
        entries = {
            base[tuple(place + 1 for place in places)]: entry
            for base, array in arrays.items()
            for places, entry in np.ndenumerate(array)
        }
        return float(expression.subs(sizes).doit().subs(entries))

    return value


def _drawn(generator, within):
    if isinstance(within, list):
        return int(generator.choice(within))
    return float(generator.uniform(*within))
