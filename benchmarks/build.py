"""What executing chapters side by side saves, and what an edit of prose costs, as ratios in one run.

A book of four chapters, each of which computes for about a second in one thread, is built from nothing with one
kernel and with two, in turn; then once more after an edit of prose.
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

CHAPTERS, SECONDS, REPEATS = 4, 1.0, 3
PAGE = """---
file_format: mystnb
kernelspec:
  display_name: Python 3
  name: python3
---

# Chapter {number}

```{{code-cell}}
import time
end = time.process_time() + {seconds}
while time.process_time() < end:
    sum(range(10_000))
```
"""


def write_book(root: Path) -> None:
    """Sources of the book, and an empty record of claims, so that nothing is missing."""
    (root / "book").mkdir()
    (root / "_build").mkdir()
    (root / "pyproject.toml").touch()
    (root / "_build" / "claims.json").write_text('{"version": 1, "claims": []}', encoding="utf-8")
    for number in range(CHAPTERS):
        (root / "book" / f"chapter{number}.md").write_text(PAGE.format(number=number, seconds=SECONDS))
    listed = "\n".join(f"chapter{number}" for number in range(CHAPTERS))
    (root / "book" / "index.md").write_text(f"# Index\n\n```{{toctree}}\n{listed}\n```\n")


def build(root: Path, out: str, kernels: int) -> tuple[float, str]:
    """Wall time of a build into ``_build/OUT`` and the sentence about what was executed."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    settings = {
        "extensions": ["myst_nb", "verifiedbook.sphinx"],
        "html_theme": "basic",
        "nb_execution_mode": "cache",
        "claims_parallel": kernels,
    }
    target, said = root / "_build" / out / "html", io.StringIO()
    start = time.perf_counter()
    with patch_docutils(None), docutils_namespace(), contextlib.redirect_stdout(said):
        app = Sphinx(root / "book", None, target, target.parent / ".doctrees", "html", settings, None, sys.stderr)
        app.build()
    return time.perf_counter() - start, said.getvalue().strip().splitlines()[-1]


def main() -> None:
    """Print medians, and the ratio of one kernel to two."""
    times: dict[int, list[float]] = {1: [], 2: []}
    prose = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_book(root)
        for repeat in range(REPEATS):
            for kernels, taken in times.items():
                seconds, said = build(root, f"{kernels}-{repeat}", kernels)
                if not said.startswith(f"executed {CHAPTERS} of {CHAPTERS} chapters"):
                    sys.exit(f"not every chapter was executed: {said}")
                taken.append(seconds)
            with (root / "book" / "chapter0.md").open("a") as page:
                page.write("\nA sentence more.\n")
            seconds, said = build(root, f"2-{repeat}", 2)
            if said != f"executed 0 of {CHAPTERS} chapters":
                sys.exit(f"an edit of prose executed chapters: {said}")
            prose.append(seconds)
    one, two, edit = (statistics.median(taken) for taken in (times[1], times[2], prose))
    print(f"{CHAPTERS} chapters of {SECONDS:g} s, {os.cpu_count()} cores, medians of {REPEATS} runs")
    print(f"one kernel {one:.2f} s, two kernels {two:.2f} s: ratio {one / two:.2f}")
    print(f"after an edit of prose {edit:.2f} s: {edit / two:.3f} of the build with two kernels")


if __name__ == "__main__":
    main()
