"""Readers: what event files hold, as runs, tags and columns."""
