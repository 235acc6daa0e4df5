"""Every claim of the book holds, every near miss of it falls, and no claim takes long."""

import pytest

from verifiedbook.claims import load, run
from verifiedbook.project import find

CLAIMS = load(find(__file__).claim_modules)


@pytest.mark.parametrize("label", CLAIMS)
def test_the_claim_holds_and_its_near_misses_fall(label):
    result = run(CLAIMS[label])
    broken = [
        f"{outcome.kind}: {outcome.detail} {outcome.witness or ''}"
        for outcome in result.outcomes
        if outcome.status != "holds"
    ]
    assert result.status != "failed", [result.problem, *broken]
    rejected, total = result.near_misses
    assert rejected == total
    assert total > 0 or result.status == "cited"


def test_every_claim_says_what_it_claims_and_where_it_is_written():
    for label, claim in CLAIMS.items():
        assert label.split("-")[0] in ("thm", "cor", "lem", "prop", "obs"), label
        assert claim.statement.endswith((".", "$")), label
        assert claim.code()["path"].startswith("src/dltheory/"), label
