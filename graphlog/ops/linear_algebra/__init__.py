"""Matrices: products, decompositions, systems, norms, functions."""
