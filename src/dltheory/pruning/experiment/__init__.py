"""What the chapter runs: linear models in NumPy, networks in PyTorch."""
