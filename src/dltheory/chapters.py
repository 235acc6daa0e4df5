"""The chapters that state claims, in the order of the book."""

CHAPTERS = ("foundations", "momentum", "dropout", "pruning")


def claim_modules(chapters: tuple[str, ...] = CHAPTERS) -> tuple[str, ...]:
    """The module of claims of each chapter: ``dltheory.CHAPTER.claims``."""
    return tuple(f"dltheory.{chapter}.claims" for chapter in chapters)
