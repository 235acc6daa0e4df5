"""Formulas lose the elements that say nothing, and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from verifiedbook.sphinx.mathml import lean
from verifiedbook.sphinx.prerender import Typesetter

FORMULAS = [
    r"\lVert y-(N\odot X)w\rVert^2",
    r"\sum_{i=1}^n\left(y_i-\sum_{j=1}^d x_{ij}w_j\right)^2",
    r"\begin{aligned}a&=b\\&+20\left(\tfrac12-m\right)\\&-c=0,\end{aligned}",
    r"\lambda_{\max}\bigl(H\bigr)<\frac{2(1+\beta)}{\eta}",
    r"\begin{bmatrix}f'_a & -f''_{ab}\\ \hat w & \widetilde X\end{bmatrix}",
    r"0\le A'\le A,\dots,\left|x\right|\to-\infty",
]


@pytest.fixture(scope="module")
def typesetter():
    setter = Typesetter()
    yield setter
    setter.close()


def letters(mathml: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", mathml)


@pytest.mark.parametrize("display", [False, True])
@pytest.mark.parametrize("tex", FORMULAS)
def test_every_sign_stays_in_its_order_and_elements_go(tex, display, typesetter):
    written = typesetter._ask(tex, display=display, wrap="none")
    left = lean(written)
    assert letters(left) == letters(written)
    assert left.count("<m") <= written.count("<m")
    assert " style=" not in left
    for name in ("mfrac", "msub", "msup", "msubsup", "mi", "mn", "mo", "msqrt"):
        primes = name == "msup"  # a prime stands beside its letter
        assert left.count(f"<{name}") == written.count(f"<{name}") or primes


def test_a_row_of_one_and_a_row_within_a_row_are_opened():
    given = "<math><mrow><mrow><mi>a</mi></mrow><mrow><mo>−</mo><mi>b</mi></mrow></mrow></math>"
    assert lean(given) == '<math><mi>a</mi><mo form="prefix">−</mo><mi>b</mi></math>'


def test_the_parts_of_a_fraction_and_of_a_power_stay_rows():
    given = "<math><mfrac><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></mfrac></math>"
    assert lean(given) == given


@pytest.mark.parametrize(
    ("tex", "grows"),
    [(r"\left(x^2\right)", False), (r"\left(\frac12\right)", True), (r"\left[\sum_i x_i\right]", True)],
)
def test_brackets_grow_around_what_is_higher_than_a_line(tex, grows, typesetter):
    brackets = [
        mark.get("stretchy") for mark in ElementTree.fromstring(typesetter.html(tex)).iter("mo") if mark.text in "([])"
    ]
    assert brackets == ["true" if grows else "false"] * 2


def test_a_sign_at_the_start_of_a_further_line_stands_between_two_things(typesetter):
    root = ElementTree.fromstring(typesetter.html(r"\begin{aligned}a=&b\\&+c\end{aligned}", display=True))
    assert [mark.get("form") for mark in root.iter("mo") if mark.text == "+"] == ["infix"]


def test_only_a_long_formula_within_a_line_may_break(typesetter):
    assert "breaks" not in typesetter.html("a=b")
    long = "=".join("abcdefghijklmnop")
    assert 'class="breaks"' in typesetter.html(long)
    assert "breaks" not in typesetter.html(long, display=True)


def pieces(mathml: str) -> list[str]:
    return ["".join(row.itertext()) for row in ElementTree.fromstring(mathml)]


def test_a_long_formula_breaks_between_brackets_that_are_multiplied_and_nowhere_within_them(typesetter):
    factors = r"\left(a+\frac{b}{2}\right)^2(c+d+e+f+g+h)f(k-l)\ln\left(m+n\right)=o+p+q+r"
    found = pieces(typesetter.html(factors))
    assert found[:2] == ["(a+b2)2", "(c+d+e+f+g+h)f(k−l)ln\u2061(m+n)="]
    assert found[2:] == ["o+", "p+", "q+", "r"]


def test_no_line_ends_before_what_a_function_is_applied_to_or_begins_with_a_sign_alone(typesetter):
    found = pieces(typesetter.html(r"\Pr(W=0)=\lim_{u\to0}(2\Phi(u)-1)=\sup_k\bigl(a_k+b_k+c_k\bigr)=0=d"))
    assert not any(piece.endswith("\u2061") or piece in "=)" for piece in found)
    assert len(found) > 3


def test_the_last_piece_of_a_formula_that_may_break_is_a_row_so_that_a_stop_fits_into_it(typesetter):
    root = ElementTree.fromstring(typesetter.html("=".join("abcdefghijklmnop")))
    assert root[-1].tag == "mrow"


@pytest.mark.book
def test_only_a_formula_that_fits_on_a_phone_is_short(project):
    project.claims()
    displayed = [r"0<\eta\sigma^2<2", r"(y-Xw)^2+\lambda\sum_{j=1}^d w_j^2\sum_{i=1}^n x_{ij}^2\ge0"]
    project.pages(chapter="# Chapter\n\n" + "".join(f"$$\n{tex}\n$$\n\n" for tex in displayed))
    boxes = BeautifulSoup(project.build().page("chapter"), "html.parser").select(".math-scroll")
    assert [box["class"] for box in boxes] == [["math-scroll", "short"], ["math-scroll"]]
