"""A statement is bound to what was proved, relation by relation, and a wrong edit is told from both sides."""

from __future__ import annotations

import pytest
import sympy as sp

from verifiedbook.reading import (
    Offered,
    Relation,
    Vocabulary,
    compare,
    expectation,
    noncommuting,
    norm,
    over,
    relations_in,
)

beta, eta, sigma = sp.symbols("beta eta sigma", positive=True)
z = sp.Symbol("z")
LIMIT = eta * beta * sigma**2
TEXT = (
    "Let $0<\\beta\\le1$ and $\\sigma>0$. The spectral radius is below 1 if and only if\n\n"
    "$$\n0<\\eta\\beta\\sigma^2<2-\\beta.\n$$\n"
)
PROVED = [sp.Le(beta, 1), (0, "<", LIMIT), (LIMIT, "<", 2 - beta), (0, "<", beta), (0, "<", sigma)]


def test_a_true_statement_is_bound_whole():
    report = compare(TEXT, PROVED)
    assert report.complete, report.messages()
    assert len(report.bound) == 5
    assert {bound.how for bound in report.bound} == {"proved"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"0<\beta", r"0\le\beta"),
        (r"\le1", "<1"),
        (r"\le1", r"\le2"),
        (r"2-\beta", r"2+\beta"),
        (r"2-\beta", r"1-\beta"),
        (r"\sigma^2", r"\sigma"),
        (r"\sigma^2", r"\sigma^3"),
        (r"\sigma^2", r"\sigma_1^2"),
        (r"\eta\beta", r"2\eta\beta"),
        (r"<2-", r"\le2-"),
        (r"<2-", ">2-"),
        (r"\sigma>0", r"\sigma<0"),
        (r"\sigma>0", r"\sigma\ne0"),
        (r" and $\sigma>0$", ""),
        (r"0<\beta\le1", r"\beta\le1"),
        (r"0<\eta\beta\sigma^2<", r"\eta\beta\sigma^2<"),
    ],
)
def test_a_wrong_edit_is_noticed(right, wrong):
    edited = TEXT.replace(right, wrong, 1)
    assert edited != TEXT
    assert not compare(edited, PROVED).complete


def test_a_wrong_edit_is_told_from_both_sides():
    (message,) = [
        message
        for message in compare(TEXT.replace("<2-", "<3-"), PROVED).messages()
        if message.startswith("line 4, column 3: ")
    ]
    assert r"the page says \eta\beta\sigma^2<3-\beta" in message
    assert r"what was proved is \beta \eta \sigma^{2} < 2 - \beta" in message


def test_what_an_author_lists_must_stand_on_the_page_as_often_as_listed():
    assert [one.relation for one in compare("Nothing.", [(eta, "=", 1)]).missing] == [Relation(eta, "=", 1)]
    assert compare("Let $\\eta=1$.", [(eta, "=", 1)]).complete
    assert len(compare("Let $\\eta=1$.", [(eta, "=", 1)] * 2).missing) == 1
    assert compare("Nothing.", [(eta, "=", 1)], conventions=[(eta, "=", 1)]).complete
    assert compare("Nothing.", [Offered(Relation(eta, "=", 1))]).complete


def test_assumptions_of_symbols_bind_hypotheses_and_no_weaker_ones():
    proved = [Offered(Relation(sigma, "<", 2))]
    assert compare(r"Let $\sigma>0$.", proved).complete
    assert not compare(r"Let $\sigma\ge0$.", proved).complete
    assert not compare(r"Let $\sigma\in\R$.", proved).complete
    real = sp.Symbol("sigma", real=True)
    assert compare(r"Let $\sigma\in\R$.", [Offered(Relation(real, "<", 2))]).complete


def test_an_interval_is_its_two_inequalities():
    p = sp.Symbol("p", real=True)
    assert compare(r"Let $p\in(0,1]$.", [(0, "<", p), (p, "<=", 1)]).complete
    assert not compare(r"Let $p\in[0,1]$.", [(0, "<", p), (p, "<=", 1)]).complete
    assert compare(r"Let $p\in(0,1]$.", [sp.Contains(p, sp.Interval.Lopen(0, 1), evaluate=False)]).complete


def test_both_signs_of_a_double_relation_must_have_been_proved():
    up, down = sp.Symbol("z_+"), sp.Symbol("z_-")
    words = {r"z_+": up, r"z_-": down}
    text = r"$z_\pm=\pm\sqrt{1-\beta}$"
    root = sp.sqrt(1 - beta)
    assert compare(text, [(up, root), (down, -root)], words).complete
    assert compare(text, [(up, root), (down, root)], words).unbound


def test_an_identity_between_objects_of_the_vocabulary_is_bound_by_itself():
    chi = sp.Lambda(z, z**2 - (2 - beta) * z + 1 - beta)
    words = {r"\chi": chi, r"\beta": beta, "z": z}
    (bound,) = compare(r"$\chi(1)=0$", [], words).bound
    assert bound.how == "identity"
    assert compare(r"$\chi(1)=\beta$", [], words).unbound
    assert compare("$z=z$", [], words).unbound


def test_what_is_declared_is_counted_and_a_stale_declaration_is_told():
    text = r"As $t\to\infty$ it vanishes."
    report = compare(text, [], declared=[(r"t \to \infty", "a limit in words")])
    assert report.complete
    assert [(one.printed.source, one.reason) for one in report.declared] == [(r"t\to\infty", "a limit in words")]
    assert compare(text, [], declared=[(r"t\to0", "no")]).stale == (r"t\to0",)
    assert compare(r"As $t\to0$.", [], declared=[(r"t\to\infty", "a limit in words")]).unbound


def test_a_symbol_with_a_name_of_its_own_goes_by_that_name_alone():
    plain = sp.Symbol("sigma")
    proved = [(plain, "<", 1)]
    assert compare(r"$\sigma_i<1$", proved, Vocabulary({r"\sigma_i": plain})).complete
    assert not compare(r"$\sigma<1$", proved, Vocabulary({r"\sigma_i": plain})).complete


def test_functions_of_the_offered_relations_are_known_by_their_names():
    rho, kappa = sp.Function("rho"), sp.Symbol("kappa")
    assert compare(r"$\rho(2\kappa+1)\ge\kappa$", [(rho(2 * kappa + 1), ">=", kappa)]).complete


def test_a_printed_object_is_bound():
    (bound,) = compare("```{formula} package.limit\n:lhs: \\eta\n```\n", []).bound
    assert bound.how == "printed"


def test_what_cannot_be_read_is_unbound_with_the_reason():
    (unbound,) = compare(r"$x=1+\dots+n$", []).unbound
    assert "cannot be read" in unbound.message()
    assert "dots" in unbound.message()


def test_an_identity_knows_the_symbols_of_the_vocabulary_and_of_what_was_offered():
    root = (1 - sp.sqrt(1 - beta)) ** 2 / (2 * beta)
    text = r"$\eta_-\beta=1-\frac\beta2-\sqrt{1-\beta}$"
    (bound,) = compare(text, [], {r"\eta_-": root}).bound
    assert bound.how == "identity"
    assert compare(text.replace(r"\frac\beta2", r"\frac\beta3"), [], {r"\eta_-": root}).unbound


def test_a_message_prints_signs_as_the_page_does():
    X, w = noncommuting("X w")
    proved = norm(sp.transpose(X) * w) ** 2 + expectation(eta)
    (unbound,) = compare(r"$\eta=\norm{Xw}^2$", [Offered(Relation(eta, "=", proved))], {"X": X, "w": w}).unbound
    assert r"\mathbb{E}\left[\eta\right] + \lVert X^\top w \rVert^{2}" in unbound.message()


def test_a_function_on_one_side_is_one_on_the_other():
    G, H, kappa = sp.symbols("G H kappa")
    function = sp.Function("kappa")
    assert compare(r"$\kappa(G+H)\le\kappa(G)$", [(function(G + H), "<=", function(G))]).complete
    assert compare(r"$\kappa(G+H)\le1$", [(kappa * (G + H), "<=", 1)]).complete


def test_a_symbol_may_have_the_name_of_an_operator():
    K, E = sp.symbols("K E", positive=True, integer=True)
    assert compare("$K=2E$", [(K, 2 * E)]).complete


@pytest.mark.parametrize(
    ("offered", "why"),
    [(beta > 0, "triple"), (sp.Eq(1, 2), "triple"), (sp.Or(eta < 1, eta > 2), "parts"), (eta, "pair of sides")],
)
def test_what_is_no_relation_is_refused_with_what_to_write_instead(offered, why):
    with pytest.raises(TypeError, match=why):
        compare("Nothing.", [offered])


def test_relations_are_taken_apart():
    proved = [sp.And(eta < 2 * beta, eta > 1), sp.Not(sp.Eq(eta, 3), evaluate=False)]
    assert compare(r"$1<\eta<2\beta$ and $\eta\ne3$", proved).complete


def test_an_index_is_no_symbol_of_the_same_name():
    h, q = sp.symbols("h q", positive=True)
    factor = sp.Function("P_t")
    proved = [(over("max", sp.Abs(factor(h)), "h"), q + 1)]
    assert compare(r"$\max_h\abs{P_t(h)}=q+1$", proved).complete
    assert compare(r"$\max_k\abs{P_t(h)}=q+1$", proved).unbound


def test_a_display_that_goes_on_in_the_next_line_is_one_relation():
    display = "$$\n\\begin{aligned}\n\\E y={}&a\\\\\n&+b\\\\\n&\\quad=c.\n\\end{aligned}\n$$"
    assert ["".join(one.source.split()) for one in relations_in(display)] == [r"\Ey=a+b", "a+b=c"]
    matrix = r"$$M=\begin{pmatrix}1&2\\-\eta&1\end{pmatrix},\qquad a\le b$$"
    assert len(relations_in(matrix)) == 2
    apart = "$$\n\\begin{aligned}a&=b\\\\ c&=d\\end{aligned}\n$$"
    assert [one.source for one in relations_in(apart)] == ["a=b", "c=d"]
