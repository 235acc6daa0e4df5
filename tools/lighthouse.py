"""Measure every page of the built book with Lighthouse: ``python tools/lighthouse.py [PAGE ...]``.

One row for each page and kind of device: the median scores of several runs, what the first visit transfers, the size of
the page, its elements, and by how much it shifts. Lighthouse comes from the npm registry into a folder that is thrown
away (``--lighthouse FOLDER`` keeps one). The network and the processor of a phone are simulated, so that bytes,
requests and shifts do not depend on this machine; scores do, a little, and a busy machine lowers them.

Needs npm, Chromium on PATH and the book in ``_build/html``, or in the folder that BOOK_HTML names.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
HTML = Path(os.environ.get("BOOK_HTML", REPOSITORY / "_build" / "html"))
VERSION = "12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TEXT = {".html", ".css", ".js", ".svg", ".json", ".xml", ".txt"}
HEAD = ["page", "device", *CATEGORIES, "kB sent", "requests", "kB HTML", "elements", "shift", "LCP s", "blocked ms"]


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves files as web servers do: text compressed, everything else as it is, and keeps no log."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send_head(self) -> Any:
        """The file's bytes; 404 as the parent class says it."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file() or path.suffix not in TEXT:
            return super().send_head()
        content = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)


def served(folder: Path) -> http.server.ThreadingHTTPServer:
    """A server of ``folder`` on a free local port, running."""
    handler = functools.partial(Compressing, directory=os.fspath(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def report(program: Path, address: str, device: str) -> dict[str, Any]:
    """What Lighthouse says of one visit, as its JSON."""
    command = [shutil.which("node") or "node", os.fspath(program), address, "--output=json", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
    command += ["--preset=desktop"] if device == "desktop" else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"Lighthouse stopped at {address}:\n{done.stderr.strip()[-800:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(found: Mapping[str, Any]) -> list[float]:
    """The numbers of one visit, in the order of the head."""
    audits = found["audits"]
    sent = [item for item in audits["network-requests"]["details"]["items"] if item["url"].startswith("http")]
    page = next(item for item in sent if item["resourceType"] == "Document")
    return [
        *(100 * (found["categories"][name]["score"] or 0) for name in CATEGORIES),
        sum(item["transferSize"] for item in sent) / 1000,
        len(sent),
        page["resourceSize"] / 1000,
        audits["dom-size"]["numericValue"],
        audits["cumulative-layout-shift"]["numericValue"],
        audits["largest-contentful-paint"]["numericValue"] / 1000,
        audits["total-blocking-time"]["numericValue"],
    ]


def row(program: Path, address: str, device: str, runs: int) -> list[str]:
    """The medians of ``runs`` visits, as they are printed."""
    every = [figures(report(program, address, device)) for _ in range(runs)]
    medians = [statistics.median(column) for column in zip(*every, strict=True)]
    *whole, shift, paint, blocked = medians
    return [*(f"{value:.0f}" for value in whole), f"{shift:.3f}", f"{paint:.1f}", f"{blocked:.0f}"]


def lighthouse(folder: Path) -> Path:
    """The program, installed into ``folder`` unless it lies there."""
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        subprocess.run(
            ["npm", "install", "--silent", "--no-save", "--prefix", os.fspath(folder), f"lighthouse@{VERSION}"],
            check=True,
        )
    return program


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="*", help="names of pages, such as momentum; all of them if none is named")
    parser.add_argument("--runs", type=int, default=7, help="visits of which the median counts (default: 7)")
    parser.add_argument("--device", choices=("mobile", "desktop"), action="append", help="default: both")
    parser.add_argument("--lighthouse", type=Path, help="folder in which Lighthouse is kept for the next time")
    given = parser.parse_args()
    skipped = ("genindex", "prf-prf", "search", "404")
    pages = given.pages or [path.stem for path in sorted(HTML.glob("*.html")) if path.stem not in skipped]
    missing = [page for page in pages if not (HTML / f"{page}.html").is_file()]
    if missing or not pages or not shutil.which("npm"):
        sys.exit(f"needs npm and pages in {HTML} (run `make book`); not there: {', '.join(missing) or 'npm'}")
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = given.lighthouse or Path(thrown_away)
        folder.mkdir(parents=True, exist_ok=True)
        program = lighthouse(folder)
        server = served(HTML)
        print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
        for page in pages:
            for device in given.device or ("mobile", "desktop"):
                address = f"http://127.0.0.1:{server.server_port}/{page}.html"
                print("| " + " | ".join([page, device, *row(program, address, device, given.runs)]) + " |", flush=True)
        server.shutdown()


if __name__ == "__main__":
    main()
