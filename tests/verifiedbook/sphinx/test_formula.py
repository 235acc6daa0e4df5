"""Formulas on a page come from the objects that are proved; what cannot be printed is one clear error."""

from __future__ import annotations

import uuid

import pytest
import sympy as sp
from bs4 import BeautifulSoup

from verifiedbook.printing import latex
from verifiedbook.sphinx.formula import FormulaError, load

SOURCE = """
import sympy as sp
eta, sigma = sp.symbols("eta sigma_1", positive=True)
step = 1 / (2 * sigma**2)
relation = sp.Lt(eta, step)
matrix = sp.Matrix([[1, eta], [0, 1]])
pair = (step, matrix)
text = "no formula"
empty = ()
def derived():
    return step + 1
def needs(argument):
    return argument
def broken():
    raise ValueError("no such limit")
class Record:
    inner = step
"""


@pytest.fixture
def module(tmp_path, monkeypatch) -> str:
    """The name of a fresh module with some formulas."""
    name = f"formulas_{uuid.uuid4().hex[:8]}"
    (tmp_path / f"{name}.py").write_text(SOURCE)
    (tmp_path / f"{name}_bad.py").write_text("import no_such_library_anywhere\n")
    (tmp_path / f"{name}_raises.py").write_text("raise RuntimeError('half written')\n")
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("step", r"\frac{1}{2 \sigma_{1}^{2}}"),
        ("relation", r"\eta < \frac{1}{2 \sigma_{1}^{2}}"),
        ("matrix", r"\left(\begin{matrix}1 & \eta\\0 & 1\end{matrix}\right)"),
        ("derived", r"1 + \frac{1}{2 \sigma_{1}^{2}}"),
        ("Record.inner", r"\frac{1}{2 \sigma_{1}^{2}}"),
    ],
)
def test_expressions_relations_matrices_and_derivations_are_found(module, name, text):
    assert latex(load(f"{module}.{name}")) == text


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("{0}.nothing", "{0} has no 'nothing'"),
        ("{0}.Record.nothing", "{0}.Record has no 'nothing'"),
        ("{0}.text", "a SymPy expression, relation or matrix is needed, not str"),
        ("{0}.empty", "a SymPy expression, relation or matrix is needed, not tuple"),
        ("{0}.sp", "a SymPy expression, relation or matrix is needed, not module"),
        ("{0}.needs", "calling it without arguments stopped with TypeError"),
        ("{0}.broken", "calling it without arguments stopped with ValueError: no such limit"),
        ("{0}_bad.step", "importing {0}_bad stopped with No module named 'no_such_library_anywhere'"),
        ("{0}_raises.step", "importing {0}_raises stopped with half written"),
        ("no_such_package.step", "there is no module 'no_such_package'"),
        ("step", "a dotted path such as package.module.name is needed"),
        ("1 + 1", "a dotted path such as package.module.name is needed"),
    ],
)
def test_each_slip_has_its_own_message(module, path, message):
    with pytest.raises(FormulaError) as raised:
        load(path.format(module))
    assert message.format(module) in str(raised.value)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (sp.Symbol("w_star"), r"w^{\star}"),
        (sp.Symbol("ell"), r"\ell"),
        (sp.Symbol("sigma_r") ** 2, r"\sigma_{r}^{2}"),
        (sp.Symbol("eta") * sp.Symbol("beta"), r"\beta \eta"),
        (sp.log(sp.Symbol("kappa")), r"\ln{\left(\kappa \right)}"),
        (sp.Symbol("lambda"), r"\lambda"),
    ],
)
def test_symbols_are_those_of_the_book(expression, text):
    assert latex(expression) == text


def test_the_power_of_a_starred_symbol_is_unambiguous():
    assert latex(sp.Symbol("w_star") ** 2) == r"\left(w^{\star}\right)^{2}"


def test_conditions_stand_side_by_side():
    x = sp.Symbol("x")
    assert latex(sp.And(x > 0, x < 1)).count(r",\quad ") == 1


@pytest.mark.book
def test_a_page_prints_the_object_numbers_it_and_can_refer_to_it(project, module):
    project.claims()
    project.pages(
        chapter=f"# Chapter\n\n```{{formula}} {module}.derived\n:lhs: \\eta_{{\\text{{best}}}}\n:relation: \\le\n"
        f":label: eq-best\n```\n\nBy {{eq}}`eq-best`, {{formula}}`{module}.step`.\n"
    )
    built = project.build()
    assert built.warnings == ""
    page = built.page("chapter")
    (formula,) = BeautifulSoup(page, "html.parser").select("div.math math")
    assert formula.get_text() == "ηbest≤1+12σ12"
    assert formula.select_one("mfrac").get_text() == "12σ12"
    assert 'id="equation-eq-best"' in page
    assert 'href="#equation-eq-best">(1.1)' in page or 'href="#equation-eq-best">(1)' in page


@pytest.mark.book
@pytest.mark.parametrize("source", ["```{{formula}} {0}.nothing\n```\n", "{{formula}}`{0}.nothing`\n"])
def test_a_wrong_path_is_one_error_at_its_line(project, module, source):
    project.claims()
    project.pages(chapter="# Chapter\n\n" + source.format(module))
    warnings = project.build().warnings.strip().splitlines()
    assert len([line for line in warnings if "has no 'nothing'" in line]) == 1
    assert f"chapter.md:3: ERROR: formula '{module}.nothing'" in "\n".join(warnings)


@pytest.mark.book
def test_a_page_is_read_again_when_a_module_behind_its_formula_changes(project, monkeypatch):
    library = f"lib_{uuid.uuid4().hex[:8]}"
    project.write(f"src/{library}/__init__.py", "")
    project.write(f"src/{library}/symbols.py", "import sympy\nx = sympy.Symbol('x')\n")
    project.write(f"src/{library}/derivation.py", "from .symbols import x\ntwice = 2 * x\n")
    monkeypatch.syspath_prepend(project.root / "src")
    project.config["claims_packages"] = {library: str(project.root / "src" / library)}
    project.claims()
    project.pages(chapter=f"# Chapter\n\n```{{formula}} {library}.derivation.twice\n```\n", other="# Other\n")
    project.build()
    assert "0 added, 0 changed" in project.build().status
    project.write(f"src/{library}/symbols.py", "import sympy\nx = sympy.Symbol('y')\n")
    assert "0 added, 1 changed" in project.build().status


def test_no_sum_begins_with_a_minus_sign_unless_all_its_terms_do():
    eta, sigma, kappa = sp.symbols("eta sigma kappa")
    assert latex(1 - 2 * eta * sigma**2) == r"1 - 2 \eta \sigma^{2}"
    assert latex((kappa - 1) / (kappa + 1)) == r"\frac{\kappa - 1}{\kappa + 1}"
    assert latex(-eta - sigma) == r"- \eta - \sigma"


def test_a_name_that_is_raised_is_transposed_in_brackets():
    root = sp.MatrixSymbol(r"\Sigma^{1/2}", 2, 2)
    assert latex(root.T) == r"\left(\Sigma^{1/2}\right)^\top"
    assert latex(sp.MatrixSymbol("A", 2, 2).T) == r"A^\top"
