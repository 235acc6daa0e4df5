"""No link inside the book leads nowhere: file and anchor exist, on every page, without opening a browser."""

from __future__ import annotations

from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest

from .conftest import HTML, PAGES

pytestmark = pytest.mark.browser


class Anchors(HTMLParser):
    """Ids and links of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag is called and where it points."""
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"])
        for name in ("href", "src"):
            if tag in ("a", "img", "link", "script") and given.get(name):
                self.links.append(given[name])


@pytest.fixture(scope="module")
def anchors(book) -> dict[str, Anchors]:
    """Ids and links by page, for all pages that were written."""
    found = {}
    for path in sorted(HTML.glob("*.html")):
        found[path.name] = Anchors()
        found[path.name].feed(path.read_text(encoding="utf-8"))
    return found


def internal(link: str) -> bool:
    """Whether a link stays inside the book."""
    return not link.startswith(("http:", "https:", "mailto:", "data:", "javascript:"))


def test_every_internal_link_has_a_target(anchors):
    dead = defaultdict(set)
    for name, page in anchors.items():
        for link in filter(internal, page.links):
            address, anchor = urldefrag(link)
            target = unquote(address.partition("?")[0]) or name
            if not (HTML / target).is_file() or (anchor and target in anchors and anchor not in anchors[target].ids):
                dead[name].add(link)
    assert dead == {}


def test_no_id_stands_twice_on_a_page(anchors):
    twice = {name: sorted({item for item in page.ids if page.ids.count(item) > 1}) for name, page in anchors.items()}
    assert {name: items for name, items in twice.items() if items} == {}


def test_every_page_leads_to_every_other(anchors):
    for name in PAGES:
        links = {urldefrag(link)[0] for link in anchors[f"{name}.html"].links}
        missing = {f"{page}.html" for page in PAGES if page not in (name, "search", "index")} - links
        assert missing == set(), f"{name} does not lead to {missing}"
