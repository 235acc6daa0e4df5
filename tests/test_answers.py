"""The book's graded exercises: right in every form, wrong when plausible, and set in the order of reading."""

import random
import re
from importlib import import_module

import pytest
import sympy as sp

from verifiedbook.exercises import exercise_of, grade, ranges, record, scanning
from verifiedbook.project import find

PROJECT = find(__file__)
MODULES = [import_module(f"{PROJECT.package}.{chapter}.answers") for chapter in PROJECT.chapters]
EXERCISES = {label: exercise for module in MODULES for label, exercise in module.ANSWERS.items()}
PAGES = [path.read_text(encoding="utf-8") for path in sorted(PROJECT.book.glob("*.md"))]

#: What the printed solution says, character by character.
PRINTED = {
    "ex-half-loss": [r"2/\sigma_1^2"],
    "ex-penalised-descent": [r"1-2\eta(\sigma^2+\lambda)"],
    "ex-two-steps": [r"1/(2\sigma_2^2)"],
    "ex-nearest-solution": [r"\left(\frac{110-10c}{101},\ \frac{11+100c}{101}\right)"],
    "ex-bias": [r"\left(\frac{110}{102},\frac{11}{102},\frac{11}{102}\right)"],
    "ex-equal-filters": [r"\tau=\ln(1+\sigma^2/\lambda)/(2\sigma^2)"],
    "ex-momentum-learning-rate": [r"(1+\mu)/\sigma^2"],
    "ex-momentum-critical": [r"\beta=8\eta\sigma^2/(1+2\eta\sigma^2)^2"],
    "ex-momentum-weights": [r"(1-\mu^k)/(1-\mu)"],
    "ex-momentum-peak": [r"t=-\frac1{\ln q}-\frac1{1+q}"],
    "ex-momentum-start": [r"q^t\bigl(1+t\frac{1-q^2}{1+q^2}\bigr)"],
    "ex-momentum-first-bound": [r"\frac{\kappa-1}{\kappa+1}"],
    "ex-momentum-correlation": [r"1-\frac{\alpha h}{1+\mu}", r"(1+\mu-\alpha h)/(1+\mu)"],
    "ex-momentum-nesterov": [r"1-2/\sqrt{3\kappa+1}"],
    "ex-dropout-two-features": [r"w=\left(\frac{2p}{1+p},\frac{6p}{1+p}\right)"],
    "ex-dropout-gaussian": [r"p=1/(1+v)"],
    "ex-dropout-not-inverted": [r"1/(p^2\ell)"],
    "ex-dropout-limit": [r"w=(2,1,\frac23)"],
    "ex-dropout-ensemble-scale": [r"\frac1{2p}"],
    "ex-dropout-one-weight": [r"S=\frac\eta{2(1-6\eta)}"],
    "ex-pruning-cross-term": [r"2+2r"],
    "ex-pruning-recovered": [r"r^2"],
    "ex-pruning-surgeon": [
        r"\frac{w_1^2}2\cdot\frac{ab-c^2}b",
        r"\frac{w_1^2}2\left(a-\frac{c^2}b\right)",
    ],
    "ex-pruning-three-weights": [r"(\frac12,-1,\frac12)"],
    "ex-pruning-t": [r"\frac{t^2}{n-d}"],
    "ex-pruning-coins": [],  # two formulas in two sentences
    "ex-pruning-two-weights": [r"\frac12-\frac1\pi"],
    "ex-pruning-laplace": [
        r"1-(1-s)\bigl(1-\ln(1-s)+\frac12\ln^2(1-s)\bigr)",
    ],
    "ex-pruning-fitted-at-peak": [r"\frac{2x}{1+2x}"],
    "ex-pruning-three-steps": [r"\frac{9-\sqrt{21}}{10}"],
    "ex-pruning-half-macs": [r"1-\frac1{\sqrt2}"],
    "ex-pruning-bitmask-values": [r"1-\frac1{8v}"],
    "ex-pruning-untouched-share": [r"\frac{g_{\max}-g}{g\,(g_{\max}-1)}"],
    "ex-pruning-registers": [r"\left(\frac43\right)^2", r"\frac{16}9"],
    "ex-network-nesterov-step": [r"\alpha=\frac{2(1+\mu)}{h(1+2\mu)}"],
    "ex-network-logistic-step": [r"8/\sigma^2"],
    "ex-network-half-time": [r"t=-\ln2/\ln(1-x)"],
    "ex-network-unit-penalty": [r"\frac{(1-p)v^2a^2}{p}"],
}

#: Other right answers that readers give.
RIGHT = {
    "ex-half-loss": ["2sigma_1^(-2)", "η = 2/σ₁²;", "(√2/σ1)^2"],
    "ex-penalised-descent": ["1-2*eta*sigma**2-2*eta*lamda", "1 − 2ησ² − 2ηλ"],
    "ex-nearest-solution": ["[(110-10*c)/101, (11+100*c)/101]", "w_1 = 10(11-c)/101, w_2 = (100c+11)/101"],
    "ex-bias": ["Matrix([Rational(110,102), Rational(11,102), Rational(11,102)])", "55/51; 11/102; 11/102"],
    "ex-equal-filters": ["log((sigma^2+lambda)/lambda)/(2sigma^2)", "-ln(λ/(σ²+λ))/(2σ²)"],
    "ex-momentum-weights": ["(mu^k-1)/(mu-1)"],
    "ex-momentum-start": ["q^t + t q^t (1-q²)/(1+q²)"],
    "ex-momentum-first-bound": ["abs(kappa-1)/(kappa+1)", "1-2/(κ+1)", "|1-κ|/(1+κ)"],
    "ex-momentum-nesterov": ["(sqrt(3kappa+1)-2)/sqrt(3kappa+1)"],
    "ex-dropout-two-features": ["2*p/(1+p), 6*p/(1+p)", "{2p/(p+1); 6p/(p+1)}", "2-2/(1+p), 6-6/(1+p)"],
    "ex-dropout-limit": ["2; 1; 2/3", "[2,1,⅔]"],
    "ex-dropout-ensemble-scale": ["½/p", "1/(2p)", "0,5/p"],
    "ex-pruning-cross-term": ["2(1+r)", "|2+2r|"],
    "ex-pruning-recovered": ["|r|²", "1-(1-r²)"],
    "ex-pruning-coins": ["d^2(1-p)^2+dp(1-p), (d-k)^2", "d(1-p)(d(1-p)+p); d²-2dk+k²"],
    "ex-pruning-laplace": ["1-(1-s)*(1+log(1/(1-s))+log(1/(1-s))^2/2)"],
    "ex-pruning-two-weights": ["(π-2)/(2π)"],
    "ex-pruning-three-steps": ["0.9 - sqrt(21)/10", "9/10-√(21)/10"],
    "ex-pruning-half-macs": ["1-sqrt(1/2)", "1 - 2^(-1/2)", "(2-√2)/2"],
    "ex-pruning-registers": ["(64/48)^2"],
}

#: What readers take for right: a slip in each.
WRONG = {
    "ex-half-loss": ["1/sigma_1^2", "2/sigma_1", "4/sigma_1^2", "sqrt(2)/sigma_1"],
    "ex-penalised-descent": ["1-2*eta*sigma^2-eta*lambda", "1-eta*(sigma^2+lambda)", "|1-2*eta*(sigma^2+lambda)|"],
    "ex-two-steps": ["1/sigma_2^2", "1/(2*sigma_2)"],
    "ex-nearest-solution": ["110/101, 11/101", "(110-10c)/101, (11+10c)/101", "(110+10c)/101, (11+100c)/101"],
    "ex-bias": ["110/101, 11/101, 0", "110/102, 11/102, 0", "1.0784, 0.1078, 0.1078"],
    "ex-equal-filters": ["1/(2*lambda)", "log(1+sigma^2/lambda)/sigma^2", "log(1+lambda/sigma^2)/(2*sigma^2)"],
    "ex-momentum-learning-rate": ["1/sigma^2", "2(1+mu)/sigma^2", "(1-mu)/sigma^2", "1.9/sigma^2"],
    "ex-momentum-critical": ["4*eta*sigma^2", "8*eta*sigma^2/(1+2*eta*sigma^2)", "4*eta*sigma^2/(1+eta*sigma^2)^2"],
    "ex-momentum-weights": ["mu^k", "(1-mu^(k+1))/(1-mu)", "1/(1-mu)", "(1-mu^k)"],
    "ex-momentum-peak": ["-1/log(q)", "1/log(q)-1/(1+q)", "-1/log(q)+1/(1+q)"],
    "ex-momentum-start": ["q^t*(1+t)", "q^t*(1+t*(1-q)/(1+q))", "2q^t", "q^t(1+(t-1)(1-q^2)/(1+q^2))"],
    "ex-momentum-first-bound": ["1/kappa", "(kappa-1)^2/(kappa+1)^2", "(sqrt(kappa)-1)/(sqrt(kappa)+1)"],
    "ex-momentum-correlation": ["mu", "1-alpha*h", "|1+mu-alpha*h|/(1+mu)", "1-alpha*h/(1-mu)"],
    "ex-momentum-nesterov": ["1-1/sqrt(kappa)", "1-2/sqrt(3kappa)", "1-2/(3kappa+1)"],
    "ex-dropout-two-features": ["1, 3", "6p/(1+p), 2p/(1+p)", "2/(1+p), 6/(1+p)", "2p/(1+p)"],
    "ex-dropout-gaussian": ["1-v", "v/(1+v)", "1/(1+v^2)"],
    "ex-dropout-not-inverted": ["1/ell", "1/(p ell)", "2/(p^2 ell)"],
    "ex-dropout-limit": ["3/7, 6/7, 9/7", "2, 1, 1/3", "2, 1, 0.67"],
    "ex-dropout-ensemble-scale": ["p", "2p", "1/p", "1/2"],
    "ex-dropout-one-weight": ["2*eta", "eta/2", "eta/(2(1+6eta))", "eta/(1-6eta)"],
    "ex-pruning-cross-term": ["2", "2+2|r|", "2+r", "2-2r"],
    "ex-pruning-recovered": ["r", "|r|", "r|r|", "1-r^2"],
    "ex-pruning-surgeon": ["a*w_1^2/2", "w_1^2(a-c^2/b)", "w_1|w_1|(a-c^2/b)/2", "w_1^2(a-c|c|/b)/2"],
    "ex-pruning-three-weights": ["0, -1, 0", "1/2, -1, -1/2", "1/2, 1, 1/2", "-1/2, 1, -1/2"],
    "ex-pruning-t": ["t^2/n", "t^2/(n-d+1)", "t/(n-d)", "t^2/(n-d-1)"],
    "ex-pruning-coins": ["d^2(1-p)^2, (d-k)^2", "d^2(1-p)^2+dp(1-p), d-k", "(d-k)^2, d^2(1-p)^2+dp(1-p)"],
    "ex-pruning-two-weights": ["pi/48", "1/2", "1/2+1/pi", "0.182"],
    "ex-pruning-laplace": ["s^3", "1-(1-s)(1-ln(1-s))", "1-(1-s)(1+ln(1-s)+ln(1-s)^2/2)"],
    "ex-pruning-fitted-at-peak": ["x/(1+x)", "1-exp(-x)", "1/(1+2x)", "0.715"],
    "ex-pruning-three-steps": ["sqrt(3)/4", "(9+sqrt(21))/10", "0.4417"],
    "ex-pruning-half-macs": ["1/2", "1/sqrt(2)", "1+1/sqrt(2)", "0.293"],
    "ex-pruning-bitmask-values": ["31/32", "1-1/v", "1/(8v)", "1-8/v"],
    "ex-pruning-untouched-share": ["1-g/g_max", "(g_max-g)/(g_max-1)", "|g_max-g|/(g g_max)"],
    "ex-pruning-registers": ["(64/45)^2", "4/3", "16/3", "1.7778"],
    "ex-network-nesterov-step": ["2/h", "2(1+mu)/h", "(1+mu)/(h(1+2mu))", "2(1+mu)/(h(2+mu))"],
    "ex-network-logistic-step": ["1/sigma^2", "4/sigma^2", "8/sigma", "2/sigma^2"],
    "ex-network-half-time": ["1/x", "log(2)/x", "log(2)/log(1-x)", "-log(2)/log(1-2x)"],
    "ex-network-unit-penalty": ["p*v^2*a^2", "(1-p)*v^2*a^2", "(1-p)/p*v^2*|a|", "(1-p)/(2p)*v^2*a^2"],
}


def test_the_lists_of_this_file_are_complete():
    assert set(PRINTED) == set(EXERCISES) == set(WRONG)
    assert len(EXERCISES) == sum(len(module.ANSWERS) for module in MODULES)


def cases(answers):
    listed = [(label, number, answer) for label in answers for number, answer in enumerate(answers[label])]
    return [pytest.param(label, answer, id=f"{label}-{number}") for label, number, answer in listed]


def solution(label):
    """What the page prints below an exercise."""
    (page,) = [text for text in PAGES if f":label: {label}\n" in text]
    return re.search(rf"^```{{solution}} {label}$\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]


@pytest.mark.parametrize(("label", "printed"), cases(PRINTED))
def test_the_printed_solution_is_right_as_it_stands(label, printed):
    assert printed in solution(label)
    verdict = grade(EXERCISES[label], printed)
    assert verdict
    assert verdict.proved


@pytest.mark.parametrize(("label", "answer"), cases(RIGHT))
def test_other_right_answers_are_right(label, answer):
    assert grade(EXERCISES[label], answer)


@pytest.mark.parametrize(("label", "answer"), cases(WRONG))
def test_plausible_answers_are_wrong(label, answer):
    verdict = grade(EXERCISES[label], answer)
    assert not verdict
    assert verdict.message.startswith("Not yet: ")
    assert verdict.text


@pytest.mark.parametrize(("label", "answer"), cases(WRONG))
def test_a_point_at_which_a_wrong_answer_differs_lies_in_the_range(label, answer):
    exercise = EXERCISES[label]
    point = dict(re.findall(r"(\w+) = (-?[\d/]+)", grade(exercise, answer).message.split("Hint")[0]))
    if not point:
        return
    assert set(point) <= set(exercise.names)
    shown = [variable for variable in exercise.variables if variable.name in point]
    assert all(variable.admits(sp.Rational(point[variable.name])) for variable in shown)
    for constraint in exercise.constraints:
        assert (
            constraint.subs(
                {symbol: sp.Rational(point[symbol.name]) for symbol in constraint.free_symbols if symbol.name in point}
            )
            != sp.false
        )


def numbers(label):
    """The right answers of an exercise that are numbers."""
    parts = exercise_of(record(EXERCISES[label])).formula()
    return [part for part in parts if not part.free_symbols]


@pytest.mark.parametrize(("label", "answer"), cases(WRONG))
def test_no_verdict_prints_an_answer_that_is_a_number(label, answer):
    said = re.sub(r"part \d+", "a part", grade(EXERCISES[label], answer).message.split("Hint")[0])
    for number in numbers(label):
        # four digits of it, unless they are the reader's own
        shown = sp.N(number, 12)
        found = [text for text in re.findall(r"-?\d+\.\d+|-?\d+(?=[,. ])", said) if abs(float(text) - shown) < 1e-3]
        theirs = [sp.N(part, 12) for part in re.findall(r"-?[\d.]+(?:/\d+)?", answer) for part in [sp.Rational(part)]]
        assert all(any(abs(float(text) - own) < 1e-3 for own in theirs) for text in found)


REWRITINGS = {
    "expand": sp.expand,
    "factor": sp.factor,
    "together": sp.together,
    "cancel": sp.cancel,
    "apart": lambda formula: sp.apart(formula) if len(formula.free_symbols) == 1 else formula,
    "simplify": sp.simplify,
    "radsimp": sp.radsimp,
    "exponentials": lambda formula: formula.rewrite(sp.exp),
    "a common factor": lambda formula: sp.Mul(formula, sp.Symbol("Z")) / sp.Symbol("Z"),
    "a square taken off again": lambda formula: sp.expand((formula + 3) ** 2) - formula**2 - 5 * formula - 9,
}


@pytest.mark.parametrize("label", EXERCISES)
def test_every_rewriting_of_a_right_answer_is_right(label):
    pick = random.Random(label)
    exercise = exercise_of(record(EXERCISES[label]))
    graded = set()
    for _ in range(12):
        parts = []
        for part in exercise.formula():
            for rewriting in pick.sample(sorted(REWRITINGS), 2):
                try:
                    part = REWRITINGS[rewriting](part)
                except (sp.PolynomialError, NotImplementedError):
                    continue
            parts.append(str(part))
        text = ", ".join(parts)
        if len(text) > scanning.LENGTH or text in graded:
            continue
        graded.add(text)
        verdict = grade(EXERCISES[label], text)
        assert verdict, (parts, verdict.message)


@pytest.mark.parametrize("label", EXERCISES)
def test_a_right_answer_that_is_changed_in_one_place_is_wrong(label):
    for position, part in enumerate(record(EXERCISES[label])["answer"]):
        for change in (f"2({part})", f"({part})+1/100", f"-({part})", f"1/(7+({part})^2)", f"({part})*(1+10^-9)"):
            parts = record(EXERCISES[label])["answer"]
            parts[position] = change
            verdict = grade(EXERCISES[label], ", ".join(parts))
            assert not verdict, change


@pytest.mark.parametrize("label", [label for label, exercise in EXERCISES.items() if exercise.variables])
def test_every_exercise_is_compared_at_forty_points(label):
    exercise = EXERCISES[label]
    assert len(ranges.points(exercise.variables, exercise.constraints, label)) == ranges.POINTS


@pytest.mark.parametrize("label", EXERCISES)
def test_the_page_has_question_then_cell_then_solution(label):
    (page,) = [text for text in PAGES if f":label: {label}\n" in text]
    question, cell = page.index(f":label: {label}\n"), page.index(f'check("{label}"')
    assert question < cell < page.index(f"```{{solution}} {label}\n")
    assert page.count(f'check("{label}"') == 1
    between = page[question:cell]
    assert between.count("```{exercise}") == 0
