"""Dropout in linear models, where it is ridge regression, and what is left of that in networks."""
