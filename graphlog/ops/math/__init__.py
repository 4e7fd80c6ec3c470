"""Arithmetic element by element, reductions and segments."""
