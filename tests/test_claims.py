"""Every claim of the book holds, and every near miss of it falls.

What `verify` found need not be found twice: a result that was earned by the code, the statement and the versions as
they are now is read. A claim without one, all of them after `make clean`, is run here.
"""

import pytest

from verifiedbook.claims import load, report, run
from verifiedbook.incremental import Sources, earned, known
from verifiedbook.project import find
from verifiedbook.statements import statements

PROJECT = find(__file__)
STATED = {statement.label: statement for statement in statements(PROJECT.book)}
SOURCES = Sources(PROJECT, STATED.values())
CLAIMS = load(PROJECT.claim_modules)
RECORDED = known(PROJECT.record)[0]


def found(label: str) -> dict:
    """What there is to say about a claim, as the report has it."""
    if earned(RECORDED.get(label), SOURCES.digest(CLAIMS[label])):
        return RECORDED[label]
    result = run(CLAIMS[label], STATED.get(label))
    return report.document({label: result}, CLAIMS, STATED, PROJECT)["claims"][0]


@pytest.mark.parametrize("label", CLAIMS)
def test_the_claim_holds_and_its_near_misses_fall(label):
    entry = found(label)
    broken = [
        f"{piece['kind']}: {piece['detail']} {piece['witness'] or ''}"
        for piece in entry["evidence"]
        if piece["status"] != "holds"
    ]
    assert entry["status"] != "failed", [entry["problem"], *broken]
    misses = [miss for piece in entry["evidence"] for miss in piece["near_misses"]]
    assert [miss["description"] for miss in misses if not miss["rejected"]] == []
    assert misses or entry["status"] == "cited"


def test_every_claim_says_what_it_claims_and_where_it_is_written():
    for label, claim in CLAIMS.items():
        assert label.split("-")[0] in ("thm", "cor", "lem", "prop", "obs"), label
        assert claim.statement.endswith((".", "$")), label
        assert claim.code()["path"].startswith("src/dltheory/"), label
