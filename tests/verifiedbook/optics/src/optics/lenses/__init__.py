"""Thin lenses."""
