"""Where the image lies."""

from verifiedbook.claims import Identity, NearMiss, claim

from .. import derivation as d


@claim("thm-lens-image", source="gauss1841")
def where_the_image_lies():
    """The image lies at $b = fg/(g-f)$."""
    # a comment
    return [Identity(d.derive_image, d.image, near_misses=[NearMiss("the sign is lost", rhs=d.f * d.g / (d.g + d.f))])]
