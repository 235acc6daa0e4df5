"""The chapter's experiments, one module each: numbers out, no drawing. Only ``cheating`` and ``toy`` need torch."""
