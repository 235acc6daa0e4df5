"""Pruning: which weights can go, what fine-tuning wins back, and why zeros are not speed."""
