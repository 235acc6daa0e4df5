"""What pruning saves, counted and timed."""
