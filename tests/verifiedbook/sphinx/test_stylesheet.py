"""Style sheets are shortened by what no page uses, and mean the same otherwise."""

from __future__ import annotations

import re

import pytest

from verifiedbook.sphinx.stylesheet import moved, rules, selectors, without

CSS = """
@charset "utf-8";
/* a comment with { and } */
.used, .unused > p { color: red; content: "} /* no comment */"; }
.unused:hover { color: blue }
@media (max-width: 3px) { .unused { top: 0 } .used { top: 1px; } }
@media print { .unused { top: 0 } }
@font-face { font-family: "Gone"; src: url(gone.woff2) }
@font-face { font-family: Kept; src: url("kept.woff2") }
@keyframes turn { from { top: 0 } to { top: 1px } }
a:is(.x, .y), b { left: 0 }
"""


def test_rules_that_match_are_left_out_and_the_rest_stays():
    left = without(CSS, [re.compile(r"\.unused"), re.compile("^@font-face.*gone")])
    assert left == (
        '@charset "utf-8";.used{color: red;content: "} /* no comment */"}@media (max-width: 3px){.used{top: 1px}}'
        '@font-face{font-family: Kept;src: url("kept.woff2")}@keyframes turn{from{top: 0}to{top: 1px}}'
        "a:is(.x, .y),b{left: 0}"
    )


def test_nothing_is_lost_when_nothing_is_unused():
    before, after = (dict(rules(css.replace(", .", ",."))) for css in (CSS, without(CSS, [])))
    assert [head.replace(", ", ",") for head in after] == [head.replace(", ", ",") for head in before]
    assert after[".used,.unused > p"] == 'color: red;content: "} /* no comment */"'


def test_a_comma_within_brackets_separates_nothing():
    assert selectors("a:is(.x, .y), [title='a'] b") == ["a:is(.x, .y)", "[title='a'] b"]


@pytest.mark.parametrize(
    ("address", "folder", "expected"),
    [
        ("url(../fonts/a.woff2)", "styles", 'url("fonts/a.woff2")'),
        ('url("a.woff2")', "fonts", 'url("fonts/a.woff2")'),
        ("url(data:image/svg+xml;base64,AA)", "styles", "url(data:image/svg+xml;base64,AA)"),
        ("url(a.png)", "", "url(a.png)"),
    ],
)
def test_addresses_are_read_from_the_place_of_the_new_file(address, folder, expected):
    assert moved(address, folder) == expected
