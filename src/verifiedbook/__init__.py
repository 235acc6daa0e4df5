"""Books whose sentences are checked: claims and their evidence, and what Sphinx shows of them. Knows no book."""
