"""Checks, messages, summaries and calls of Python."""
