"""In print a statement, its proof and its status are what the style file knows, and what is folded is printed."""

from __future__ import annotations

import re

import pytest

from verifiedbook.sphinx.latex.tables import fitted_parts

from .conftest import Built, Project, claim, theorem, universal

pytestmark = pytest.mark.book

LEDGER = "# The ledger\n\n```{ledger}\n```\n\n## What uses what\n\nAn arrow.\n\n```{claim-graph}\n```\n"


def printed(project: Project, **config: object) -> str:
    """The body of the LaTeX source, and not one warning."""
    settings = {"latex_engine": "xelatex", "latex_toplevel_sectioning": "chapter", "numfig": True, **config}
    built: Built = project.build("latex", project="Book", author="A", **settings)
    assert built.warnings == ""
    return built.page("book", ".tex").partition("\\begin{document}")[2]


def test_a_statement_has_number_title_status_and_the_page_of_its_row(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "Sharp at $x=1$"), ledger=LEDGER)
    project.claims(claim("thm-a"))
    text = printed(project)
    begin = re.search(r"\\begin\{statement\}(.*)\n", text)
    assert begin is not None
    assert begin[1].startswith(r"{Theorem 1.1}{Sharp at \texorpdfstring{\(x=1\)}{")
    assert r"\label{\detokenize{chapter:thm-a}}" in begin[1]
    line = text.partition(r"\begin{statusline}")[2].partition(r"\end{statusline}")[0]
    assert line.startswith(r"\statusglyph{∎} \statusword{proved}")
    assert line.endswith(r"\statuspage{\detokenize{ledger:ledger-thm-a}}")
    assert text.index(r"\end{statusline}") < text.index(r"\end{statement}")


def test_a_proof_loses_the_word_that_the_style_file_sets_and_ends_in_its_last_line(project):
    project.pages(chapter="# Chapter\n\n```{prf:proof}\nBecause $1<2$.\n\nAnd so on.\n```\n\nAfter.\n")
    project.claims()
    proof = printed(project).partition(r"\begin{bookproof}")[2].partition(r"\end{bookproof}")[0]
    assert "Proof." not in proof
    assert proof.endswith("And so on.\n")


EXERCISE = """
```{{exercise}} Title {0}
:label: ex-{0}

Question {0}?
```

```{{solution}} ex-{0}
:class: dropdown

Answer {0}.
```
"""


def test_solutions_stand_behind_the_exercises_of_their_section_not_between_them(project):
    exercises = EXERCISE.format("one") + EXERCISE.format("two")
    project.pages(chapter=f"# Chapter\n\n## Exercises\n\nTry.\n{exercises}\n## Sources\n\nA book.\n")
    project.claims()
    text = printed(project, extensions=["myst_nb", "sphinx_proof", "sphinx_exercise", "verifiedbook.sphinx"])
    order = ["Try.", "Question one?", "Question two?", "Solutions", "Answer one.", "Answer two.", "A book."]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("Answer one.") == 1


def test_the_root_page_is_the_preface_and_chapters_stand_between_front_and_back_matter(project):
    project.pages(chapter="# Chapter\n\nText.\n")
    project.write(
        "book/index.md",
        "# Book\n\nWelcome.\n\n## For whom\n\nYou.\n\n```{toctree}\nbefore\n```\n\n"
        "```{toctree}\n:numbered:\nchapter\n```\n\n```{toctree}\nafter\n```\n",
    )
    project.write("book/before.md", "# Before\n\nText.\n")
    project.write("book/after.md", "# After\n\nText.\n")
    project.claims()
    text = printed(project)
    marks = [r"\chapter{Preface}", "Welcome.", r"\section{For whom}", r"\chapter{Before}", r"\bookmainmatter"]
    marks += [r"\chapter{Chapter}", r"\bookbackmatter", r"\chapter{After}"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_what_unfolds_on_the_web_page_is_printed_in_the_ledger(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "Title"), ledger=LEDGER)
    project.claims(claim("thm-a", evidence=[universal()]))
    text = printed(project)
    statement, _, ledger = text.partition(r"\chapter{The ledger}")
    assert "sign flipped" not in statement
    evidence = ledger.partition(r"\begin{fullevidence}")[2].partition(r"\end{fullevidence}")[0]
    assert r"\label{\detokenize{ledger:evidence-thm-a}}" in evidence
    assert r"\evidencehead{" in evidence
    assert r"\(\checkmark\) for all values" in evidence
    assert "the sign flipped" in evidence
    assert r"\witness{η = 1/\allowbreak{}2, " in evidence
    assert r"\section{What uses what}" in text


def test_tables_of_claims_go_on_over_the_page_in_columns_that_fill_the_line(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "Title"), ledger=LEDGER)
    project.claims(claim("thm-a", evidence=[universal()]))
    specs = re.findall(r"\\begin\{longtable\}\{(.*)\}", printed(project))
    assert len(specs) == 2
    for spec in specs:
        assert sum(map(float, re.findall(r"\\Y\{([\d.]+)\}", spec))) == pytest.approx(1, abs=0.01)


def test_a_wide_table_gives_each_column_room_for_its_longest_word_and_a_narrow_one_is_left_alone(project):
    wide = "| incomprehensibilities | b |\n|---|---|\n| 1 | " + "word " * 40 + "|\n\n"
    project.pages(chapter=f"# Chapter\n\n{wide}| a | b |\n|---|---|\n| 1 | 2 |\n")
    project.claims()
    text = printed(project)
    shares = [float(share) for share in re.findall(r"\\Y\{([\d.]+)\}", text)]
    assert len(shares) == 2
    assert len("incomprehensibilities") / 88 <= shares[0] < shares[1]


def test_a_long_list_of_formulas_is_set_in_lines_and_a_short_one_is_not(project):
    long, short = ", \\quad ".join(["x" * 40] * 2), "a,\\quad b"
    project.pages(chapter=f"# Chapter\n\n$$\n{long.replace(', ', ',')}\n$$\n\nText.\n\n$$\n{short}\n$$\n")
    project.claims()
    text = printed(project)
    assert text.count(r"\begin{gathered}") == 1
    assert r"\fitdisplay{0pt}{a,\quad b}" in text


def test_the_title_page_tells_from_the_records_what_was_verified_and_when(project):
    project.pages(chapter="# Chapter\n\n" + theorem("thm-a", "Title"))
    environment = {"date": "2031-02-03T04:05:06+00:00", "commit": "abc_123", "python": "3.11.7"}
    project.claims(claim("thm-a"), environment=environment, packages={"sympy": "1.14.0"})
    built = project.build("latex", project="Book", author="A", book_keywords=["proofs", "100 %"])
    source = built.page("book", ".tex")
    assert r"\newcommand{\bookdate}{3 February 2031}" in source
    assert r"\newcommand{\bookkeywords}{proofs, 100 \%}" in source
    record = re.search(r"\\newcommand\{\\bookrecord\}\{(.*)\}", source)
    assert record is not None
    assert "1 claim: 1 proved for all parameters" in record[1]
    assert r"at commit abc\_123" in record[1]
    assert "sympy 1.14.0" in record[1]


@pytest.mark.parametrize(
    ("tex", "fitted"),
    [
        (r"a=\frac{1}{2+\frac{3}{4}}+b", r"a=\fitpart{\frac{1}{2+\frac{3}{4}}}+b"),
        (r"\frac12x+\tfrac\pi6", r"\fitpart{\frac12}x+\fitpart{\tfrac\pi6}"),
        (r"(\begin{matrix}a&\frac12\\b\end{matrix})", r"(\fitpart{\begin{matrix}a&\frac12\\b\end{matrix}})"),
        ("a+b", "a+b"),
    ],
)
def test_what_cannot_be_broken_in_a_table_is_fitted_to_its_line(tex, fitted):
    assert fitted_parts(tex) == fitted
