"""Plane mirrors."""
