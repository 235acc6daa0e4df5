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
CLAIMS = load(PROJECT.claim_modules)


@pytest.fixture(scope="module")
def sources() -> Sources:
    """What results depend on. Every module is read for it, so only a process that runs these tests does that."""
    return Sources(PROJECT, STATED.values())


@pytest.fixture(scope="module")
def recorded() -> dict:
    """What `verify` wrote, by label."""
    return known(PROJECT.record)[0]


def found(label: str, sources: Sources, recorded: dict) -> dict:
    """What there is to say about a claim, as the report has it."""
    if earned(recorded.get(label), sources.digest(CLAIMS[label])):
        return recorded[label]
    result = run(CLAIMS[label], STATED.get(label))
    return report.document({label: result}, CLAIMS, STATED, PROJECT)["claims"][0]


@pytest.mark.parametrize("label", CLAIMS)
def test_the_claim_holds_and_its_near_misses_fall(label, sources, recorded):
    entry = found(label, sources, recorded)
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
