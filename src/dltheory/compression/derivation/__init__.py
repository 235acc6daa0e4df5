"""What pruning saves, with SymPy alone: bytes, multiplications, and a model of latency."""
