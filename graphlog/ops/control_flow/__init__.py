"""Conditionals, loops, and the arrays of loops."""
