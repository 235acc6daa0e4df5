"""Foundations: gradient descent seen through the singular value decomposition."""
