"""The checker accepts what proves a statement and refuses everything else, with the place and the reason."""

from __future__ import annotations

import copy
import json
import time
from fractions import Fraction
from typing import Any

import pytest

from verifiedbook.claims.certificate import checker

X, Y = [["1", [1, 0]]], [["1", [0, 1]]]
ONE = [["1", [0, 0]]]
Y_MINUS_X = [["1", [0, 1]], ["-1", [1, 0]]]

# x > 0 and y >= x, so y > 0: the facts are x > 0, y - x >= 0 and the contrary, -y >= 0
GREATER = {"variables": ["x", "y"], "given": [[">", X], [">=", Y_MINUS_X]], "then": [">", Y]}
TERMS = [{"factor": "1", "facts": [0]}, {"factor": "1", "facts": [1]}, {"factor": "1", "facts": [2]}]
GREATER_PROOF = {"signs": [], "refutation": {"sum": TERMS}}

# x^2 + 1 > 0: the contrary is -x^2 - 1 >= 0, the square of x and the number 1 make up for it
SQUARE = {"variables": ["x"], "given": [], "then": [">", [["1", [2]], ["1", [0]]]]}
SQUARE_TERMS = [
    {"factor": "3", "facts": [0]},
    {"factor": "3", "facts": []},
    {"factor": "3", "facts": [], "square": [["1", [1]]]},
]
SQUARE_PROOF = {"signs": [], "refutation": {"sum": SQUARE_TERMS}}

# x = y and x > 0, so y > 0: -y >= 0, x > 0 and the equation y - x = 0
EQUAL = {"variables": ["x", "y"], "given": [["=", Y_MINUS_X], [">", X]], "then": [">", Y]}
EQUAL_TERMS = [{"times": ONE, "equation": 0}, {"factor": "1", "facts": [1]}, {"factor": "1", "facts": [2]}]
EQUAL_PROOF = {"signs": [], "refutation": {"sum": EQUAL_TERMS}}

# x > 0, so 1/x > 0, and x < 0, so 1/x < 0: the sign of the divisor is proved first
QUOTIENT = {
    "variables": ["x"],
    "given": [[">", [["1", [1]]]], ["divisor", [["1", [1]]]]],
    "then": [">", [["1", [0]]], 0],
}
BOTH = {"sum": [{"factor": "1", "facts": [0]}, {"factor": "1", "facts": [1]}]}
QUOTIENT_PROOF = {
    "signs": [{"sign": "+", "because": BOTH}],
    "refutation": {"sum": [{"factor": "1", "facts": []}, {"factor": "1", "facts": [2]}]},
}
BELOW = {
    "variables": ["x"],
    "given": [[">", [["-1", [1]]]], ["divisor", [["1", [1]]]]],
    "then": [">", [["-1", [0]]], 0],
}
BELOW_PROOF = {**QUOTIENT_PROOF, "signs": [{"sign": "-", "because": BOTH}]}

# x > 0 and (y >= x or y >= 1), so y > 0: facts 0: x > 0, 1: the "or", 2: -y >= 0, 3: the part
CASES = {"variables": ["x", "y"], "given": [[">", X], ["or", [">=", Y_MINUS_X], [">=", [*Y, ["-1", [0, 0]]]]]]}
CASES["then"] = [">", Y]
CASE_TERMS = [[0, 2, 3], [None, 2, 3]]
CASES_PROOF = {
    "signs": [],
    "refutation": {
        "split": 1,
        "cases": [
            {"sum": [{"factor": "1", "facts": [] if n is None else [n]} for n in numbers]} for numbers in CASE_TERMS
        ],
    },
}

# x > 0 and y > 0, so (x + y)^3 > 0 by the lemma x + y > 0
X_PLUS_Y = [*X, *Y]
CUBE = [["1", [3, 0]], ["3", [2, 1]], ["3", [1, 2]], ["1", [0, 3]]]
CUBED = {"variables": ["x", "y"], "given": [["and", [">", X], [">", Y]]], "then": ["not", ["not", [">", CUBE]]]}
CUBED_PROOF = {
    "signs": [],
    "refutation": {
        "lemma": [">", X_PLUS_Y],
        "because": {"sum": [{"factor": "1/2", "facts": [n]} for n in (0, 1, 3)]},
        "then": {"sum": [{"factor": "2", "facts": [2]}, {"factor": "2", "facts": [3, 3, 3]}]},
    },
}

# x <= 0 and x >= 0, so x = 0: the contrary of an equation is "x > 0 or -x > 0"
ZERO = {"variables": ["x"], "given": [[">=", [["1", [1]]]], [">=", [["-1", [1]]]]], "then": ["=", [["1", [1]]]]}
ZERO_PROOF = {
    "signs": [],
    "refutation": {
        "split": 2,
        "cases": [{"sum": [{"factor": "1", "facts": [n]}, {"factor": "1", "facts": [3]}]} for n in (1, 0)],
    },
}

# x > 0 and not (x >= 1 and y >= 0), so x < 1 or y < 0: "and", "or" and "not" inside each other
NESTED = {
    "variables": ["x", "y"],
    "given": [["not", ["and", [">=", [*X, ["-1", [0, 0]]]], [">=", Y]]]],
    "then": ["or", [">", [*ONE, ["-1", [1, 0]]]], ["not", [">=", Y]]],
}
NESTED_PROOF = {
    "signs": [],
    "refutation": {
        "split": 0,
        "cases": [{"sum": [{"factor": "1", "facts": [n]}, {"factor": "1", "facts": [3]}]} for n in (1, 2)],
    },
}

# not (-x > 0 or 1 - x > 0), so x >= 1; and x > 0, so x > 0 and x >= 0: the contrary of a whole is about the contraries
# of its parts. Only one side is a whole in each, as a mistake on both sides could cancel
NEITHER = {
    "variables": ["x"],
    "given": [["not", ["or", [">", [["-1", [1]]]], [">", [["1", [0]], ["-1", [1]]]]]]],
    "then": [">=", [["1", [1]], ["-1", [0]]]],
}
NEITHER_PROOF = {
    "signs": [],
    "refutation": {"sum": [{"factor": "1", "facts": [1]}, {"factor": "1", "facts": [2]}]},
}
TOGETHER = {
    "variables": ["x"],
    "given": [[">", [["1", [1]]]]],
    "then": ["and", [">", [["1", [1]]]], [">=", [["1", [1]]]]],
}
TOGETHER_PROOF = {
    "signs": [],
    "refutation": {
        "split": 1,
        "cases": [{"sum": [{"factor": "1", "facts": [n]} for n in (0, 2)]}] * 2,
    },
}

VALID = {
    "a linear combination": (GREATER, GREATER_PROOF, 3),
    "a square": (SQUARE, SQUARE_PROOF, 3),
    "an equation": (EQUAL, EQUAL_PROOF, 3),
    "a positive divisor": (QUOTIENT, QUOTIENT_PROOF, 4),
    "a negative divisor": (BELOW, BELOW_PROOF, 4),
    "cases": (CASES, CASES_PROOF, 6),
    "a lemma": (CUBED, CUBED_PROOF, 5),
    "an equation proved": (ZERO, ZERO_PROOF, 4),
    "formulas in formulas": (NESTED, NESTED_PROOF, 4),
    "contraries of a disjunction": (NEITHER, NEITHER_PROOF, 2),
    "contraries of a conjunction": (TOGETHER, TOGETHER_PROOF, 4),
}


@pytest.mark.parametrize("name", VALID)
def test_a_proof_is_accepted_and_its_terms_are_counted(name: str) -> None:
    statement, proof, terms = VALID[name]
    assert checker.check(statement, proof) == terms


@pytest.mark.parametrize("name", VALID)
def test_what_comes_from_a_file_is_checked_the_same(name: str) -> None:
    statement, proof, terms = VALID[name]
    assert checker.check(json.loads(json.dumps(statement)), json.loads(json.dumps(proof))) == terms


def refused(statement: Any, proof: Any) -> str:
    with pytest.raises(checker.Refused) as caught:
        checker.check(statement, proof)
    reason, amount = caught.value.args
    assert amount is None or amount  # what is not 0 is never an empty polynomial
    return str(reason)


def changed(value: Any, path: list[Any], new: Any) -> Any:
    """A copy of ``value`` with ``new`` at the end of ``path``."""
    value = copy.deepcopy(value)
    at = value
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = new
    return value


SUM = ["refutation", "sum"]
ATTACKS = {
    "a coefficient is changed": (
        GREATER,
        changed(GREATER_PROOF, [*SUM, 0, "factor"], "2"),
        "refutation: the terms do not add up to 0",
    ),
    "a term is dropped": (GREATER, changed(GREATER_PROOF, SUM, TERMS[1:]), "refutation: the terms do not add up to 0"),
    "a coefficient is negative": (
        GREATER,
        changed(GREATER_PROOF, [*SUM, 1, "factor"], "-1"),
        "refutation, term 1: the factor is not positive",
    ),
    "a coefficient is 0": (
        GREATER,
        changed(GREATER_PROOF, [*SUM, 1, "factor"], "0"),
        "refutation, term 1: the factor is not positive",
    ),
    "there is no term": (GREATER, changed(GREATER_PROOF, SUM, []), "refutation: no term is positive"),
    "the strict term has a square": (
        SQUARE,
        changed(SQUARE_PROOF, [*SUM, 1, "square"], [["1", [0]]]),
        "refutation: no term is positive",
    ),
    "the strict term has a fact that is not strict": (
        {**GREATER, "given": [[">=", X], [">=", Y_MINUS_X]]},
        GREATER_PROOF,
        "refutation: no term is positive",
    ),
    "a product of a strict fact and another": (
        {"variables": ["x"], "given": [[">", [["1", [1]]]], [">=", [["1", [1]]]]], "then": [">", [["1", [2]]]]},
        {"signs": [], "refutation": {"sum": [{"factor": "1", "facts": [0, 1]}, {"factor": "1", "facts": [2]}]}},
        "refutation: no term is positive",
    ),
    "a product of another and a strict fact": (
        {"variables": ["x"], "given": [[">", [["1", [1]]]], [">=", [["1", [1]]]]], "then": [">", [["1", [2]]]]},
        {"signs": [], "refutation": {"sum": [{"factor": "1", "facts": [1, 0]}, {"factor": "1", "facts": [2]}]}},
        "refutation: no term is positive",
    ),
    "an equation is used as an inequality": (
        EQUAL,
        changed(EQUAL_PROOF, [*SUM, 0], {"factor": "1", "facts": [0]}),
        "refutation, term 0: fact 0 is no inequality",
    ),
    "an inequality is used as an equation": (
        EQUAL,
        changed(EQUAL_PROOF, [*SUM, 1], {"times": ONE, "equation": 1}),
        "refutation, term 1: fact 1 is no equation",
    ),
    "only equations": (
        {"variables": ["x"], "given": [["=", [["1", [1]]]]], "then": [">", [["1", [1]]]]},
        {"signs": [], "refutation": {"sum": [{"times": [], "equation": 0}]}},
        "refutation: no term is positive",
    ),
    "an equation beside a square does not count as positive": (
        {"variables": ["x"], "given": [["=", [["1", [2]]]]], "then": ["not", ["=", [["1", [0]]]]]},
        {
            "signs": [],
            "refutation": {
                "sum": [{"factor": "1", "facts": [], "square": [["1", [1]]]}, {"times": [["-1", [0]]], "equation": 0}]
            },
        },
        "refutation: no term is positive",
    ),
    "a case that is open is used as a fact": (
        CASES,
        changed(CASES_PROOF, ["refutation"], {"sum": [{"factor": "1", "facts": [1]}]}),
        "refutation, term 0: fact 1 is no inequality",
    ),
    "a case is dropped": (
        CASES,
        changed(CASES_PROOF, ["refutation", "cases"], CASES_PROOF["refutation"]["cases"][:1]),
        "refutation: not split into its cases",
    ),
    "a relation is split": (
        CASES,
        changed(CASES_PROOF, ["refutation", "split"], 0),
        "refutation: not split into its cases",
    ),
    "the cases are exchanged": (
        CASES,
        changed(CASES_PROOF, ["refutation", "cases"], CASES_PROOF["refutation"]["cases"][::-1]),
        "refutation, case 0: the terms do not add up to 0",
    ),
    "the second case is wrong": (
        CASES,
        changed(CASES_PROOF, ["refutation", "cases", 1, "sum"], []),
        "refutation, case 1: no term is positive",
    ),
    "the certificate of another statement": (
        GREATER,
        CUBED_PROOF,
        "refutation, lemma: the terms do not add up to 0",
    ),
    "a conclusion that does not follow": (
        {**GREATER, "then": [">", Y_MINUS_X]},
        GREATER_PROOF,
        "refutation: the terms do not add up to 0",
    ),
    "a lemma that is not proved": (
        CUBED,
        changed(CUBED_PROOF, ["refutation", "lemma"], [">", Y_MINUS_X]),
        "refutation, lemma: the terms do not add up to 0",
    ),
    "a lemma from which the rest does not follow": (
        CUBED,
        changed(CUBED_PROOF, ["refutation", "then", "sum"], []),
        "refutation: no term is positive",
    ),
    "a lemma is used for itself": (
        CUBED,
        changed(CUBED_PROOF, ["refutation", "because"], CUBED_PROOF["refutation"]["then"]),
        "refutation, lemma: the terms do not add up to 0",
    ),
    "a divisor without a sign": (QUOTIENT, {**QUOTIENT_PROOF, "signs": []}, "divisor 0 has no sign"),
    "a divisor of which nothing is known": (
        {**QUOTIENT, "given": QUOTIENT["given"][1:]},
        QUOTIENT_PROOF,
        "not written as a certificate (IndexError: list index out of range)",
    ),
    "a divisor that may be 0": (
        {**QUOTIENT, "given": [[">=", [["1", [1]]]], QUOTIENT["given"][1]]},
        QUOTIENT_PROOF,
        "divisor 0: no term is positive",
    ),
    "a divisor of the other sign": (BELOW, QUOTIENT_PROOF, "divisor 0: the terms do not add up to 0"),
    "a sign that is none": (
        QUOTIENT,
        changed(QUOTIENT_PROOF, ["signs", 0, "sign"], "*"),
        "not written as a certificate (KeyError: '*')",
    ),
    "a sign proved from what divides by it": (
        {"variables": ["x"], "given": [[">", [["1", [0]]], 0], ["divisor", [["1", [1]]]]], "then": [">", [["1", [1]]]]},
        QUOTIENT_PROOF,
        "not written as a certificate (IndexError: list index out of range)",
    ),
    "a sign proved from the conclusion": (
        {**QUOTIENT, "given": QUOTIENT["given"][1:], "then": [">=", [["-1", [1]]]]},
        {
            "signs": [
                {"sign": "+", "because": {"sum": [{"factor": "1", "facts": [1]}, {"factor": "1", "facts": [0]}]}}
            ],
            "refutation": BOTH,
        },
        "not written as a certificate (IndexError: list index out of range)",
    ),
    "a fact that does not exist": (
        GREATER,
        changed(GREATER_PROOF, [*SUM, 0, "facts"], [3]),
        "not written as a certificate (IndexError: list index out of range)",
    ),
    "a fact counted from the end": (
        GREATER,
        changed(GREATER_PROOF, [*SUM, 2, "facts"], [-1]),
        "the number of a fact, a divisor or a power is wrong",
    ),
    "the number of a fact is true": (
        GREATER,
        changed(GREATER_PROOF, [*SUM, 1, "facts"], [True]),
        "the number of a fact, a divisor or a power is wrong",
    ),
    "the number of an equation is negative": (
        EQUAL,
        changed(EQUAL_PROOF, [*SUM, 0, "equation"], -3),
        "the number of a fact, a divisor or a power is wrong",
    ),
    "the number of a disjunction is negative": (
        CASES,
        changed(CASES_PROOF, ["refutation", "split"], -2),
        "the number of a fact, a divisor or a power is wrong",
    ),
    "the number of a divisor is negative": (
        {**QUOTIENT, "then": [">", [["1", [0]]], -1]},
        QUOTIENT_PROOF,
        "the number of a fact, a divisor or a power is wrong",
    ),
    "a negative power": (
        {**SQUARE, "then": [">", [["1", [-2]], ["1", [0]]]]},
        SQUARE_PROOF,
        "the number of a fact, a divisor or a power is wrong",
    ),
    "a fractional power": (
        {**SQUARE, "then": [">", [["1", [0.5]], ["1", [0]]]]},
        SQUARE_PROOF,
        "the number of a fact, a divisor or a power is wrong",
    ),
    "an unknown relation": ({**GREATER, "then": ["!=", Y]}, GREATER_PROOF, "an unknown relation"),
    "too few exponents": ({**GREATER, "then": [">", [["1", [0]]]]}, GREATER_PROOF, "an exponent is wrong"),
    "a variable twice": ({**GREATER, "variables": ["x", "x"]}, GREATER_PROOF, "variables are repeated, or too many"),
    "nothing": (None, None, "not written as a certificate (TypeError: 'NoneType' object is not subscriptable)"),
    "no proof": (GREATER, {}, "not written as a certificate (KeyError: 'refutation')"),
    "no reason": (GREATER, {"signs": [], "refutation": {}}, "not written as a certificate (KeyError: 'lemma')"),
    "a negation of several": (
        {**GREATER, "then": ["not", ["not", [">", Y], [">", X]]]},
        GREATER_PROOF,
        "not written as a certificate (TypeError: _Check.read() got multiple values for argument 'holds')",
    ),
    "an empty name where a formula should be": (
        {**GREATER, "then": []},
        GREATER_PROOF,
        "not written as a certificate (ValueError: not enough values to unpack (expected at least 1, got 0))",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused(name: str) -> None:
    statement, proof, reason = ATTACKS[name]
    assert refused(statement, proof) == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1/",
        "/2",
        "1.5",
        "1e9",
        "1e999999999",
        "+1",
        " 1",
        "1 ",
        "--1",
        "1/-2",
        "1_0",
        "²",
        "٣",
        "x",
        1,
        None,
        True,
    ],
)
def test_only_plain_fractions_are_numbers(text: Any) -> None:
    assert refused(GREATER, changed(GREATER_PROOF, [*SUM, 0, "factor"], text)) == "a coefficient is wrong"


def test_a_fraction_with_denominator_0_is_refused() -> None:
    reason = refused(GREATER, changed(GREATER_PROOF, [*SUM, 0, "factor"], "1/0"))
    assert reason == "not written as a certificate (ZeroDivisionError: Fraction(1, 0))"


def test_a_long_reason_is_cut() -> None:
    assert len(refused(QUOTIENT, changed(QUOTIENT_PROOF, ["signs", 0, "sign"], "x" * 300))) == 200


def test_fractions_are_read_exactly() -> None:
    assert checker._number("-10/4") == Fraction(-5, 2)
    third = changed(GREATER_PROOF, SUM, [{**term, "factor": "1/3"} for term in TERMS])
    assert checker.check(GREATER, third) == 3


def test_the_amount_by_which_a_sum_fails_is_told() -> None:
    with pytest.raises(checker.Refused) as caught:
        checker.check(GREATER, changed(GREATER_PROOF, [*SUM, 0, "factor"], "7/2"))
    assert caught.value.args[1] == {(1, 0): Fraction(5, 2)}
    with pytest.raises(checker.Refused) as caught:
        checker.check(GREATER, changed(GREATER_PROOF, SUM, []))
    assert caught.value.args[1] is None


def test_a_divisor_counts_as_often_as_it_is_named() -> None:
    """With x < 0 proved, -1/x > 0 and 1/x^2 > 0, but neither 1/x > 0 nor -1/x^2 > 0."""
    for sign, times, follows in (("-1", 1, True), ("1", 2, True), ("1", 1, False), ("-1", 2, False), ("-1", 3, True)):
        statement = {**BELOW, "then": [">", [[sign, [0]]], *[0] * times]}
        if follows:
            assert checker.check(statement, BELOW_PROOF) == 4
        else:
            assert refused(statement, BELOW_PROOF) == "refutation: the terms do not add up to 0"


def test_the_sign_of_a_divisor_becomes_a_fact_in_its_place() -> None:
    """x < 0 as divisor 0; fact 1 is -x > 0, so that -x > 0 follows from it alone."""
    statement = {**BELOW, "then": [">", [["-1", [1]]]]}
    proof = {**BELOW_PROOF, "refutation": {"sum": [{"factor": "1", "facts": [1]}, {"factor": "1", "facts": [2]}]}}
    assert checker.check(statement, proof) == 4
    weaker = {**statement, "given": [[">", [["-1", [1]]]], ["divisor", [["-1", [1]]]]]}
    assert refused(weaker, proof) == "divisor 0: the terms do not add up to 0"
    assert checker.check(weaker, {**proof, "signs": QUOTIENT_PROOF["signs"]}) == 4


def test_a_second_divisor_is_proved_with_the_sign_of_the_first() -> None:
    """x > 0 and y/x > 0, so 1/y > 0: facts x > 0, the sign of x, y > 0 (times a positive divisor), the sign of y."""
    given = [[">", X], ["divisor", X], [">", Y, 0], ["divisor", Y]]
    statement = {"variables": ["x", "y"], "given": given, "then": [">", ONE, 1]}
    of_y = {"sum": [{"factor": "1", "facts": [2]}, {"factor": "1", "facts": [3]}]}
    of_one = {"sum": [{"factor": "1", "facts": []}, {"factor": "1", "facts": [4]}]}
    proof = {"signs": [{"sign": "+", "because": BOTH}, {"sign": "+", "because": of_y}], "refutation": of_one}
    assert checker.check(statement, proof) == 6
    assert refused(statement, {**proof, "signs": proof["signs"][:1]}) == "divisor 1 has no sign"
    assert (
        refused(statement, changed(proof, ["signs", 1, "because"], BOTH)) == "divisor 1: the terms do not add up to 0"
    )


def test_the_parts_of_a_conjunction_are_facts_one_by_one() -> None:
    inside = {
        "variables": ["x", "y"],
        "given": [["and", ["and", [">", X]], ["and"], [">=", Y_MINUS_X]]],
        "then": [">", Y],
    }
    assert checker.check(inside, GREATER_PROOF) == 3


def test_a_disjunction_of_nothing_is_refuted_by_no_case() -> None:
    false = {"variables": [], "given": [["or"]], "then": ["or"]}
    assert checker.check(false, {"signs": [], "refutation": {"split": 0, "cases": []}}) == 0
    true = {"variables": [], "given": [["and"]], "then": ["and"]}
    assert checker.check(true, {"signs": [], "refutation": {"split": 0, "cases": []}}) == 0
    open_ended = {"variables": [], "given": [], "then": ["or"]}
    assert refused(open_ended, {"signs": [], "refutation": {"sum": []}}) == "refutation: no term is positive"


def test_a_lemma_with_cases_can_be_used() -> None:
    """From x = 0 or x = 1 as a lemma (x^2 - x = 0): x >= 0."""
    x, square = [["1", [1]]], [["1", [2]], ["-1", [1]]]
    statement = {"variables": ["x"], "given": [["=", square]], "then": [">=", x]}
    last = {
        "sum": [
            {"factor": "1", "facts": [1]},
            {"factor": "1", "facts": [], "square": x},
            {"times": [["-1", [0]]], "equation": 0},
        ]
    }
    assert checker.check(statement, {"signs": [], "refutation": last}) == 3
    lemma = ["or", [">=", x], [">", [["-1", [1]]]]]
    because = {"sum": [{"factor": "1", "facts": [2]}, {"factor": "1", "facts": [3]}]}
    cases = [{"sum": [{"factor": "1", "facts": [1]}, {"factor": "1", "facts": [3]}]}, last]
    proof = {"signs": [], "refutation": {"lemma": lemma, "because": because, "then": {"split": 2, "cases": cases}}}
    assert checker.check(statement, proof) == 7


def test_sizes_are_bounded() -> None:
    assert (checker.VARIABLES, checker.DIGITS, checker.DEGREE, checker.WORK) == (24, 60, 100, 300_000)
    many = {"variables": [str(n) for n in range(24)], "given": [], "then": [">", [["1", [0] * 24]]]}
    terms = [{"factor": "1", "facts": []}, {"factor": "1", "facts": [0]}]
    assert checker.check(many, {"signs": [], "refutation": {"sum": terms}}) == 2
    more = {"variables": [str(n) for n in range(25)], "given": [], "then": [">", [["1", [0] * 25]]]}
    assert refused(more, {"signs": [], "refutation": {"sum": terms}}) == "variables are repeated, or too many"
    for digits, fits in ((60, True), (61, False)):
        proof = changed(GREATER_PROOF, SUM, [{**term, "factor": "9" * digits} for term in TERMS])
        if fits:
            assert checker.check(GREATER, proof) == 3
        else:
            assert refused(GREATER, proof) == "a coefficient is wrong"
    for exponent, fits in ((100, True), (101, False)):
        statement = {"variables": ["x"], "given": [[">", [["1", [exponent]]]]], "then": [">", [["1", [exponent]]]]}
        if fits:
            assert checker.check(statement, {"signs": [], "refutation": BOTH}) == 2
        else:
            assert refused(statement, {"signs": [], "refutation": BOTH}) == "an exponent is wrong"


def _wide(size: int) -> list[Any]:
    return [["1", [a, b]] for a in range(size) for b in range(size)]


def test_what_would_take_long_is_refused_at_once() -> None:
    hostile = {"variables": ["x", "y"], "given": [[">", _wide(40)]], "then": [">", Y]}
    start = time.process_time()
    product = {"signs": [], "refutation": {"sum": [{"factor": "1", "facts": [0] * 50}]}}
    assert refused(hostile, product) == "too long to be multiplied out"
    long = [["9" * 60 + "/" + "7" * 60][0][:60], [1, 0]]
    numbers = {"variables": ["x", "y"], "given": [[">", [long]]], "then": [">", Y]}
    power = {"signs": [], "refutation": {"sum": [{"factor": "1", "facts": [0] * 3000}]}}
    assert refused(numbers, power) == "too long to be multiplied out"
    deep: Any = {"sum": []}
    for _ in range(20_000):
        deep = {"lemma": [">", X], "because": deep, "then": deep}
    assert refused(GREATER, {"signs": [], "refutation": deep}) == "too long to be multiplied out"
    formula: Any = [">", Y]
    for _ in range(20_000):
        formula = ["not", ["not", formula]]
    assert refused({**GREATER, "then": formula}, GREATER_PROOF).startswith(
        "not written as a certificate (RecursionError"
    )
    assert time.process_time() - start < 10  # each of them would run for hours


def test_the_work_is_counted() -> None:
    check = checker._Check(["x"])
    check.add({}, (0,), Fraction(1))
    assert check.work == 1
    for bits, steps in ((61, 1), (62, 2)):  # and 1 or 2 bits more: 63 or 64 of both numbers
        fresh = checker._Check(["x"])
        fresh.add({}, (0,), Fraction(2**bits))
        assert fresh.work == steps
    check.add({}, (0,), Fraction(2**63))
    assert check.work == 1 + 1 + 1  # 64 bits of the numerator and 1 of the denominator
    check.add({}, (0,), Fraction(1, 2**127))
    assert check.work == 3 + 1 + 4
    check.add({(0,): Fraction(5)}, (0,), Fraction(-5))
    assert check.work == 8 + 1
    check.spend(checker.WORK - 9)
    with pytest.raises(checker.Refused, match="too long to be multiplied out"):
        check.spend(1)


def test_many_facts_count_as_work_at_every_step() -> None:
    many = {"variables": ["x"], "given": [[">", [["1", [1]]]]] * 1000, "then": [">", [["1", [1]]]]}
    node: Any = {"sum": [{"factor": "1", "facts": [0]}, {"factor": "1", "facts": [1000]}]}
    for _ in range(3):
        node = {"lemma": [">", [["1", [1]]]], "because": node, "then": node}
    small = checker._Check(["x"])
    small.prove(many, {"signs": [], "refutation": node})
    assert small.work > 15 * 1000


def test_terms_that_cancel_leave_nothing() -> None:
    check = checker._Check(["x"])
    assert check.product({(1,): Fraction(1), (0,): Fraction(1)}, {(1,): Fraction(1), (0,): Fraction(-1)}) == {
        (2,): Fraction(1),
        (0,): Fraction(-1),
    }
    assert check.polynomial([["1", [1]], ["2", [1]], ["-3", [1]], ["0", [5]]]) == {}
