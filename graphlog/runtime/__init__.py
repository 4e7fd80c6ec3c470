"""Running graphs with NumPy."""
