"""The chapter's figures: results in, figure out."""
