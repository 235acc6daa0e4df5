"""The graph of claims: what is pointed at lights up with all it rests on and all that rests on it."""

from __future__ import annotations

import json

import pytest

from .conftest import HTML
from .faults import CONTRAST, coloured, loaded, seen_from_top_to_end, violations, visible_faults

pytestmark = pytest.mark.browser

START = "thm-momentum-optimal"
MARKED = (
    """(kind) => [...document.querySelectorAll(`tr.graph-${kind}`)].map(row => row.id.replace("graph-", "")).sort()"""
)
ROWS = """() => [...document.querySelectorAll("[id^=graph-chapter] tr[id]")].map(row => row.id.replace("graph-", ""))"""
HEIGHTS = """() => [...document.querySelectorAll(".claim-graph tr")]
    .map(row => row.getBoundingClientRect().top + scrollY)"""
# A drawing may begin and end a little outside its row, but must reach the next one.
GAPS = """() => [...document.querySelectorAll(".claim-graph tbody")].flatMap(body =>
    [...body.querySelectorAll("svg.graph-lanes")].map(drawn => drawn.getBoundingClientRect())
        .filter((box, at, all) => at > 0 && box.top - all[at - 1].bottom > 0).map(box => box.top))"""
# The middle of the sign beside the middle of the first line of its name.
ASKEW = """() => [...document.querySelectorAll(".claim-graph tbody tr")].filter(row => {
    const sign = row.querySelector(".graph-mark").getBoundingClientRect();
    const name = row.querySelector("th .graph-number").getClientRects()[0];
    return Math.abs((sign.top + sign.bottom) / 2 - (name.top + name.bottom) / 2) > 3 || sign.right > name.left;
}).map(row => row.id)"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".claim-graph :is(th, td) a")]
    .map(link => parseFloat(getComputedStyle(link).fontSize)))"""
SCRIPTLESS = """() => [...document.querySelectorAll(".claim-graph a")].map(link => link.getAttribute("href"))"""


def recorded() -> dict[str, list[str]]:
    """What each claim uses, from the record that the book was built from."""
    claims = json.loads((HTML.parent / "claims.json").read_text(encoding="utf-8"))["claims"]
    return {claim["label"]: claim["uses"] for claim in claims}


def reached(start: str, to: dict[str, list[str]]) -> set[str]:
    """Everything that ``start`` leads to."""
    return set(to[start]) | {far for near in to[start] for far in reached(near, to)}


def reverse(uses: dict[str, list[str]]) -> dict[str, list[str]]:
    return {label: [user for user, below in uses.items() if label in below] for label in uses}


@pytest.fixture
def graph(book, opened):
    """A function that opens the page with the graph at a width."""
    pages = []

    def open_graph(width: int, scheme: str = "light"):
        pages.append(opened(width=width, scheme=scheme))
        loaded(pages[-1], f"{book}graph.html")
        return pages[-1]

    yield open_graph
    for page in pages:
        page.close()


def test_every_claim_has_its_row_and_none_has_two(graph):
    assert sorted(graph(1280).evaluate(ROWS)) == sorted(recorded())


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_pointed_at_lights_up_with_all_it_hangs_together_with_and_moves_nothing(width, graph):
    page = graph(width)
    seen_from_top_to_end(page)  # what was never drawn has an estimated height
    before = page.evaluate(HEIGHTS)
    page.locator(f"#graph-{START} th a").hover()
    assert page.evaluate(MARKED, "here") == [START]
    assert set(page.evaluate(MARKED, "up")) == reached(START, recorded())
    assert set(page.evaluate(MARKED, "down")) == reached(START, reverse(recorded()))
    assert page.evaluate(HEIGHTS) == pytest.approx(before, abs=0.01)
    page.locator("article h1").hover()
    assert page.locator(".claim-graph :is(.graph-here, .graph-up, .graph-down)").count() == 0
    assert page.seen.wrong() == []


def test_a_line_that_lights_up_leads_without_a_gap_from_the_used_to_the_user(graph):
    page = graph(1280)
    page.locator(f"#graph-{START} th a").hover()
    order = page.evaluate(ROWS)
    for used in set(recorded()[START]) & set(order):
        between = order[order.index(used) : order.index(START) + 1]
        lit = page.evaluate(
            """([used, rows]) => rows.filter(row => document.querySelector(
                `#graph-${row} [data-of="${used}"].graph-up`))""",
            [used, between],
        )
        assert lit == between


def test_with_the_tab_key_one_walks_from_row_to_row_and_escape_puts_the_light_out(graph):
    page = graph(1280)
    order = page.evaluate(ROWS)
    page.locator(f"#graph-{order[0]} th a").focus()
    met = []
    while len(met) < 4:
        focused = page.evaluate("document.activeElement.closest('tr').id.replace('graph-', '')")
        met += [focused] if focused not in met else []
        assert page.evaluate(MARKED, "here") == [focused]
        page.keyboard.press("Tab")
    assert met == order[:4]
    page.keyboard.press("Escape")
    assert page.evaluate(MARKED, "here") == []


def test_a_number_leads_to_a_row_in_view_and_the_name_there_to_the_statement(graph):
    page = graph(390)
    page.locator("#graph-thm-gd-stability td a").first.click()
    row = page.locator(page.evaluate("location.hash"))
    assert 0 <= row.bounding_box()["y"] < page.viewport_size["height"]
    row.locator("th a").click()
    page.wait_for_url("**/foundations.html#*")
    assert page.locator(f"[id='{page.url.partition('#')[2]}'].statement").count() == 1


def test_the_foot_of_a_box_leads_to_what_rests_on_it_and_to_the_graph(book, page):
    page.goto(f"{book}momentum.html#{START}")
    page.locator(f"#{START} .claim-status > details > summary").click()
    users = page.locator(f"#{START} p.claim-users")
    labels = users.locator("a").evaluate_all("links => links.slice(0, -1).map(link => link.hash.slice(1))")
    assert sorted(labels) == sorted(reverse(recorded())[START])
    users.locator("a").last.click()
    page.wait_for_url(f"**/graph.html#graph-{START}")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_drawing_has_no_gaps_stands_beside_its_names_and_the_text_can_be_read(width, graph):
    page = graph(width)
    assert page.evaluate(GAPS) == []
    assert page.evaluate(ASKEW) == []
    assert page.evaluate(SMALLEST) >= 12
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_lit_is_still_legible_in_both_modes(scheme, graph):
    page = graph(390, scheme)
    coloured(page, scheme)
    page.locator(f"#graph-{START} th a").focus()
    assert page.locator("tr.graph-far").count() > 0
    assert visible_faults(page, scheme) + violations(page, CONTRAST, ".claim-graph") == []


def test_without_a_script_nothing_is_missing_but_the_light(book, browser):
    context = browser.new_context(java_script_enabled=True)
    whole = context.new_page()
    whole.goto(f"{book}graph.html")
    links = whole.evaluate(SCRIPTLESS)
    context.close()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(f"{book}graph.html")
    assert bare.locator(".claim-graph a").evaluate_all("links => links.map(link => link.getAttribute('href'))") == links
    assert bare.locator(".claim-graph svg.graph-lanes").first.is_visible()
    context.close()


def test_nothing_moves_for_those_who_asked_for_rest(graph):
    page = graph(1280)
    moving = page.evaluate(
        """() => [...document.querySelectorAll(".claim-graph, .claim-graph *")].filter(part => {
            const style = getComputedStyle(part);
            return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


def test_on_a_phone_a_finger_hits_one_link(graph):
    """Of two links one below the other the middles lie 24 pixels apart, as accessibility asks of small targets."""
    page = graph(390)
    seen_from_top_to_end(page)
    near = page.evaluate("""() => {
        const links = [...document.querySelectorAll(".claim-graph tbody a")].map(link => link.getBoundingClientRect());
        const middle = box => (box.top + box.bottom) / 2;
        return links.flatMap((one, k) => links.slice(k + 1).filter(other =>
            one.left < other.right && other.left < one.right && one.height < 24 && other.height < 24
            && Math.abs(middle(one) - middle(other)) < 24).map(other => [one.top, other.top]));
    }""")
    assert near == []
