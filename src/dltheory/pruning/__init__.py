"""Pruning: which weights can go, and what fine-tuning wins back."""
