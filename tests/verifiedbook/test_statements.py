"""The theorem-like directives are read from MyST as the book's builder reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifiedbook.statements import STATEMENT_KINDS, Statement, statements, unmatched


def write(folder: Path, text: str, name: str = "chapter.md") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_theorem_is_found_with_label_title_and_line(tmp_path):
    write(tmp_path, "# Chapter\n\n```{prf:theorem} A limit $x\\to0$\n:label: thm-limit\n\nText.\n```\n")
    assert statements(tmp_path) == [Statement("thm-limit", "theorem", "A limit $x\\to0$", "chapter.md", 3, "Text.")]


@pytest.mark.parametrize("kind", STATEMENT_KINDS)
def test_every_kind_of_statement_is_found(tmp_path, kind):
    write(tmp_path, f"```{{prf:{kind}}}\n:label: x-1\n```\n")
    assert [(found.kind, found.label) for found in statements(tmp_path)] == [(kind, "x-1")]


@pytest.mark.parametrize("kind", ["definition", "remark", "example", "proof"])
def test_directives_that_state_nothing_to_prove_are_left_out(tmp_path, kind):
    write(tmp_path, f"```{{prf:{kind}}}\n:label: x-1\n```\n")
    assert statements(tmp_path) == []


@pytest.mark.parametrize(
    "source",
    [
        "```{prf:lemma}\n:label: lem-a\nText.\n```",
        "```{prf:lemma}\n:class: wide\n:label: lem-a\n```",
        "```{prf:lemma}\n---\nlabel: lem-a\nclass: wide\n---\nText.\n```",
        ":::{prf:lemma}\n:label: lem-a\n\nText.\n:::",
        "~~~{prf:lemma} Title\n:label: lem-a\n~~~",
        "- a point\n\n  ```{prf:lemma}\n  :label: lem-a\n  ```\n",
        "> ```{prf:lemma}\n> :label: lem-a\n> ```\n",
    ],
)
def test_every_way_to_write_the_label_is_read(tmp_path, source):
    write(tmp_path, source)
    assert [found.label for found in statements(tmp_path)] == ["lem-a"]


def test_a_theorem_inside_other_directives_is_found_at_its_own_line(tmp_path):
    write(tmp_path, "````{admonition} Box\n:class: tip\n\n```{prf:theorem}\n:label: thm-in\n```\n````\n")
    assert [(found.label, found.line) for found in statements(tmp_path)] == [("thm-in", 4)]


@pytest.mark.parametrize("info", ["markdown", "", "{code-block} markdown", "{code-cell}", "{raw} html"])
def test_an_example_inside_a_listing_is_no_statement(tmp_path, info):
    write(tmp_path, f"````{info}\n```{{prf:theorem}}\n:label: thm-shown\n```\n````\n")
    assert statements(tmp_path) == []


def test_an_indented_listing_is_no_statement(tmp_path):
    write(tmp_path, "Write:\n\n    ```{prf:theorem}\n    :label: thm-shown\n    ```\n")
    assert statements(tmp_path) == []


def test_build_folders_and_hidden_folders_are_not_the_book(tmp_path):
    for folder in ("_build", ".ipynb_checkpoints"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "```{prf:theorem}\n:label: thm-copy\n```\n")
    assert statements(tmp_path) == []


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(NotADirectoryError, match=r"book_dir = .*nowhere"):
        statements(tmp_path / "nowhere")


def a(label: str, line: int = 1) -> Statement:
    return Statement(label, "theorem", "", "c.md", line)


def test_a_book_that_agrees_with_its_claims_has_nothing_unmatched():
    assert unmatched([a("thm-a"), a("thm-b", 9)], ["thm-b", "thm-a"]) == []


@pytest.mark.parametrize(
    ("found", "labels", "sentence"),
    [
        ([a("thm-a")], [], "c.md:1: theorem 'thm-a' has no claim"),
        ([], ["thm-a"], "claim 'thm-a' has no theorem in the book"),
        ([a("")], [], "c.md:1: this theorem has no label; give it `:label:`"),
        ([a("thm-a"), a("thm-a", 5)], ["thm-a"], "label 'thm-a' is given to 2 statements: c.md:1, c.md:5"),
        ([a("thm-a")], ["thm-a", "thm-a"], "claim 'thm-a' is listed 2 times"),
    ],
)
def test_each_disagreement_is_one_sentence(found, labels, sentence):
    assert unmatched(found, labels) == [sentence]
