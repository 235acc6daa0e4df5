"""The rules of inference as the book lists them: what each says, why, and which statements lean on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .domain import link
from .nodes import inline, joined, paragraph
from .project import records_of


def inference_rules(app: Sphinx, node: nodes.Element) -> list[nodes.Node]:
    """One entry a rule, in the order of ``RULES``; a rule that several classes have is one entry."""
    claims = records_of(app).claims
    made = nodes.definition_list(classes=["inference-rules"])
    for name, said in by_name().items():
        body = nodes.definition()
        for sentence, proof in said:
            body += paragraph(sentence)
            body += paragraph(nodes.emphasis("", "Proof."), nodes.Text(" "), proof)
        body += paragraph(*_users(name, claims), classes=["inference-users"])
        term = nodes.term("", "", inline(name[0].upper() + name[1:]), ids=[anchor(name)])
        made += nodes.definition_list_item("", term, body)
    return [made]


def by_name() -> dict[str, list[tuple[str, str]]]:
    """Sentences with their proofs by the name of the rule, each once."""
    from ..claims.inference import RULES  # SymPy is needed only now

    found: dict[str, list[tuple[str, str]]] = {}
    for rule in RULES:
        said = found.setdefault(rule.rule, [])
        if (rule.sentence, rule.proof) not in said:
            said.append((rule.sentence, rule.proof))
    return found


def anchor(name: str) -> str:
    """Where the page has the rule ``name``."""
    return f"rule-{nodes.make_id(name)}"


def users(name: str, claims: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Labels of the claims with evidence by the rule ``name``, in the order of the record."""
    return [label for label, claim in claims.items() if any(piece["rule"] == name for piece in claim["evidence"])]


def _users(name: str, claims: Mapping[str, Mapping[str, Any]]) -> Iterator[nodes.Node]:
    leaning = users(name, claims)
    if not leaning:
        yield nodes.Text("No statement leans on it.")
        return
    counted = "one statement" if len(leaning) == 1 else f"{len(leaning)} statements"
    yield nodes.Text(f"Leaned on by {counted}: ")
    yield from joined(map(link, leaning))
    yield nodes.Text(".")
