"""Compression: what removing weights and channels saves in bytes, multiplications and time."""
