"""Momentum: what an average of past gradients buys, and what it costs, on a quadratic loss."""
